"""What Copilot in Visual Studio is called, where its traces are, and who reads them."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from tankful.sources.configured import each_once, no_route
from tankful.sources.source import AgentSource, Exactness, LineParser, Log, Places, Root

ID = "copilot-visualstudio"
_NAME = "_VSGitHubCopilot_traces"


def _roots(places: Places) -> tuple[Root, ...]:
    local = places.environ.get("LOCALAPPDATA", "")
    folders = [(Path(local) if local else places.home / "AppData" / "Local") / "Temp"]
    folders += (Path(chosen) for chosen in (places.environ.get("TEMP", ""), places.environ.get("TMP", "")) if chosen)
    found = [Root(folder, "settings") for folder in places.extra.get(ID, ())]
    found += (Root(folder / "VSGitHubCopilotLogs" / "traces", "VSGitHubCopilotLogs", 0) for folder in folders)
    found += (Root(project / ".vs", ".vs", 4) for project in places.projects)
    return each_once(found)


def _logs(_root: Root, paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        file = PurePath(path)
        above = [folder.name.lower() for folder in file.parents]
        if (_NAME in file.name and file.suffix == ".jsonl") or (
            above[:1] == ["sessions"] and above[2:3] == ["copilot-chat"] and _is_id(file.name)
        ):
            yield path


def _is_id(name: str) -> bool:
    parts = name.split("-")
    return [len(part) for part in parts] == [8, 4, 4, 4, 12] and set("".join(parts).lower()) <= set("0123456789abcdef")


def _parser(log: Log, _fields: bytes | None) -> LineParser:
    from tankful.sources.copilot_visualstudio import TraceParser  # noqa: PLC0415 - slow to load, and most scans find nothing new

    return TraceParser(log)


SOURCE = AgentSource(
    id=ID,
    title="Copilot (Visual Studio)",
    roots=_roots,
    logs=_logs,
    parser=_parser,
    route=no_route,
    hint="Use Copilot in Visual Studio once; its traces are in the folder for temporary files.",
    suffixes=("",),  # sessions of Visual Studio 2026 are named by their ids alone
    exactness=Exactness.ESTIMATE,
    where="`%LOCALAPPDATA%\\Temp\\VSGitHubCopilotLogs\\traces`; `.vs/*/copilot-chat/*/sessions` of known projects",
    note="Cached tokens are not counted apart, so the cost is an upper bound. Windows empties the folder now and then.",
    tested="traces from agentsview's tests, which have no counts",
)
