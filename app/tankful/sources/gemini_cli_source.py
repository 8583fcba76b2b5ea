"""What Gemini CLI is called, where its chats are, and who reads them."""

from tankful.core.parsing import Form, form_of
from tankful.sources import gemini_cli_places as places
from tankful.sources.source import AgentSource, Log, Parser


def _parser(log: Log, fields: bytes | None) -> Parser:
    from tankful.sources.gemini_cli import GeminiChat, GeminiLines  # noqa: PLC0415 - slow to load, and most scans find nothing to read

    return GeminiChat(log) if form_of(log.path) is Form.DOCUMENT else GeminiLines(log, fields)


SOURCE = AgentSource(
    id=places.ID,
    title="Gemini CLI",
    roots=places.roots,
    logs=places.logs,
    parser=_parser,
    route=places.route,
    hint="Use Gemini CLI once, or name the folder it keeps its `tmp` in.",
    suffixes=(".jsonl", ".json"),
    where="`GEMINI_CLI_HOME`, `~/.gemini/tmp/*/chats`",
    note="Every response of chats and of their sub-agents. Calls outside a chat, such as those that shorten it, are not written down.",
    tested="recorded chats of both formats",
)
