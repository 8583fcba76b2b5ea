"""What Amp is called, where its threads are, and who reads them."""

from tankful.sources import amp_places as places
from tankful.sources.source import AgentSource, DocumentParser, Log


def _parser(log: Log, _fields: bytes | None) -> DocumentParser:
    from tankful.sources.amp import AmpThread  # noqa: PLC0415 - slow to load, and most scans find nothing to read

    return AmpThread(log)


SOURCE = AgentSource(
    id=places.ID,
    title="Amp",
    roots=places.roots,
    logs=places.logs,
    parser=_parser,
    route=places.route,
    hint="Use Amp once, or name the folder it keeps its `threads` in. Threads that only the server has cannot be read.",
    suffixes=(".json",),
    where="`XDG_DATA_HOME/amp/threads`, `~/.local/share/amp/threads`",
    note="Every response of threads kept on this machine, at the vendors' prices: Amp bills in credits of its own.",
    tested="recorded thread",
)
