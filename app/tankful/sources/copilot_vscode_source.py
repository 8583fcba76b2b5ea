"""What Copilot Chat in VS Code is called, where its sessions are, and who reads them."""

from collections.abc import Iterator, Sequence

from tankful.core.parsing import LONGEST_DOCUMENT
from tankful.sources.configured import each_once, no_route
from tankful.sources.path_texts import folder_names
from tankful.sources.source import AgentSource, Exactness, Log, Parser, Places, Root
from tankful.sources.vscode_places import user_folders

ID = "copilot-vscode"
_FOLDERS = frozenset({"chatSessions", "emptyWindowChatSessions"})


def _roots(places: Places) -> tuple[Root, ...]:
    found = [Root(folder, "settings") for folder in places.extra.get(ID, ())]
    for folder, origin in user_folders(places):
        found.append(Root(folder / "workspaceStorage", origin, 2))
        found.append(Root(folder / "globalStorage" / "emptyWindowChatSessions", origin, 0))
    return each_once(found)


def _logs(_root: Root, paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        if folder_names(path)[-1] in _FOLDERS:
            yield path


def _parser(log: Log, fields: bytes | None) -> Parser:
    from tankful.sources.copilot_vscode import ChatLogParser, ChatParser  # noqa: PLC0415 - slow to load, and most scans find nothing new

    return ChatParser(log) if log.path.endswith(".json") else ChatLogParser(log, fields)


SOURCE = AgentSource(
    id=ID,
    title="Copilot Chat (VS Code)",
    roots=_roots,
    logs=_logs,
    parser=_parser,
    route=no_route,
    hint="Use the chat once, or name the `User` folder of your editor.",
    suffixes=(".json", ".jsonl"),
    longest_line=LONGEST_DOCUMENT,
    exactness=Exactness.ESTIMATE,
    where="`workspaceStorage/*/chatSessions` and `globalStorage/emptyWindowChatSessions` of every editor",
    note="Cached tokens are not counted apart, so the cost is an upper bound; of a turn with several calls only what the editor kept. "
    "Models of your own key are told by their names (`generic-copilot/litellm/…`). Old sessions have no counts.",
    tested="sessions from superbased-observer's tests",
)
