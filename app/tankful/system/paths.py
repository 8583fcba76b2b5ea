"""Where Tankful keeps its own things, and where it finds what it ships."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


def policy_place(platform: str = sys.platform, environ: Mapping[str, str] = os.environ) -> Path:
    """Return where an organisation's administrator puts its policy for everybody on a machine; only they may write there.

    On Windows that is no place below ProgramData, where everybody may make a folder that is not there yet.
    """
    if platform == "win32":
        return Path(environ.get("ProgramFiles", r"C:\Program Files")) / "Tankful" / "policy.toml"
    if platform == "darwin":
        return Path("/Library/Application Support/Tankful/policy.toml")
    return Path("/etc/tankful/policy.toml")


@dataclass(frozen=True, slots=True)
class Folders:
    """The three kinds of memory that are files; secrets are in the system keyring."""

    data: Path
    """The ledger."""
    config: Path
    """The settings file."""
    state: Path
    """Where we were: window places, logs, the socket."""
    policy: Path = field(default_factory=policy_place)
    """The file with what the organisation says; the same for every data folder."""

    @property
    def ledger(self) -> Path:
        """The database file."""
        return self.data / "ledger.sqlite"

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.config / "settings.toml"

    @property
    def links(self) -> Path:
        """The file of linked accounts; no secret is in it."""
        return self.config / "links.toml"


def folders(chosen: Path | None = None) -> Folders:
    """Return the platform's own folders, or one chosen folder for everything."""
    if chosen is not None:
        chosen = chosen.expanduser().absolute()
        return Folders(chosen, chosen, chosen)
    import platformdirs  # noqa: PLC0415 - a chosen folder needs none of it

    own = platformdirs.PlatformDirs("tankful", appauthor=False)
    return Folders(own.user_data_path, own.user_config_path, own.user_state_path)


def resource(name: str) -> Path:
    """Return a shipped file, from the installed package or from the checkout."""
    package = Path(__file__).parent.parent
    installed = package / "resources" / name
    return installed if installed.exists() else package.parent.parent / "resources" / name
