"""What Continue is called, where its counts are, and who reads them."""

from tankful.sources import continue_places as places
from tankful.sources.source import AgentSource, Exactness, Log, Parser


def _parser(log: Log, fields: bytes | None) -> Parser:
    from tankful.sources import continue_counts  # noqa: PLC0415 - slow to load, and most scans find nothing to read

    of_kind = continue_counts.ContinueDatabase if log.path.endswith(places.DATABASE) else continue_counts.ContinueLines
    return of_kind(log, fields)


SOURCE = AgentSource(
    id=places.ID,
    title="Continue",
    roots=places.roots,
    logs=places.logs,
    parser=_parser,
    route=places.route,
    hint="Use Continue once, or name its folder.",
    suffixes=(places.COUNTED, places.DATABASE),
    exactness=Exactness.ESTIMATE,
    where="`CONTINUE_GLOBAL_DIR`, else `~/.continue`: `dev_data/*/tokensGenerated.jsonl`, `dev_data/devdata.sqlite`",
    note="Every completion as Continue counted it itself. What a cache gave is not told apart, so the figure is often above the truth.",
    tested="lines and rows in the shape that its source code writes",
)
