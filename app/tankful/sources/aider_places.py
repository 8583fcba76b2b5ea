"""Where Aider writes its chats down, and where it was told to call its models, by its options and their variables."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from tankful.sources.configured import each_once, without_secrets
from tankful.sources.path_texts import file_name
from tankful.sources.siblings import content_of
from tankful.sources.source import Places, Root

ID = "aider"
SUFFIXES = (".chat.history.md", ".jsonl")
_HISTORY = ".chat.history.md"
_CONFIGURATION = ".aider.conf.yml"
_ANALYTICS = "AIDER_ANALYTICS_LOG"
_DEPTH = 3
"""Repositories lie so deep in the folders from the settings."""
_BYTES_MAX = 1_000_000
_ADDRESS_VARIABLES = ("AIDER_OPENAI_API_BASE", "OPENAI_API_BASE", "OPENAI_BASE_URL")


def roots(places: Places) -> tuple[Root, ...]:
    """Return the folders that agents worked in lately, those from the settings, and those of files that were chosen.

    Aider keeps its history in the repository it works in and nowhere else, so one in a folder that nobody names is not found.
    """
    found = [Root(folder, "work", 0) for folder in places.projects]
    found += [Root(folder, "settings", _DEPTH) for folder in places.extra.get(ID, ())]
    chosen = [(name, places.home, places.environ.get(name, "").strip()) for name in ("AIDER_CHAT_HISTORY_FILE", _ANALYTICS)]
    configured = (places.home, *places.projects)
    chosen += [(_ANALYTICS, folder, _scalar(folder / _CONFIGURATION, "analytics-log")) for folder in configured]
    for origin, folder, file in chosen:
        if file:
            above = places.home / file[2:] if file.startswith("~/") else folder / file
            found.append(Root(above.parent, origin, 0))
    return each_once(found)


def logs(root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield histories, and logs of analytics that are called Aider's, or lie where they were said to be."""
    for path in paths:
        name = file_name(path)
        if name.endswith(_HISTORY) or "aider" in name or (root.origin == _ANALYTICS and "analytics" in name):
            yield path


def is_history(path: str) -> bool:
    """Say whether this is a chat as people read it, not a log of analytics."""
    return path.endswith(_HISTORY)


def route(places: Places, root: Root) -> str:
    """Return the address that Aider calls instead of OpenAI's: a folder's own outweighs the user's, files outweigh variables."""
    for folder in (root.path, places.home):
        said = _scalar(folder / _CONFIGURATION, "openai-api-base") or _variable(folder / ".env")
        if said:
            return without_secrets(said)
    chosen = (places.environ.get(name, "").strip() for name in _ADDRESS_VARIABLES)
    return without_secrets(next(filter(None, chosen), ""))


def _variable(file: Path) -> str:
    lines = (line.removeprefix("export ") for line in _lines(file))
    found = {name.strip(): value.strip().strip("'\"") for name, sign, value in (line.partition("=") for line in lines) if sign}
    return next((found[name] for name in _ADDRESS_VARIABLES if found.get(name)), "")


def _scalar(file: Path, key: str) -> str:
    """Return a plain value of a settings file in YAML; empty where there is none."""
    for line in _lines(file):
        name, colon, value = line.partition(":")
        if colon and name == key:
            return value.partition(" #")[0].strip().strip("'\"")
    return ""


def _lines(file: Path) -> list[str]:
    return content_of(file, _BYTES_MAX).decode("utf-8-sig", "replace").splitlines()
