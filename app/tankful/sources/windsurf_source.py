"""What Windsurf is called, where its databases and conversations are, and who reads them."""

from collections.abc import Iterator, Sequence

from tankful.sources.configured import each_once, no_route
from tankful.sources.path_texts import file_name, folder_names
from tankful.sources.source import AgentSource, Exactness, Log, Parser, Places, Root
from tankful.sources.vscode_places import FLAVOURS, WINDSURF, user_folders

ID = "windsurf"
_DATABASE = "state.vscdb"
_SEALED, _CASCADE = ".pb", "cascade"
_HOMES = ("windsurf", "windsurf-next")
_EDITORS = (WINDSURF, *(flavour for flavour in FLAVOURS if flavour.name.startswith("Windsurf -")))


def _roots(places: Places) -> tuple[Root, ...]:
    found = [Root(folder, "settings", 1) for folder in places.extra.get(ID, ())]
    found += (Root(folder / "workspaceStorage", origin, 1) for folder, origin in user_folders(places, *_EDITORS))
    found += (Root(places.home / ".codeium" / name / _CASCADE, "~/.codeium", 0) for name in _HOMES)
    return each_once(found)


def _logs(_root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield workspaces' databases, and of other files the conversations."""
    return (path for path in paths if file_name(path) == _DATABASE or (path.endswith(_SEALED) and folder_names(path)[-1:] == [_CASCADE]))


def _parser(log: Log, fields: bytes | None) -> Parser:
    if log.path.endswith(_SEALED):
        from tankful.sources.windsurf_cascade import CascadeParser  # noqa: PLC0415 - slow to load, and most scans find nothing new

        return CascadeParser(log, fields)
    from tankful.sources.windsurf import WindsurfParser  # noqa: PLC0415 - same

    return WindsurfParser(log, fields)


SOURCE = AgentSource(
    id=ID,
    title="Windsurf",
    roots=_roots,
    logs=_logs,
    parser=_parser,
    route=no_route,
    hint="Use Windsurf's chat or Cascade once.",
    suffixes=(_DATABASE, _SEALED),
    exactness=Exactness.ACTIVITY,
    where="`Windsurf/User/workspaceStorage/*/state.vscdb`, `~/.codeium/windsurf/cascade/*.pb`",
    note="That a chat was used is seen; what it cost is not known on this machine. Cascade's conversations are encrypted: that one has "
    "changed counts as a prompt, once in five minutes at most.",
    tested="databases made after what several trackers read",
    rest_s=60,
)
