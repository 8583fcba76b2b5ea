"""What Hermes Agent is called, where its records are, and who reads them."""

from pathlib import Path, PurePath

from tankful.sources.configured import each_once
from tankful.sources.path_texts import files_named
from tankful.sources.source import AgentSource, Exactness, Log, Places, Root, StoreParser

ID = "hermes"
_DATABASE = "state.db"


def _roots(places: Places) -> tuple[Root, ...]:
    """Return Hermes' home and its profiles, each of which has a `state.db`: `HERMES_HOME`, else `~/.hermes` (everywhere).

    On Windows the home is below `%LOCALAPPDATA%` in newer versions.
    """
    found: list[Root] = []
    named = places.environ.get("HERMES_HOME", "")
    if PurePath(named).is_absolute():
        found += _within(Path(named), "HERMES_HOME")
    else:
        found += _within(places.home / ".hermes", "~/.hermes")
        if places.platform == "win32":
            local = places.environ.get("LOCALAPPDATA", "")
            usual = Path(local) if PurePath(local).is_absolute() else places.home / "AppData" / "Local"
            found += _within(usual / "hermes", "%LOCALAPPDATA%\\hermes")
    for folder in places.extra.get(ID, ()):
        found += _within(folder, "settings")
    return each_once(found)


def _within(folder: Path, origin: str) -> list[Root]:
    # A home also holds caches, logs and other people's code: only the two levels with databases are looked into.
    return [Root(folder, origin, 0), Root(folder / "profiles", origin, 1)]


def _route(_places: Places, _root: Root) -> str:
    """Return nothing: the rows name the address of each sum."""
    return ""


def _parser(log: Log, fields: bytes | None) -> StoreParser:
    from tankful.sources.hermes import HermesParser  # noqa: PLC0415 - slow to load, and most scans find nothing new

    return HermesParser(log, fields)


SOURCE = AgentSource(
    id=ID,
    title="Hermes Agent",
    roots=_roots,
    logs=files_named(_DATABASE),
    parser=_parser,
    route=_route,
    hint="Use Hermes once, or name the folder that holds its `state.db`.",
    suffixes=(".db",),
    exactness=Exactness.RECORDED,
    where="`~/.hermes/state.db` and `profiles/*/state.db` (`HERMES_HOME`)",
    note="Sums of sessions, by model in newer versions; their growth is booked as it appears, with the cost that Hermes worked out.",
    tested="our own data in its shape",
    rest_s=5,
)
