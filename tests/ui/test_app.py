"""The program around an engine: from start to a clean end."""

# pyright: reportUnknownMemberType=false
# What a signal carried is not typed.

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from linking_rig import nobody
from pictured import BUDGETED, NUDGE, SPIKE, SPIKING, WATCH
from tankful.core.choices import IconStyle
from tankful.core.errors import SettingsUnreadable
from tankful.core.nudges.nudge import Answer
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.engine.audience import Audience
from tankful.engine.messages import LinksChanged, Message, NudgeAnswered, RefreshAsked, SettingsChanged, SpikeExpected
from tankful.system import doorbell
from tankful.system.log_file import log_path
from tankful.system.paths import folders
from tankful.ui import app
from tankful.ui.buttons import QuietButton
from tankful.ui.glance import GlancePanel
from tankful.ui.qt_version import QtUnusable, refuse_broken_qt
from tankful.ui.single_instance import claim


class FakeEngine:
    """Shows one snapshot from a thread of its own and remembers what it was told."""

    def __init__(self, then: Callable[[], object], shows: Snapshot = WATCH) -> None:
        self.told: list[Message] = []
        self.running = False
        self._then, self._shows = then, shows
        self._end = threading.Event()

    def start(self, audience: Audience) -> None:
        self.running = True
        self._thread = threading.Thread(target=self._run, args=(audience,))
        self._thread.start()

    def post(self, message: Message) -> None:
        self.told.append(message)

    call = staticmethod(nobody)

    def stop(self) -> None:
        self._end.set()
        self._thread.join()
        self.running = False

    def _run(self, audience: Audience) -> None:
        audience.show(self._shows)
        self._then()
        self._end.wait()


@pytest.fixture
def quits(qapp: QApplication) -> Iterator[QTimer]:
    """A timer that ends a program which would otherwise run for ever."""
    late = QTimer()
    late.setSingleShot(True)
    late.timeout.connect(qapp.quit)
    late.start(20_000)
    yield late
    late.stop()


def run(engine: FakeEngine, state: Path, reread: Callable[[], Settings] = lambda: BUDGETED) -> int:
    single = claim(state)
    assert single is not None
    return app.run(
        engine,
        BUDGETED,
        change=lambda _fields: BUDGETED,
        reread=reread,
        stated=frozenset[str],
        folders=folders(state),
        single=single,
        tray_available=lambda: True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(tmp_path: Path, quits: QTimer, number: signal.Signals) -> None:
    handlers = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    engine = FakeEngine(then=lambda: os.kill(os.getpid(), number))

    code = run(engine, tmp_path)

    assert (code, engine.running, quits.isActive()) == (0, False, True)
    assert {each: signal.getsignal(each) for each in handlers} == handlers
    again = claim(tmp_path)
    assert again is not None
    again.release()


def test_another_start_raises_the_panel_and_settings_are_read_again(tmp_path: Path, quits: QTimer) -> None:
    seen: list[bool] = []
    tank = replace(BUDGETED, icon_style=IconStyle.TANK)

    def others() -> None:
        seen.append(doorbell.ring(tmp_path, doorbell.SHOW))
        seen.append(doorbell.ring(tmp_path, "something else"))
        seen.append(doorbell.ring(tmp_path, doorbell.SETTINGS))
        seen.append(doorbell.ring(tmp_path, doorbell.REFRESH))
        os.kill(os.getpid(), signal.SIGTERM)

    engine = FakeEngine(then=others)
    code = run(engine, tmp_path, reread=lambda: tank)

    assert (code, seen, quits.isActive()) == (0, [True, True, True, True], True)
    assert engine.told == [LinksChanged(), SettingsChanged(tank), RefreshAsked()]


def test_settings_that_cannot_be_read_again_change_nothing(tmp_path: Path, quits: QTimer) -> None:
    def unreadable() -> Settings:
        raise SettingsUnreadable("The settings file is not valid")

    def others() -> None:
        doorbell.ring(tmp_path, doorbell.SETTINGS)
        os.kill(os.getpid(), signal.SIGTERM)

    engine = FakeEngine(then=others)

    assert (run(engine, tmp_path, reread=unreadable), engine.told, quits.isActive()) == (0, [LinksChanged()], True)


def test_a_wish_of_the_user_reaches_the_engine(tmp_path: Path, qapp: QApplication, quits: QTimer) -> None:
    def press_refresh() -> None:
        panel = next((widget for widget in QApplication.topLevelWidgets() if isinstance(widget, GlancePanel)), None)
        if panel is not None and panel.isVisible():
            look.stop()
            panel._refresh.click()  # pyright: ignore[reportPrivateUsage] - the test plays the user
            qapp.quit()

    look = QTimer()
    look.timeout.connect(press_refresh)
    look.start(5)
    engine = FakeEngine(then=partial(doorbell.ring, tmp_path, doorbell.SHOW))

    assert (run(engine, tmp_path), engine.told, quits.isActive()) == (0, [RefreshAsked()], True)


def test_that_a_spike_is_expected_reaches_the_engine_with_its_key(tmp_path: Path, qapp: QApplication, quits: QTimer) -> None:
    def press() -> None:
        buttons = (button for widget in QApplication.topLevelWidgets() for button in widget.findChildren(QuietButton))
        expected = next((button for button in buttons if button.text() == "That is expected" and button.isVisible()), None)
        if expected is not None:
            look.stop()
            expected.click()
            qapp.quit()

    look = QTimer()
    look.timeout.connect(press)
    look.start(5)
    engine = FakeEngine(partial(doorbell.ring, tmp_path, doorbell.SHOW), SPIKING)

    assert (run(engine, tmp_path), engine.told, quits.isActive()) == (0, [SpikeExpected(SPIKE.key)], True)


def test_what_becomes_of_a_suggestion_reaches_the_engine_with_its_key(tmp_path: Path, qapp: QApplication, quits: QTimer) -> None:
    def press() -> None:
        buttons = (button for widget in QApplication.topLevelWidgets() for button in widget.findChildren(QuietButton))
        later = next((button for button in buttons if button.text() == "Not now" and button.isVisible()), None)
        if later is not None:
            look.stop()
            later.click()
            qapp.quit()

    look = QTimer()
    look.timeout.connect(press)
    look.start(5)
    engine = FakeEngine(partial(doorbell.ring, tmp_path, doorbell.SHOW), replace(WATCH, nudge=NUDGE))

    assert (run(engine, tmp_path), engine.told, quits.isActive()) == (0, [NudgeAnswered(NUDGE.key, Answer.DISMISSED)], True)


def test_the_windows_load_nothing_heavy() -> None:
    code = "import sys; before = set(sys.modules); import tankful.ui.app; print(*sorted((set(sys.modules) - before) & set(sys.argv[1:])))"
    heavy = ("httpx", "rich", "pyqtgraph", "numpy", "keyring", "watchdog", "asyncio", "sqlite3", "tomlkit", "msgspec")
    qt = "import sys, tankful.ui.app; print(*sorted(name for name in sys.modules if name.startswith('PySide6.Qt')))"

    loaded = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True).stdout.split()
    parts = subprocess.run([sys.executable, "-c", qt], capture_output=True, text=True, check=True).stdout.split()

    assert loaded == []
    assert parts == ["PySide6.QtCore", "PySide6.QtGui", "PySide6.QtNetwork", "PySide6.QtWidgets"]


def test_calls_that_return_nothing_do_not_wear_none_out() -> None:
    """PySide6 6.12.0 drops a reference to None with every such call and aborts on Python 3.11 after about 6,300 of them."""
    code = (
        "import sys; from PySide6.QtWidgets import QApplication, QLabel\n"
        "app = QApplication([]); label = QLabel(); before = sys.getrefcount(None)\n"
        "for _ in range(20_000): label.setText('x')\n"
        "print(before - sys.getrefcount(None) < 1000)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout.strip()) == (0, "True"), done.stderr


@pytest.mark.parametrize(("binding", "python"), [("6.11.3", (3, 11)), ("6.12.0", (3, 12)), ("6.12.1", (3, 11))])
def test_a_sound_pair_of_qt_and_python_is_accepted(binding: str, python: tuple[int, ...]) -> None:
    refuse_broken_qt(binding, python)


def test_the_pair_that_crashes_is_refused_with_the_way_out() -> None:
    with pytest.raises(QtUnusable) as refused:
        refuse_broken_qt("6.12.0", (3, 11))

    assert refused.value.title == "PySide6 6.12.0 crashes on Python 3.11"
    assert "pip install" in refused.value.hint


def test_the_installed_pair_is_a_sound_one() -> None:
    refuse_broken_qt()


def test_the_desktop_knows_the_program_by_name(qapp: QApplication) -> None:
    assert app.application() is qapp
    assert (qapp.applicationDisplayName(), qapp.desktopFileName(), qapp.quitOnLastWindowClosed()) == ("Tankful", "tankful", False)
    assert not qapp.windowIcon().pixmap(64, 64).isNull()


def test_a_mistake_that_nobody_caught_is_shown_once_and_logged_without_its_words(tmp_path: Path, quits: QTimer) -> None:
    shown: list[str] = []

    def look() -> None:
        boxes = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QMessageBox)]
        if boxes and quits.isActive():
            shown.extend(box.text() for box in boxes)
            quits.stop()
            QApplication.quit()

    def stumble() -> None:
        raise LookupError("sk-canary-4711 said the prompt")

    looking = QTimer()
    looking.timeout.connect(look)
    looking.start(20)
    code = run(FakeEngine(then=stumble), tmp_path)
    looking.stop()
    assert code == 0
    assert [text.splitlines()[0] for text in shown] == ["Tankful made a mistake (LookupError)"]
    log = log_path(tmp_path).read_text(encoding="utf-8")
    assert "LookupError at" in log
    assert "test_app.py" in log
    assert not [
        path for path in tmp_path.rglob("*") if path.is_file() and b"canary" in path.read_bytes().replace(b'LookupError("sk-canary', b"")
    ]
