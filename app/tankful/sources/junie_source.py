"""What Junie is called, where its sessions are, and who reads them."""

from collections.abc import Iterator, Sequence

from tankful.sources.configured import each_once, no_route
from tankful.sources.path_texts import file_name
from tankful.sources.source import AgentSource, Exactness, LineParser, Log, Places, Root

_ID = "junie"
_SESSIONS = "sessions"


def _roots(places: Places) -> tuple[Root, ...]:
    """Return the folder of sessions below the user's home, and those from the settings: Junie has no variable for it."""
    found = [Root(places.home / ".junie" / _SESSIONS, "~/.junie")]
    for folder in places.extra.get(_ID, ()):
        sessions = folder / _SESSIONS
        found.append(Root(sessions if sessions.is_dir() else folder, "settings"))
    return each_once(found)


def _logs(_root: Root, paths: Sequence[str]) -> Iterator[str]:
    return (path for path in paths if file_name(path) == "events.jsonl")


def _parser(log: Log, fields: bytes | None) -> LineParser:
    from tankful.sources.junie import JunieParser  # noqa: PLC0415 - slow to load, and most scans find no line to read

    return JunieParser(log, fields)


SOURCE = AgentSource(
    id=_ID,
    title="Junie",
    roots=_roots,
    logs=_logs,
    parser=_parser,
    route=no_route,
    hint="Use Junie once, or name the folder it keeps its `sessions` in.",
    exactness=Exactness.RECORDED,
    where="`~/.junie/sessions/*/events.jsonl`",
    note="Every answer with its tokens and Junie's own cost, in dollars at list price whatever the subscription.",
    tested="lines in the shape of recorded ones",
)
