"""What Windsurf is called, where its databases are, and who reads them."""

from tankful.sources.configured import each_once, no_route
from tankful.sources.path_texts import files_named
from tankful.sources.source import AgentSource, Exactness, Log, Places, Root, StoreParser
from tankful.sources.vscode_places import FLAVOURS, WINDSURF, user_folders

ID = "windsurf"
_DATABASE = "state.vscdb"
_EDITORS = (WINDSURF, *(flavour for flavour in FLAVOURS if flavour.name.startswith("Windsurf -")))


def _roots(places: Places) -> tuple[Root, ...]:
    found = [Root(folder, "settings", 1) for folder in places.extra.get(ID, ())]
    found += (Root(folder / "workspaceStorage", origin, 1) for folder, origin in user_folders(places, *_EDITORS))
    return each_once(found)


def _parser(log: Log, fields: bytes | None) -> StoreParser:
    from tankful.sources.windsurf import WindsurfParser  # noqa: PLC0415 - slow to load, and most scans find nothing new

    return WindsurfParser(log, fields)


SOURCE = AgentSource(
    id=ID,
    title="Windsurf",
    roots=_roots,
    logs=files_named(_DATABASE),
    parser=_parser,
    route=no_route,
    hint="Use Windsurf's chat once.",
    suffixes=(_DATABASE,),
    exactness=Exactness.ACTIVITY,
    where="`Windsurf/User/workspaceStorage/*/state.vscdb`",
    note="That a chat was used is seen; what it cost is not known on this machine. Cascade's conversations are encrypted and not read.",
    tested="databases made after what several trackers read",
    rest_s=60,
)
