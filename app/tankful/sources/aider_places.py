"""Where Aider writes its chats down, and where it was told to call its models, by its options and their variables."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tankful.sources.configured import each_once, without_secrets
from tankful.sources.path_texts import file_name
from tankful.sources.siblings import content_of
from tankful.sources.source import Places, Root

ID = "aider"
SUFFIXES = (".md", ".jsonl")
_HISTORY = ".chat.history.md"
_CONFIGURATION = ".aider.conf.yml"
_FILES = {"AIDER_CHAT_HISTORY_FILE": "chat-history-file", "AIDER_ANALYTICS_LOG": "analytics-log"}
"""The variable that names a file, and the line of the settings that does."""
_AND = ", "
_DEPTH = 3
"""Repositories lie so deep in the folders from the settings."""
_LEVELS = 8
"""So far above a folder its repository is looked for."""
_BYTES_MAX = 1_000_000
_OPENAI = ("AIDER_OPENAI_API_BASE", "OPENAI_API_BASE", "OPENAI_BASE_URL")
_OTHERS = {"anthropic": ("ANTHROPIC_API_BASE", "ANTHROPIC_BASE_URL"), "litellm_proxy": ("LITELLM_PROXY_API_BASE",)}
"""By provider, as the library has it through which Aider calls them."""


def roots(places: Places) -> tuple[Root, ...]:
    """Return the folders from the settings, those of files that were chosen, and those agents worked in lately, with their repositories'.

    Aider keeps its history in the repository it works in and nowhere else, so one in a folder that nobody names is not found.
    The names of chosen files are told with the variable that names them.
    """
    chosen: dict[Path, str] = {}
    said = [(places.home, variable, places.environ.get(variable, "").strip()) for variable in _FILES]
    for folder in (places.home, *places.projects):
        settings = _lines(folder / _CONFIGURATION)
        said += ((folder, variable, _scalar_of(settings, key)) for variable, key in _FILES.items() if settings)
    for folder, variable, file in said:
        if file:
            path = places.home / file[2:] if file.startswith("~/") else folder / file
            before = chosen.get(path.parent, "")
            chosen[path.parent] = f"{before}{_AND if before else ''}{variable}{_AND}{path.name}"
    found = [Root(folder, "settings", _DEPTH) for folder in places.extra.get(ID, ())]
    found += [Root(folder, origin, 0) for folder, origin in chosen.items()]
    found += [Root(folder, "work", 0) for folder in places.projects]
    around = dict.fromkeys(filter(None, (_repository_above(str(folder)) for folder in places.projects)))
    found += [Root(Path(folder), "work", 0) for folder in around]
    return each_once(found)


def _repository_above(folder: str) -> str:
    """Return the folder of the repository that a folder lies in; empty where it is one itself, or lies in none."""
    above = folder
    for _ in range(_LEVELS):
        if os.path.exists(f"{above}{os.sep}.git"):  # noqa: PTH110 - done for hundreds of folders, where a path costs more than the look
            return "" if above == folder else above
        above = os.path.dirname(above)  # noqa: PTH120 - same
    return ""


def logs(root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield histories, logs of analytics that are called Aider's, and the files that were chosen, whatever they are called."""
    chosen = root.origin.split(_AND)
    for path in paths:
        name = file_name(path)
        if name.endswith(_HISTORY) or (name.endswith(".jsonl") and "aider" in name) or name in chosen:
            yield path


def is_history(path: str) -> bool:
    """Say whether this is a chat as people read it, not a log of analytics."""
    return path.endswith(".md")


def route(places: Places, root: Root) -> str:
    """Return the address that Aider calls instead of OpenAI's: a folder's own outweighs the user's, files outweigh variables."""
    return _address(places, root, _OPENAI, "openai-api-base")


def addresses(places: Places, root: Root) -> Mapping[str, str]:
    """Return the addresses of the other providers that are called elsewhere than at their vendor's."""
    found = {provider: _address(places, root, names) for provider, names in _OTHERS.items()}
    return {provider: address for provider, address in found.items() if address}


def _address(places: Places, root: Root, variables: Sequence[str], key: str = "") -> str:
    for folder in (root.path, places.home):
        settings = _lines(folder / _CONFIGURATION)
        said = (
            (_scalar_of(settings, key) if key else "")
            or _variable(_set(settings), variables)
            or _variable(_lines(folder / ".env"), variables)
        )
        if said:
            return without_secrets(said)
    chosen = (places.environ.get(name, "").strip() for name in variables)
    return without_secrets(next(filter(None, chosen), ""))


def _set(settings: Sequence[str]) -> list[str]:
    """Return the variables that settings set, `NAME=VALUE` each: `set-env`, a list."""
    found: list[str] = []
    is_inside = False
    for line in settings:
        bare = line.strip()
        if is_inside and bare.startswith("- "):
            found.append(bare[2:].strip().strip("'\""))
        elif bare:
            is_inside = bare.startswith("set-env:")
            found += [each.strip().strip("'\"") for each in bare.partition(":")[2].strip(" []").split(",")] if is_inside else []
    return found


def _variable(lines: Sequence[str], names: Sequence[str]) -> str:
    pairs = (line.removeprefix("export ").partition("=") for line in lines)
    found = {name.strip(): value.strip().strip("'\"") for name, sign, value in pairs if sign}
    return next((found[name] for name in names if found.get(name)), "")


def _scalar_of(lines: Sequence[str], key: str) -> str:
    """Return a plain value of settings in YAML; empty where there is none."""
    for line in lines:
        name, colon, value = line.partition(":")
        if colon and name == key:
            return value.partition(" #")[0].strip().strip("'\"")
    return ""


def _lines(file: Path) -> list[str]:
    return content_of(file, _BYTES_MAX).decode("utf-8-sig", "replace").splitlines()
