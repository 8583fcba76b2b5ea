"""What Cline is called, where its records are, and who reads them."""

from tankful.sources import cline_places as places
from tankful.sources.source import AgentSource, DocumentParser, Exactness, Log


def _parser(log: Log, _fields: bytes | None) -> DocumentParser:
    if log.path.endswith(places.SESSION_ENDING):
        from tankful.sources.cline_sessions import SessionParser  # noqa: PLC0415 - slow to load, and most scans find nothing new

        return SessionParser(log)
    from tankful.sources.cline_tasks import TaskParser  # noqa: PLC0415 - same

    return TaskParser(log)


SOURCE = AgentSource(
    id=places.CLINE.id,
    title="Cline",
    roots=places.roots,
    logs=places.logs,
    parser=_parser,
    route=places.route,
    hint="Use Cline once, or name the folder it keeps its `tasks` or `sessions` in.",
    suffixes=(places.TASK_FILE, places.SESSION_ENDING),
    exactness=Exactness.RECORDED,
    where="`globalStorage/saoudrizwan.claude-dev/tasks` of every editor, `~/.cline/data` "
    "(`CLINE_SESSION_DATA_DIR`, `CLINE_DATA_DIR`, `CLINE_DIR`)",
    note="The extension's tasks and the sessions of Cline 4 and its CLI. A cost of 0 stands for one that Cline does not know.",
    tested="files made after its public source",
)
