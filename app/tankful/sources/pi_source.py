"""What Pi is called, where its sessions are, and who reads them."""

from tankful.sources import pi_places as places
from tankful.sources.source import AgentSource, Exactness, LineParser, Log


def _parser(log: Log, fields: bytes | None) -> LineParser:
    from tankful.sources.pi import PiParser  # noqa: PLC0415 - slow to load, and most scans find no line to read
    from tankful.sources.provider_addresses import addresses_in  # noqa: PLC0415 - same

    return PiParser(log, fields, places.name_of(log.path), addresses_in(*places.settings_of(log.path)), family=places.PI)


SOURCE = AgentSource(
    id=places.PI,
    title="Pi",
    roots=places.pi_roots,
    logs=places.logs,
    parser=_parser,
    route=places.route,
    hint="Use Pi once, or name the folder it keeps its `sessions` in.",
    exactness=Exactness.RECORDED,
    where="`PI_CODING_AGENT_SESSION_DIR`, `PI_CODING_AGENT_DIR`, `PI_AGENT_DIR`, else `~/.pi/agent`: `sessions/**/*.jsonl`",
    note="Every response with its tokens and Pi's own cost; one without a cost is priced. Branches and forks count once.",
    tested="recorded lines",
)
