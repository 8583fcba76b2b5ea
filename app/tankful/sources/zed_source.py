"""What Zed's agent is called, where its threads are, and who reads them."""

from tankful.sources import zed_places as places
from tankful.sources.path_texts import files_named
from tankful.sources.source import AgentSource, Exactness, Log, StoreParser


def _parser(log: Log, fields: bytes | None) -> StoreParser:
    from tankful.sources.zed import ThreadsParser  # noqa: PLC0415 - slow to load, and most scans find nothing new

    return ThreadsParser(log, fields)


SOURCE = AgentSource(
    id=places.ID,
    title="Zed",
    roots=places.roots,
    logs=files_named(places.DATABASE),
    parser=_parser,
    route=places.route,
    addresses=places.addresses,
    hint="Use Zed's own agent once; other agents in Zed keep records of their own.",
    suffixes=(places.DATABASE,),
    exactness=Exactness.EXACT,
    where="`threads/threads.db` in `$XDG_DATA_HOME/zed`, `~/Library/Application Support/Zed` or `%LOCALAPPDATA%\\Zed`",
    note="One sum for each thread, under the model it has now; what grows is booked when it does. Other agents that run in Zed are read "
    "where they keep their own records.",
    tested="databases made after Zed's public source",
)
