"""What Droid is called, where its sessions are, and who reads them."""

from tankful.sources import droid_places as places
from tankful.sources.source import AgentSource, DocumentParser, Log


def _parser(log: Log, fields: bytes | None) -> DocumentParser:
    from tankful.sources.droid import DroidSession  # noqa: PLC0415 - slow to load, and most scans find nothing to read

    return DroidSession(log, fields)


SOURCE = AgentSource(
    id=places.ID,
    title="Droid",
    roots=places.roots,
    logs=places.logs,
    parser=_parser,
    route=places.route,
    hint="Use Droid once, or name the folder it keeps its `sessions` in.",
    suffixes=(places.SUFFIX,),
    where="`~/.factory/sessions`",
    note="Droid keeps one sum of tokens a session: what grew is booked when it appears, what grew before over the session's own "
    "messages. A session that changed its model is priced as a whole at its last one.",
    tested="recorded sums of sessions",
)
