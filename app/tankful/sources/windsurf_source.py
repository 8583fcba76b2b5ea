"""What Windsurf is called, where its databases are, and who reads them."""

from collections.abc import Iterator, Sequence

from tankful.sources.configured import each_once
from tankful.sources.path_texts import file_name
from tankful.sources.source import AgentSource, Exactness, Log, Places, Root, StoreParser
from tankful.sources.vscode_places import FLAVOURS, WINDSURF, user_folders

ID = "windsurf"
_DATABASE = "state.vscdb"
_EDITORS = (WINDSURF, *(flavour for flavour in FLAVOURS if flavour.name.startswith("Windsurf -")))


def _roots(places: Places) -> tuple[Root, ...]:
    found = [Root(folder, "settings", 1) for folder in places.extra.get(ID, ())]
    found += (Root(folder / "workspaceStorage", origin, 1) for folder, origin in user_folders(places, *_EDITORS))
    return each_once(found)


def _logs(_root: Root, paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        if file_name(path) == _DATABASE:
            yield path


def _parser(log: Log, fields: bytes | None) -> StoreParser:
    from tankful.sources.windsurf import WindsurfParser  # noqa: PLC0415 - slow to load, and most scans find nothing new

    return WindsurfParser(log, fields)


def _route(_places: Places, _root: Root) -> str:
    return ""


SOURCE = AgentSource(
    id=ID,
    title="Windsurf",
    roots=_roots,
    logs=_logs,
    parser=_parser,
    route=_route,
    hint="Use Windsurf's chat once.",
    suffixes=(_DATABASE,),
    exactness=Exactness.ACTIVITY,
    where="`Windsurf/User/workspaceStorage/*/state.vscdb`",
    note="That a chat was used is seen; what it cost is not known on this machine. Cascade's conversations are encrypted and not read.",
    tested="databases made after what several trackers read",
    rest_s=60,
)
