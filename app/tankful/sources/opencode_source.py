"""What OpenCode is called, where its records are, and who reads them."""

from functools import partial

from tankful.sources import opencode_places as places
from tankful.sources.source import AgentSource, Exactness, Log, Parser


def parser(log: Log, fields: bytes | None) -> Parser:
    """Return the reader of a database or of an old message file."""
    from tankful.sources.opencode import OpenCodeFile, OpenCodeStore  # noqa: PLC0415 - slow to load, and most scans find nothing new

    return OpenCodeFile(log) if log.path.endswith(".json") else OpenCodeStore(log, fields)


SOURCE = AgentSource(
    id=places.OPENCODE.id,
    title="OpenCode",
    roots=partial(places.roots, places.OPENCODE),
    logs=places.logs,
    parser=parser,
    route=partial(places.route, places.OPENCODE),
    addresses=partial(places.addresses, places.OPENCODE),
    hint="Use OpenCode once, or name the folder that holds its `opencode.db`.",
    suffixes=(".db", ".json"),
    exactness=Exactness.RECORDED,
    where="`~/.local/share/opencode` (`OPENCODE_DATA_DIR`, `XDG_DATA_HOME`, `OPENCODE_DB`): all channels, `storage/message`",
    note="Tokens and cost of every response; where OpenCode knew no price, the price table's.",
    tested="recorded database and message files",
    rest_s=2,
)
