"""What Roo Code is called, where its tasks are, and who reads them."""

from tankful.sources import cline_places as places
from tankful.sources.source import AgentSource, DocumentParser, Exactness, Log, Places, Root


def _roots(given: Places) -> tuple[Root, ...]:
    return places.task_roots(given, places.ROO)


def _parser(log: Log, _fields: bytes | None) -> DocumentParser:
    from tankful.sources.cline_tasks import TaskParser  # noqa: PLC0415 - slow to load, and most scans find nothing new

    return TaskParser(log)


SOURCE = AgentSource(
    id=places.ROO.id,
    title="Roo Code",
    roots=_roots,
    logs=places.task_logs,
    parser=_parser,
    route=places.no_route,
    hint="Use Roo Code once, or name the folder it keeps its `tasks` in.",
    suffixes=(places.TASK_FILE,),
    exactness=Exactness.RECORDED,
    where="`globalStorage/rooveterinaryinc.roo-cline/tasks` of every editor, `roo-cline.customStoragePath`, `~/.vscode-mock`",
    note="The model is the one that the prompt named, if the task still has it. A cost of 0 stands for one that Roo Code does not know.",
    tested="a task from tokscale's tests",
)
