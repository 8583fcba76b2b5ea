"""The machine as the agents see it: everything that decides where they keep their configuration."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

WINDOWS, MAC = "win32", "darwin"


@dataclass(frozen=True, slots=True)
class Machine:
    """Home, variables and system."""

    home: Path
    environ: Mapping[str, str]
    platform: str
    """`sys.platform`."""
    system: Path = Path("/")
    """Where the system's own folders begin: the root, or on Windows the drive."""

    def named(self, variable: str, default: Path) -> Path:
        """Return the folder that a variable names, of a comma-separated list the first, else the usual one."""
        said = self.environ.get(variable, "").partition(",")[0].strip()
        return self.home / said.removeprefix("~/") if said else default

    def application_data(self) -> Path:
        """Return the folder in which desktop programs keep what is theirs."""
        match self.platform:
            case "darwin":
                return self.home / "Library" / "Application Support"
            case "win32":
                return self.named("APPDATA", self.home / "AppData" / "Roaming")
            case _:
                return self.named("XDG_CONFIG_HOME", self.home / ".config")

    def managed(self, *, linux: str, mac: str, windows: str) -> Path:
        """Return where an organisation puts what its users cannot change, given below the system's folder of such things."""
        match self.platform:
            case "darwin":
                return self.system / "Library" / "Application Support" / mac
            case "win32":
                return self.system / windows
            case _:
                return self.system / "etc" / linux


def this_machine(environ: Mapping[str, str]) -> Machine:
    """Return the machine that this program runs on, with these variables."""
    named = environ.get("HOME", "") if sys.platform != WINDOWS else ""
    home = Path(named or Path.home())
    return Machine(home, environ, sys.platform, Path(home.anchor))
