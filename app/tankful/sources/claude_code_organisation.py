"""Where an organisation settles what Claude Code does for all users of a machine, by its page on settings."""

from contextlib import suppress
from pathlib import Path

from tankful.sources.source import Places

_FILE = "managed-settings.json"
_PARTS = "managed-settings.d"


def organisation_settings(places: Places) -> tuple[Path, ...]:
    """Return the files that may settle it, the one that wins first: of the parts in their folder the last, then the file itself.

    What is settled by the vendor's server, macOS' profiles or Windows' registry is in no file and is not seen.
    """
    found: list[Path] = []
    for folder in _folders(places):
        parts = folder / _PARTS
        with suppress(OSError):  # nothing is settled in parts
            found += sorted((part for part in parts.iterdir() if part.suffix == ".json"), reverse=True)
        found.append(folder / _FILE)
    return tuple(found)


def _folders(places: Places) -> tuple[Path, ...]:
    match places.platform:
        case "darwin":
            return (places.system / "Library" / "Application Support" / "ClaudeCode",)
        case "win32":
            # The second one until 2.1.75.
            return (places.system / "Program Files" / "ClaudeCode", places.system / "ProgramData" / "ClaudeCode")
        case _:
            return (places.system / "etc" / "claude-code",)
