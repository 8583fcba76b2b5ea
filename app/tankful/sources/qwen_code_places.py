"""Where Qwen Code keeps its chats, and what it was told to call."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from tankful.sources.agent_settings import entries, folder_named, settings_in, table, variable, word
from tankful.sources.configured import each_once, named_folders, without_secrets
from tankful.sources.path_texts import folder_names
from tankful.sources.source import Places, Root

ID = "qwen-code"

_FOLDERS = ("projects", "tmp")
_HELD_IN = frozenset({"chats", "subagents"})
_ADDRESS = "OPENAI_BASE_URL"


def roots(places: Places) -> tuple[Root, ...]:
    """Return the folders that hold a folder for each project: `projects`, and `tmp` of older versions.

    `QWEN_RUNTIME_DIR` and `QWEN_HOME` are Qwen Code's own variables; `QWEN_DATA_DIR`, a list, is what other tools call the folder.
    """
    found: list[Root] = []
    for name in ("QWEN_RUNTIME_DIR", "QWEN_HOME"):
        folder = folder_named(places, name)
        if folder is not None:
            found += _within(folder, name)
    for folder in named_folders(places.environ.get("QWEN_DATA_DIR", ""), places.home):
        found += _within(folder, "QWEN_DATA_DIR")
    if not found:
        found += _within(places.home / ".qwen", "~/.qwen")
    for folder in places.extra.get(ID, ()):
        within = _within(folder, "settings")
        found += within if any(root.path.is_dir() for root in within) else [Root(folder, "settings")]
    return each_once(found)


def _within(folder: Path, origin: str) -> list[Root]:
    return [Root(folder, origin)] if folder.name in _FOLDERS else [Root(folder / name, origin) for name in _FOLDERS]


def logs(_root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield what lies in folders of chats and of sub-agents."""
    for path in paths:
        if not _HELD_IN.isdisjoint(folder_names(path)):
            yield path


def route(places: Places, root: Root) -> str:
    """Return the configured address: the environment's, else the one of Qwen Code's own settings.

    Settings may give each model an address of its own; it is the route only if all have the same. A chat that says where it
    calls is believed over this.
    """
    home = folder_named(places, "QWEN_HOME") or (root.path.parent if root.path.name in _FOLDERS else root.path)
    given = settings_in(home / "settings.json")
    of_models = {word(model, "baseUrl") for kind in table(given, "modelProviders") for model in entries(given, "modelProviders", kind)}
    named = [
        places.environ.get(_ADDRESS, "").strip(),
        variable(home / ".env", _ADDRESS),
        word(given, "security", "auth", "baseUrl"),
        word(given, "env", _ADDRESS),
        of_models.pop() if len(of_models) == 1 else "",
    ]
    return next((address for each in named if (address := without_secrets(each))), "")
