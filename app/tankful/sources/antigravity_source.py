"""What Antigravity is called, where it keeps its conversations, and who reads them."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from tankful.sources.configured import each_once
from tankful.sources.source import AgentSource, Exactness, Log, Places, Root, StoreParser

ID = "antigravity"
_CONVERSATIONS = "conversations"
_HOMES = ("antigravity-cli", "antigravity", "antigravity-ide")
"""The command line's home, and those of the editor, which writes databases of the same shape only in its newest versions."""


def _roots(places: Places) -> tuple[Root, ...]:
    """Return the folders of conversations below `GEMINI_CLI_HOME` or a `.gemini` in it, else `~/.gemini`, on every system."""
    named = places.environ.get("GEMINI_CLI_HOME", "")
    chosen = (Path(named), Path(named) / ".gemini") if PurePath(named).is_absolute() else ()
    origin = "GEMINI_CLI_HOME" if chosen else "~/.gemini"
    found = [Root(base / home / _CONVERSATIONS, origin, 0) for base in chosen or (places.home / ".gemini",) for home in _HOMES]
    for folder in places.extra.get(ID, ()):
        found += [Root(folder if folder.name == _CONVERSATIONS else folder / _CONVERSATIONS, "settings", 0)]
    return each_once(found)


def _logs(_root: Root, paths: Sequence[str]) -> Iterator[str]:
    return (path for path in paths if path.endswith(".db"))


def _route(_places: Places, _root: Root) -> str:
    """Return nothing: Antigravity calls Google only."""
    return ""


def _parser(log: Log, fields: bytes | None) -> StoreParser:
    from tankful.sources.antigravity import AntigravityParser  # noqa: PLC0415 - slow to load, and most scans find nothing new

    return AntigravityParser(log, fields)


SOURCE = AgentSource(
    id=ID,
    title="Antigravity",
    roots=_roots,
    logs=_logs,
    parser=_parser,
    route=_route,
    hint="Use the Antigravity command line once.",
    suffixes=(".db",),
    exactness=Exactness.EXACT,
    where="`~/.gemini/antigravity-cli/conversations/*.db` (`GEMINI_CLI_HOME`)",
    note="Each response with its tokens, from a format that is not documented. Versions that write no times are dated when a response "
    "appears. The editor keeps nothing that can be read, but in its newest versions.",
    tested="our own data in its shape",
    rest_s=2,
)
