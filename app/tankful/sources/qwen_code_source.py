"""What Qwen Code is called, where its chats are, and who reads them."""

from tankful.core.parsing import Form, form_of
from tankful.sources import qwen_code_places as places
from tankful.sources.source import AgentSource, Log, Parser


def _parser(log: Log, fields: bytes | None) -> Parser:
    if form_of(log.path) is Form.DOCUMENT:
        from tankful.sources.gemini_cli import GeminiChat  # noqa: PLC0415 - slow to load, and most scans find nothing to read

        return GeminiChat(log)
    from tankful.sources.qwen_code import QwenCodeParser  # noqa: PLC0415 - same

    return QwenCodeParser(log, fields)


SOURCE = AgentSource(
    id=places.ID,
    title="Qwen Code",
    roots=places.roots,
    logs=places.logs,
    parser=_parser,
    route=places.route,
    hint="Use Qwen Code once, or name the folder it keeps its `projects` in.",
    suffixes=(".jsonl", ".json"),
    where="`QWEN_RUNTIME_DIR`, `QWEN_HOME`, `~/.qwen/projects/*/chats`, `~/.qwen/tmp/*/chats`",
    note="Every response, and every further call that Qwen Code notes, such as those of sub-agents.",
    tested="recorded chat",
)
