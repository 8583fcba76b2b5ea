"""What Cursor is called, where its database is, and who reads it."""

from collections.abc import Iterator, Sequence

from tankful.sources.configured import each_once
from tankful.sources.path_texts import file_name
from tankful.sources.source import AgentSource, Exactness, Log, Places, Root, StoreParser
from tankful.sources.vscode_places import CURSOR, user_folders

ID = "cursor"
_DATABASE = "state.vscdb"


def _roots(places: Places) -> tuple[Root, ...]:
    found = [Root(folder, "settings", 1) for folder in places.extra.get(ID, ())]
    found += (Root(folder / "globalStorage", origin, 0) for folder, origin in user_folders(places, CURSOR))
    return each_once(found)


def _logs(_root: Root, paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        if file_name(path) == _DATABASE:
            yield path


def _parser(log: Log, fields: bytes | None) -> StoreParser:
    from tankful.sources.cursor import CursorParser  # noqa: PLC0415 - slow to load, and most scans find nothing new

    return CursorParser(log, fields)


def _route(_places: Places, _root: Root) -> str:
    return ""


SOURCE = AgentSource(
    id=ID,
    title="Cursor",
    roots=_roots,
    logs=_logs,
    parser=_parser,
    route=_route,
    hint="Use Cursor's chat or agent once.",
    suffixes=(_DATABASE,),
    exactness=Exactness.ACTIVITY,
    where="`Cursor/User/globalStorage/state.vscdb`",
    note="When you asked is seen; what it cost is not known on this machine: the counts that Cursor keeps are mostly 0 and without "
    "a cache split.",
    tested="databases made after what several trackers read",
    rest_s=60,
)
