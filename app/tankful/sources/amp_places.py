"""Where Amp keeps its threads, and which server it was told to call."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from tankful.sources.agent_settings import folder_named, settings_in, word
from tankful.sources.configured import each_once, named_folders, without_secrets
from tankful.sources.path_texts import file_name
from tankful.sources.source import Places, Root

ID = "amp"

_THREADS = "threads"
_OWN = "https://ampcode.com"


def roots(places: Places) -> tuple[Root, ...]:
    """Return the folders of threads: chosen ones first. Amp uses the same place below the home on every system.

    `AMP_DATA_DIR`, a list, is what other tools call the folder; Amp itself follows `XDG_DATA_HOME`.
    """
    chosen = named_folders(places.environ.get("AMP_DATA_DIR", ""), places.home)
    found = [_within(folder, "AMP_DATA_DIR") for folder in chosen]
    if not found:
        named = folder_named(places, "XDG_DATA_HOME")
        if named is not None:
            found.append(_within(named / "amp", "XDG_DATA_HOME"))
        found.append(_within(places.home / ".local" / "share" / "amp", "~/.local/share/amp"))
    for folder in places.extra.get(ID, ()):
        within = _within(folder, "settings")
        found.append(within if within.path.is_dir() else Root(folder, "settings"))
    return each_once(found)


def _within(folder: Path, origin: str) -> Root:
    return Root(folder if folder.name == _THREADS else folder / _THREADS, origin)


def logs(_root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield the threads: `T-….json`."""
    for path in paths:
        if file_name(path).startswith("T-"):
            yield path


def route(places: Places, _root: Root) -> str:
    """Return the server that Amp was pointed at; empty for Amp's own, which calls the models' vendors itself."""
    given = settings_in((folder_named(places, "XDG_CONFIG_HOME") or places.home / ".config") / "amp" / "settings.json")
    named = without_secrets(places.environ.get("AMP_URL", "").strip() or word(given, "amp.url"))
    return "" if named.rstrip("/") == _OWN else named
