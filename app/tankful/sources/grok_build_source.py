"""What Grok Build is called, where its records are, and who reads them."""

from tankful.sources import grok_build_places as places
from tankful.sources.source import AgentSource, Exactness, LineParser, Log


def _parser(log: Log, fields: bytes | None) -> LineParser:
    if log.path.endswith(places.UNIFIED):
        from tankful.sources.grok_build_log import GrokLogParser  # noqa: PLC0415 - slow to load, and most scans find no line to read

        return GrokLogParser(log, fields)
    from tankful.sources.grok_build import GrokUpdatesParser  # noqa: PLC0415 - same

    return GrokUpdatesParser(log, fields)


SOURCE = AgentSource(
    id=places.ID,
    title="Grok Build",
    roots=places.roots,
    logs=places.logs,
    parser=_parser,
    route=places.route,
    hint="Use Grok Build once, or name its home.",
    exactness=Exactness.RECORDED,
    where="`GROK_HOME`, else `~/.grok`: `sessions/*/*/updates.jsonl`, `logs/unified.jsonl`",
    note="Every turn with its tokens and Grok's own cost, model by model. Versions that wrote no usage are not guessed at.",
    tested="lines in the shape of recorded ones; recorded sessions without usage",
)
