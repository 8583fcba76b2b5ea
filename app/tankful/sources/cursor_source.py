"""What Cursor is called, where its database is, and who reads it."""

from tankful.sources.configured import each_once, no_route
from tankful.sources.path_texts import files_named
from tankful.sources.source import AgentSource, Exactness, Log, Places, Root, StoreParser
from tankful.sources.vscode_places import CURSOR, user_folders

ID = "cursor"
_DATABASE = "state.vscdb"


def _roots(places: Places) -> tuple[Root, ...]:
    found = [Root(folder, "settings", 1) for folder in places.extra.get(ID, ())]
    found += (Root(folder / "globalStorage", origin, 0) for folder, origin in user_folders(places, CURSOR))
    return each_once(found)


def _parser(log: Log, fields: bytes | None) -> StoreParser:
    from tankful.sources.cursor import CursorParser  # noqa: PLC0415 - slow to load, and most scans find nothing new

    return CursorParser(log, fields)


SOURCE = AgentSource(
    id=ID,
    title="Cursor",
    roots=_roots,
    logs=files_named(_DATABASE),
    parser=_parser,
    route=no_route,
    hint="Use Cursor's chat or agent once.",
    suffixes=(_DATABASE,),
    exactness=Exactness.ACTIVITY,
    where="`Cursor/User/globalStorage/state.vscdb`",
    note="When you asked is seen; what it cost is not known on this machine: the counts that Cursor keeps are mostly 0 and without "
    "a cache split.",
    tested="databases made after what several trackers read",
    rest_s=60,
)
