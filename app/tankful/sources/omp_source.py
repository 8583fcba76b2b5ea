"""What Oh My Pi is called, where its sessions are, and who reads them: they are written as Pi's are."""

from tankful.sources import pi_places as places
from tankful.sources.source import AgentSource, Exactness, LineParser, Log


def _parser(log: Log, fields: bytes | None) -> LineParser:
    from tankful.sources.pi import PiParser  # noqa: PLC0415 - slow to load, and most scans find no line to read
    from tankful.sources.provider_addresses import addresses_in  # noqa: PLC0415 - same

    has_human = not places.is_sub_agent(log.path)
    addresses = addresses_in(*places.settings_of(log.path))
    # Sessions taken over from Pi are still Pi's, so that a copy counts once.
    return PiParser(log, fields, places.name_of(log.path), addresses, family=places.PI, has_human=has_human)


SOURCE = AgentSource(
    id=places.OMP,
    title="Oh My Pi",
    roots=places.omp_roots,
    logs=places.logs,
    parser=_parser,
    route=places.route,
    hint="Use Oh My Pi once, or name the folder it keeps its `sessions` in.",
    exactness=Exactness.RECORDED,
    where="`PI_CODING_AGENT_DIR`, `~/.omp/agent` and its profiles, `$XDG_DATA_HOME/omp`: `sessions/**/*.jsonl`",
    note="Every response with its tokens and the agent's own cost, those of sub-agents too; one without a cost is priced.",
    tested="lines in the shape that its source code writes",
)
