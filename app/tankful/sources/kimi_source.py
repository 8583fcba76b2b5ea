"""What Kimi's agents are called, where their sessions are, and who reads them."""

from tankful.sources import kimi_places as places
from tankful.sources.source import AgentSource, LineParser, Log


def _parser(log: Log, fields: bytes | None) -> LineParser:
    from tankful.sources.kimi import KimiParser  # noqa: PLC0415 - slow to load, and most scans find nothing to read

    return KimiParser(log, fields)


SOURCE = AgentSource(
    id=places.ID,
    title="Kimi",
    roots=places.roots,
    logs=places.logs,
    parser=_parser,
    route=places.route,
    hint="Use Kimi CLI or Kimi Code once, or name the folder it keeps its `sessions` in.",
    where="`KIMI_SHARE_DIR`, `~/.kimi/sessions`; `KIMI_CODE_HOME`, `~/.kimi-code/sessions`; Kimi's desktop program",
    note="Every step of Kimi CLI and Kimi Code, sub-agents and compactions included. Kimi CLI does not write down the model: "
    "it is the one configured when the step is read.",
    tested="recorded session of Kimi CLI",
)
