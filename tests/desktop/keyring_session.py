"""A real GNOME Keyring on a test's own desktop, which asks for its password in a window of its own."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from desktop.programs import found
from desktop.screen import Window
from desktop.session import DesktopSession
from desktop.waiting import wait_until

PROGRAM = Path(sys.executable).parent / "tankful"
PASSWORD = "opensesame"  # noqa: S105 - of a keyring that lives for one test
_PROMPTER = Path("/usr/share/dbus-1/services/org.gnome.keyring.SystemPrompter.service")
_NARROW = 200
"""Programs have small windows that are never shown."""
_LOOK = """
import sys
from tankful.core.errors import SecretsUnavailable
from tankful.store.system_ring import system_ring
try:
    print(system_ring().would_ask())
except SecretsUnavailable as said:
    print(said.title)
"""


@dataclass
class KeyringSession:
    """A desktop with the daemon that keeps secrets."""

    desktop: DesktopSession

    def start(self) -> None:
        """Start it unlocked, as signing in to a desktop does."""
        found("gnome-keyring-daemon")
        shutil.copy(_PROMPTER, self.desktop.home / "services")
        self._bus("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.ReloadConfig")
        self.desktop.programs.start("sh", "-c", f"printf {PASSWORD} | exec gnome-keyring-daemon --foreground --unlock --components=secrets")
        wait_until("the keyring is there and open", lambda: self.state() == "False")

    def lock(self) -> None:
        """Lock it, as a screen lock or a timeout may."""
        collection = "objpath:/org/freedesktop/secrets/aliases/default"
        self._bus("org.freedesktop.secrets", "/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock", f"array:{collection}")
        wait_until("the keyring is locked", lambda: self.state() == "True")

    def state(self) -> str:
        """Return whether it would ask before it gives a secret, or why that cannot be told."""
        return self.desktop.programs.run(sys.executable, "-c", _LOOK).stdout.strip()

    def prompt(self) -> Window | None:
        """Return the window in which it asks for its password."""
        window = self.desktop.screen.widest_of_class("gcr-prompter")
        return window if window is not None and window.width > _NARROW else None

    def tankful(self, *words: str, key: str = "") -> subprocess.CompletedProcess[str]:
        """Give a command of a script to its end; the key is piped in."""
        return self.desktop.programs.run(*self._piped(key, *words))

    def start_tankful(self, *words: str, key: str = "") -> subprocess.Popen[bytes]:
        """Give a command and leave it running."""
        return self.desktop.programs.start(*self._piped(key, *words))

    def type_password(self, password: str) -> None:
        """Answer the window, in whose middle the field for it is."""
        window = wait_until("the keyring asks for its password", self.prompt)
        self.desktop.screen.still_picture()
        self.desktop.screen.click(window.centre)
        self.desktop.screen.type(password)
        self.desktop.screen.press("Return")
        wait_until("its window is gone", lambda: self.prompt() is None)

    @property
    def data(self) -> Path:
        """The folder given with --data."""
        return self.desktop.home / "tankful"

    def _piped(self, key: str, *words: str) -> tuple[str, ...]:
        return ("sh", "-c", 'exec "$@" <<END\n$0\nEND\n', key, str(PROGRAM), *words, "--data", str(self.data))

    def _bus(self, service: str, path: str, method: str, *arguments: str) -> None:
        done = self.desktop.programs.run("dbus-send", "--session", "--print-reply", f"--dest={service}", path, method, *arguments)
        assert done.returncode == 0, done.stderr
