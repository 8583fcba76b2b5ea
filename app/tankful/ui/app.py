"""Runs the windows around an engine, from the first icon to the clean end."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from tankful.core.errors import TankfulError
from tankful.core.nudges.nudge import Answer
from tankful.core.settings import Settings
from tankful.engine.audience import Audience
from tankful.engine.messages import BannersSeen, LinksChanged, Message, NudgeAnswered, RefreshAsked, SettingsChanged, SpikeExpected
from tankful.system import doorbell
from tankful.system.log_file import catching, logging_to
from tankful.system.paths import Folders, resource
from tankful.ui.bridge import Bridge
from tankful.ui.desk import Desk
from tankful.ui.qt_version import refuse_broken_qt
from tankful.ui.signals import QuitOnSignals
from tankful.ui.single_instance import SingleInstance
from tankful.ui.surroundings import Call, Change, Surroundings


class Engine(Protocol):
    """What the windows need of the engine."""

    def start(self, audience: Audience) -> None:
        """Begin on a thread of its own; every snapshot goes to the audience."""
        ...

    def post(self, message: Message) -> None:
        """Tell it something, on any thread."""
        ...

    @property
    def call(self) -> Call:
        """Do something with the linked accounts, on the engine's side."""
        ...

    def stop(self) -> None:
        """End, and return when nothing of it runs any more."""
        ...


def run(
    engine: Engine,
    settings: Settings,
    *,
    change: Change,
    reread: Callable[[], Settings],
    stated: Callable[[], frozenset[str]],
    folders: Folders,
    single: SingleInstance,
    tray_available: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable,
) -> int:
    """Show the gauge until the user or the system ends it; return the exit code.

    `change` keeps settings fields and returns all settings, `reread` reads the settings file again, `stated` are the fields that
    it states; `single` is the claim of `single_instance.claim`, released here.

    Raises:
        QtUnusable: the installed Qt binding would crash.
    """
    refuse_broken_qt()
    app = application()
    around = Surroundings(change, reread, stated, engine.call, folders)
    bridge, desk = Bridge(), Desk(settings, around, tray_available=tray_available)
    bridge.shown.connect(desk.take)
    bridge.mistaken.connect(desk.tell)
    bridge.summoned.connect(desk.summon)
    desk.told.connect(engine.post)

    def follow(new: Settings) -> None:
        engine.post(SettingsChanged(new))

    def expect(key: str) -> None:
        engine.post(SpikeExpected(key))

    def settle(key: str, said: Answer) -> None:
        engine.post(NudgeAnswered(key, said))

    desk.refresh_asked.connect(lambda: engine.post(RefreshAsked()))
    desk.banners_seen.connect(lambda: engine.post(BannersSeen()))
    desk.spike_expected.connect(expect)
    desk.nudge_answered.connect(settle)
    desk.settings_changed.connect(follow)
    desk.quit_asked.connect(app.quit)

    def answer(word: str) -> None:
        if word == doorbell.SHOW:
            desk.open()
        elif word == doorbell.PREFERENCES:
            desk.open_settings()
        elif word == doorbell.REFRESH:
            engine.post(RefreshAsked())
        elif word == doorbell.SETTINGS:
            engine.post(LinksChanged())
            try:
                desk.take_settings(reread())
            except TankfulError:
                return  # half-written by an editor: what holds now goes on holding, `doctor` says what is wrong

    single.asked.connect(answer)
    single.locked.connect(lambda: engine.post(RefreshAsked()))  # what was said of it is said no more
    with QuitOnSignals(), logging_to(folders.state), catching(bridge.tell):
        single.listen()
        desk.start()
        # The icon is painted before the engine's imports and first queries compete with it.
        QTimer.singleShot(0, bridge, lambda: engine.start(bridge))
        try:
            return app.exec()
        finally:
            engine.stop()
            desk.stop()
            single.release()


def application() -> QApplication:
    """Return the application object with the names the desktop knows it by."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(["tankful"])
    app.setApplicationName("tankful")
    app.setApplicationDisplayName("Tankful")
    app.setDesktopFileName("tankful")
    app.setWindowIcon(QIcon(str(resource("icons/tankful.svg"))))
    app.setQuitOnLastWindowClosed(False)
    return app
