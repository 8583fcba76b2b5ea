"""Where Tankful keeps its own things, and where it finds what it ships."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Folders:
    """The three kinds of memory that are files; secrets are in the system keyring."""

    data: Path
    """The ledger."""
    config: Path
    """The settings file."""
    state: Path
    """Where we were: window places, logs, the socket."""

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
