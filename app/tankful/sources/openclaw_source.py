"""What OpenClaw is called, where its transcripts are, and who reads them."""

from tankful.sources import codex_places
from tankful.sources import openclaw_places as places
from tankful.sources.source import AgentSource, Exactness, Log, Parser


def _parser(log: Log, fields: bytes | None) -> Parser:
    if places.is_codex(log.path):
        from tankful.sources.codex import CodexParser  # noqa: PLC0415 - slow to load, and most scans find no line to read

        configuration = codex_places.configuration_of(log.path)
        provider = configuration.provider
        usual = "" if provider == codex_places.VENDOR else provider
        return CodexParser(log._replace(route=configuration.base_urls.get(provider, usual)), fields)
    from tankful.sources.provider_addresses import addresses_in  # noqa: PLC0415 - same

    addresses = addresses_in(*places.settings_of(log.path))
    if log.path.endswith(places.DATABASE):
        from tankful.sources.openclaw import AgentDatabase  # noqa: PLC0415 - same

        return AgentDatabase(log, fields, addresses)
    from tankful.sources.pi import PiParser  # noqa: PLC0415 - same

    return PiParser(log, fields, places.name_of(log.path), addresses, family=places.ID)


SOURCE = AgentSource(
    id=places.ID,
    title="OpenClaw",
    roots=places.roots,
    logs=places.logs,
    parser=_parser,
    route=places.route,
    hint="Use OpenClaw once, or name its state folder.",
    suffixes=places.SUFFIXES,
    exactness=Exactness.RECORDED,
    where="`OPENCLAW_STATE_DIR`, else `~/.openclaw`, its profiles and older names: `agents/*/agent/openclaw-agent.sqlite`,"
    " `agents/*/sessions/*.jsonl`, also `.jsonl.deleted.*` and `.jsonl.reset.*`",
    note="Every response with its tokens and OpenClaw's own cost. What it copies from Codex yields to Codex's own log; what it"
    " runs as commands (Claude Code, Gemini CLI) is counted there.",
    tested="lines and rows in the shape that its source code writes",
)
