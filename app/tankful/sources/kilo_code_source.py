"""What Kilo Code is called, where its tasks are, and who reads them."""

from tankful.sources import cline_places as places
from tankful.sources.source import AgentSource, DocumentParser, Exactness, Log, Places, Root


def _roots(given: Places) -> tuple[Root, ...]:
    return places.task_roots(given, places.KILO)


def _parser(log: Log, _fields: bytes | None) -> DocumentParser:
    from tankful.sources.cline_tasks import TaskParser  # noqa: PLC0415 - slow to load, and most scans find nothing new

    return TaskParser(log)


SOURCE = AgentSource(
    id=places.KILO.id,
    title="Kilo Code",
    roots=_roots,
    logs=places.task_logs,
    parser=_parser,
    route=places.no_route,
    hint="Use Kilo Code once, or name the folder it keeps its `tasks` in.",
    suffixes=(places.TASK_FILE,),
    exactness=Exactness.RECORDED,
    where="`globalStorage/kilocode.kilo-code/tasks` of every editor, `kilo-code.customStoragePath`",
    note="Tasks of Kilo Code 5 and before; later ones are in the database of its CLI. A cost of 0 stands for one that it does not know.",
    tested="files made after its public source",
)
