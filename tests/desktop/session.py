"""A desktop of a test's own: a screen, a session bus, a window manager and folders that nobody else sees."""

import os
import shutil
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop.programs import Programs
from desktop.screen import Screen, Window
from desktop.waiting import wait_until
from tankful.ui.compositing import has_compositing_manager

HERE = Path(__file__).parent
SCREEN = (1280, 800)
OTHER_WINDOW = """
from PySide6.QtWidgets import QApplication, QLabel
application = QApplication([])
label = QLabel("Another program")
label.setGeometry(40, 60, 400, 300)
label.show()
application.exec()
"""
BACKDROP = """
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
backdrop = QWidget()
backdrop.setAttribute(Qt.WidgetAttribute.WA_X11NetWmWindowTypeDesktop)
backdrop.setStyleSheet("background: qlineargradient(x1:0, y1:0, x2:1, y2:1, stop:0 #31506e, stop:1 #6d93a8)")
backdrop.setGeometry(application.primaryScreen().geometry())
backdrop.show()
application.exec()
"""
SETTINGS_SERVICE = Path("/usr/share/dbus-1/services/org.xfce.Xfconf.service")


@dataclass
class DesktopSession:
    """A running desktop without a tray, until one is asked for."""

    home: Path
    programs: Programs
    screen: Screen

    @property
    def bus_address(self) -> str:
        """Where the session bus listens."""
        return self.programs.environment["DBUS_SESSION_BUS_ADDRESS"]

    def start_xembed_tray(self) -> None:
        """Start a tray that takes icons in as windows."""
        self.programs.start(
            "trayer",
            "--edge",
            "bottom",
            "--align",
            "right",
            "--widthtype",
            "request",
            "--height",
            "32",
            "--SetDockType",
            "true",
        )
        wait_until("the XEmbed tray is there", lambda: self.screen.widest_of_class("trayer"))

    def start_compositing_manager(self) -> None:
        """Start what blends windows, as most desktops have it."""
        self.programs.start("xcompmgr")
        wait_until("windows are blended", lambda: has_compositing_manager(self.programs.environment["DISPLAY"]))

    def start_other_window(self) -> Window:
        """Show the window of another program in the upper left quarter, and return it."""
        other = self.programs.start(sys.executable, "-c", OTHER_WINDOW)
        return wait_until("the other window is there", lambda: next(iter(self.screen.windows(other.pid)), None))

    def start_backdrop(self) -> Window:
        """Show what every desktop has behind its windows, and return it; a bare screen is black and takes no clicks."""
        backdrop = self.programs.start(sys.executable, "-c", BACKDROP)
        return wait_until("the backdrop is there", lambda: next(iter(self.screen.windows(backdrop.pid)), None))

    def start_xfce_panel(self, *, scale: int = 1) -> Window:
        """Start a whole panel whose tray speaks StatusNotifierItem; return its window. `scale` is 2 on a sharp screen."""
        place = Path(self.programs.environment["XDG_CONFIG_HOME"]) / "xfce4/xfconf/xfce-perchannel-xml"
        place.mkdir(parents=True)
        shutil.copy(HERE / "xfce4-panel.xml", place)
        self.programs.start("xfce4-panel", "--disable-wm-check", env={"GDK_SCALE": str(scale)})

        def panel() -> Window | None:
            window = self.screen.widest_of_class("xfce4-panel")
            return window if window is not None and window.width == SCREEN[0] and window.top > 0 else None

        return wait_until("the panel is there", panel)


def _environment(home: Path) -> dict[str, str]:
    """Make the folders of a person who has nothing yet, and say where they are."""
    environment = {key: value for key, value in os.environ.items() if key == "PATH" or key.startswith("COVERAGE_")}
    folders = {
        "HOME": "home",
        "XDG_CONFIG_HOME": "config",
        "XDG_DATA_HOME": "data",
        "XDG_STATE_HOME": "state",
        "XDG_CACHE_HOME": "cache",
        "XDG_RUNTIME_DIR": "run",
    }
    for variable, name in folders.items():
        (home / name).mkdir(mode=0o700)
        environment[variable] = str(home / name)
    return environment | {"LC_ALL": "C.UTF-8", "TZ": "UTC", "NO_AT_BRIDGE": "1", "QT_QPA_PLATFORM": "xcb"}


def _start_bus(home: Path, programs: Programs) -> str:
    services = home / "services"
    services.mkdir()
    if SETTINGS_SERVICE.exists():
        shutil.copy(SETTINGS_SERVICE, services)
    configuration = home / "session_bus.xml"
    text = (HERE / "session_bus.xml").read_text()
    configuration.write_text(text.replace("@RUNTIME@", str(home / "run")).replace("@SERVICES@", str(services)))
    return programs.start_and_hear("dbus-daemon", f"--config-file={configuration}", "--nofork", told_how="--print-address=")


@contextmanager
def desktop_session(size: tuple[int, int] = SCREEN) -> Generator[DesktopSession]:
    """Bring a desktop up, and take down all that was started in it; `size` in pixels."""
    # Not pytest's own folder: sockets lie in here, and their paths must stay short.
    with tempfile.TemporaryDirectory(prefix="tankful-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        logs = home / "logs"
        logs.mkdir()
        programs = Programs(logs, _environment(home))
        width, height = size
        try:
            number = programs.start_and_hear(
                "Xvfb",
                "-screen",
                "0",
                f"{width}x{height}x24",
                "-nolisten",
                "tcp",
                "-noreset",
                "-displayfd",
                told_how="",
            )
            programs.environment["DISPLAY"] = f":{number}"
            programs.environment["DBUS_SESSION_BUS_ADDRESS"] = _start_bus(home, programs)
            screen = Screen(f":{number}", programs)
            programs.start("openbox")
            wait_until("the window manager is there", lambda: programs.run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK").stdout.count("0x"))
            yield DesktopSession(home, programs, screen)
        finally:
            programs.end_all()
