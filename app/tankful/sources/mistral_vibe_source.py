"""What Mistral Vibe is called, where its sessions are, and who reads them."""

from tankful.sources import mistral_vibe_places as places
from tankful.sources.source import AgentSource, DocumentParser, Exactness, Log


def _parser(log: Log, fields: bytes | None) -> DocumentParser:
    from tankful.sources.mistral_vibe import VibeSession  # noqa: PLC0415 - slow to load, and most scans find nothing to read

    return VibeSession(log, fields)


SOURCE = AgentSource(
    id=places.ID,
    title="Mistral Vibe",
    roots=places.roots,
    logs=places.logs,
    parser=_parser,
    route=places.route,
    hint="Use Mistral Vibe once, or name the folder it keeps its `logs` in.",
    suffixes=(".json",),
    exactness=Exactness.RECORDED,
    where="`VIBE_HOME`, `~/.vibe/logs/session`",
    note="Vibe keeps one sum of tokens and dollars a session: what grew is booked when it appears, what grew before over the "
    "session's own messages where they have times. A session that changed its model is priced as a whole at its last one.",
    tested="recorded sums of sessions",
)
