"""What Codebuff is called, where its chats are, and who reads them."""

from collections.abc import Iterator, Sequence

from tankful.sources.configured import each_once, named_folders, no_route
from tankful.sources.path_texts import file_name
from tankful.sources.source import AgentSource, DocumentParser, Exactness, Log, Places, Root

_ID = "codebuff"
_PROJECTS = "projects"
_CHANNELS = ("manicode", "manicode-dev", "manicode-staging")
"""What it was called first; the CLI's `config-dir.ts` keeps to it on every system."""


def _roots(places: Places) -> tuple[Root, ...]:
    """Return the folder of projects of every channel, `CODEBUFF_DATA_DIR` in their place, and those from the settings."""
    found = [Root(folder, "CODEBUFF_DATA_DIR") for folder in named_folders(places.environ.get("CODEBUFF_DATA_DIR", ""), places.home)]
    if not found:
        found = [Root(places.home / ".config" / channel / _PROJECTS, f"~/.config/{channel}") for channel in _CHANNELS]
    return each_once([*found, *(Root(folder, "settings") for folder in places.extra.get(_ID, ()))])


def _logs(_root: Root, paths: Sequence[str]) -> Iterator[str]:
    return (path for path in paths if file_name(path) == "chat-messages.json")


def _parser(log: Log, fields: bytes | None) -> DocumentParser:
    from tankful.sources.codebuff import CodebuffParser  # noqa: PLC0415 - slow to load, and most scans find nothing to read

    return CodebuffParser(log, fields)


SOURCE = AgentSource(
    id=_ID,
    title="Codebuff",
    roots=_roots,
    logs=_logs,
    parser=_parser,
    route=no_route,
    hint="Use Codebuff once, or name the folder of its projects.",
    suffixes=("chat-messages.json",),
    exactness=Exactness.RECORDED,
    where="`CODEBUFF_DATA_DIR`, else `~/.config/manicode{,-dev,-staging}/projects`: `*/chats/*/chat-messages.json`",
    note="Every answer with its credits, a cent each; tokens only where they were kept.",
    tested="chats in the shape that its source code writes",
)
