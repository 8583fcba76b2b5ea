"""The settings window as a person has it before them, with a settings file, accounts and a gateway of the test's own."""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false
# A test may look inside, and what Qt finds by its type is not typed.

import asyncio
import threading
from collections.abc import Awaitable, Callable, Generator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from linking_rig import Desk, opened_desk
from pictured import NOW, WATCH, ZONE
from tankful.core.errors import SettingsUnreadable
from tankful.core.setting_rows import Section
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.engine.linking import Linking
from tankful.gateways.gateway import Gateway
from tankful.store.settings_file import SettingsFile
from tankful.system.paths import folders
from tankful.ui.settings.page import Page
from tankful.ui.settings.window import SettingsWindow
from tankful.ui.surroundings import Call, Surroundings
from tankful.ui.tasks import Tasks
from tankful.ui.theme import LIGHT, Colours

T = TypeVar("T")


@dataclass
class EngineLoop:
    """The part of the engine that linking happens on: a loop in a thread of its own."""

    linking: Linking
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def call(self, work: Callable[[Linking], Awaitable[T]]) -> "Future[T]":
        """Begin; cancelling what is returned ends the work."""

        async def story() -> T:
            return await work(self.linking)

        return asyncio.run_coroutine_threadsafe(story(), self.loop)


@dataclass
class Person:
    """Somebody before the settings window."""

    folder: Path
    desk: Desk
    engine: EngineLoop
    file: SettingsFile
    gateways: tuple[Gateway, ...]
    snapshot: Snapshot | None = WATCH
    colours: Colours = LIGHT
    call: Call | None = None
    """What stands in for the engine's own."""
    kept: list[Settings] = field(default_factory=list[Settings])
    opened: list[str] = field(default_factory=list[str])
    refuses: str = ""
    """The title of what keeping a setting raises; empty: it is kept."""
    tasks: Tasks = field(default_factory=Tasks)

    def __post_init__(self) -> None:
        around = Surroundings(
            change=self._change,
            reread=self.file.read,
            stated=lambda: self.file.stated,
            call=self.call or self.engine.call,
            folders=folders(self.folder),
            now=lambda: NOW,
            open_folder=self.opened.append,
            kinds=lambda: self.gateways,
        )
        self.around = around
        self.window = SettingsWindow(around, self.tasks, self.snapshot, self.file.read(), ZONE, self.colours)
        self.window.kept.connect(self.kept.append)

    def _change(self, fields: dict[str, object]) -> Settings:
        if self.refuses:
            raise SettingsUnreadable(self.refuses, "Make room on the disk.")
        return self.file.change(**fields)

    def open(self, section: Section) -> None:
        """Turn to a page and look at it."""
        self.window.open_at(section)
        QTest.qWaitForWindowActive(self.window)

    def see(self, snapshot: Snapshot | None) -> None:
        """Let a new picture come from the engine."""
        self.window.render_state(snapshot, self.file.read(), ZONE, self.colours)
        QCoreApplication.processEvents()  # what was just added is shown a moment later

    def press(self, text: str) -> None:
        """Press the button with this text that is seen."""
        QTest.mouseClick(self.button(text), Qt.MouseButton.LeftButton)

    def button(self, text: str) -> QPushButton:
        """Return the button with this text that is seen."""
        QCoreApplication.processEvents()
        return next(button for button in self.window.findChildren(QPushButton) if button.text() == text and button.isVisible())

    def named(self, name: str, kind: type[QWidget] = QWidget) -> QWidget:
        """Return the field that a screen reader calls so."""
        QCoreApplication.processEvents()
        return next(widget for widget in self.window.findChildren(kind) if widget.accessibleName() == name and widget.isVisible())

    def end(self) -> None:
        """Close the window and let it go."""
        self.window.close()
        self.window.deleteLater()
        self.tasks.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@contextmanager
def opened_settings(
    folder: Path,
    *,
    snapshot: Snapshot | None = WATCH,
    colours: Colours = LIGHT,
    text: str = "",
    gateways: tuple[Gateway, ...] | None = None,
    call: Call | None = None,
) -> Generator[Person]:
    """Put somebody before the window, with a settings file of this text."""
    file = SettingsFile(folder / "settings.toml")
    folder.mkdir(parents=True, exist_ok=True)
    if text:
        file.path.write_text(text, encoding="utf-8")
    with opened_desk(folder) as desk:
        linking = desk.linking()
        engine = EngineLoop(linking)
        thread = threading.Thread(target=engine.loop.run_forever, name="engine of a test")
        thread.start()
        try:
            person = Person(folder, desk, engine, file, gateways or desk.kinds, snapshot, colours, call)
            try:
                yield person
            finally:
                person.end()
        finally:
            engine.loop.call_soon_threadsafe(engine.loop.stop)
            thread.join()
            linking.close()
            engine.loop.close()


def page(person: Person) -> Page:
    """Return the page that is open."""
    shown = person.window._stack.currentWidget()
    assert isinstance(shown, Page)
    return shown


def said(person: Person) -> str:
    """Everything that can be read in the window now."""
    texts: list[QLabel] = person.window.findChildren(QLabel)
    return "\n".join(each.text() for each in texts if each.isVisible())


def with_keyboard() -> QWidget:
    """Return what the keyboard types into."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget
