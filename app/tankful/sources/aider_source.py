"""What Aider is called, where its chats are, and who reads them."""

from tankful.sources import aider_places as places
from tankful.sources.source import AgentSource, Exactness, LineParser, Log


def _parser(log: Log, fields: bytes | None) -> LineParser:
    if places.is_history(log.path):
        from tankful.sources.aider import AiderParser  # noqa: PLC0415 - slow to load, and most scans find no line to read

        return AiderParser(log, fields)
    from tankful.sources.aider_analytics import AiderAnalyticsParser  # noqa: PLC0415 - same

    return AiderAnalyticsParser(log, fields)


SOURCE = AgentSource(
    id=places.ID,
    title="Aider",
    roots=places.roots,
    logs=places.logs,
    parser=_parser,
    route=places.route,
    addresses=places.addresses,
    hint="Use Aider in a folder that another agent works in too, or name the folder your repositories are in.",
    suffixes=places.SUFFIXES,
    exactness=Exactness.RECORDED,
    where="`.aider.chat.history.md` in folders that agents worked in, in their repositories and below those from the settings,"
    " `AIDER_CHAT_HISTORY_FILE`, `AIDER_ANALYTICS_LOG`",
    note="Every message with Aider's own cost, rounded to cents. Messages have no times: they are dated while Tankful runs, else by"
    " the analytics log if there is one, else by the start of their run.",
    tested="histories and logs in the shape that its source code writes",
)
