"""Where Cline, Roo Code and Kilo Code keep their tasks and sessions, and which address Cline was told to call."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tankful.sources.agent_settings import settings_in, word
from tankful.sources.configured import each_once, without_secrets
from tankful.sources.path_texts import file_name
from tankful.sources.siblings import content_of
from tankful.sources.source import Places, Root
from tankful.sources.vscode_places import storages, user_folders

TASKS = "tasks"
TASK_FILE = "ui_messages.json"
SESSION_ENDING = ".messages.json"
_ADDRESSES = {
    "litellm": "liteLlmBaseUrl",
    "openai": "openAiBaseUrl",
    "anthropic": "anthropicBaseUrl",
    "gemini": "geminiBaseUrl",
    "requesty": "requestyBaseUrl",
    "ollama": "ollamaBaseUrl",
    "lmstudio": "lmStudioBaseUrl",
}
"""Under which name Cline's settings hold the address of a provider."""
GATEWAYS = frozenset({"litellm", "openai", "openrouter", "requesty", "vercel-ai-gateway", "aihubmix", "hicap", "kilocode"})
"""What these agents call providers that are no model's vendor: calls to them go through somebody else."""


class Extension(NamedTuple):
    """One of the family as an extension of VS Code."""

    id: str
    """Of the source."""
    name: str
    """Of the extension's own folder."""
    setting: str = ""
    """The user's choice of another folder."""


ROO = Extension("roo-code", "rooveterinaryinc.roo-cline", "roo-cline.customStoragePath")
KILO = Extension("kilo-code", "kilocode.kilo-code", "kilo-code.customStoragePath")
CLINE = Extension("cline", "saoudrizwan.claude-dev")


def task_roots(places: Places, extension: Extension) -> tuple[Root, ...]:
    """Return the folders of tasks of an extension in every editor, in the folder chosen in its settings, and in the user's own."""
    found: list[Root] = []
    for folder, origin in user_folders(places):
        if extension.setting:
            chosen = _chosen(folder / "settings.json", extension.setting)
            if chosen:
                found.append(Root(places.home / chosen / TASKS, extension.setting, 1))
        found += (Root(storage / extension.name / TASKS, origin, 1) for storage in storages(folder))
    if extension is ROO:
        found.append(Root(places.home / ".vscode-mock" / "global-storage" / TASKS, "~/.vscode-mock", 1))
    found += (_named(folder, "settings") for folder in places.extra.get(extension.id, ()))
    return each_once(found)


def roots(places: Places) -> tuple[Root, ...]:
    """Return the folders of Cline's sessions and tasks: those of its own data folder first, then those of the editors.

    `CLINE_SESSION_DATA_DIR` holds sessions, `CLINE_DATA_DIR` and `CLINE_DIR/data` hold both.
    """
    data, origin = _data(places)
    sessions = places.environ.get("CLINE_SESSION_DATA_DIR", "")
    own = Root(places.home / sessions, "CLINE_SESSION_DATA_DIR") if sessions else Root(data / "sessions", origin)
    return each_once((own, Root(data / TASKS, origin, 1), *task_roots(places, CLINE)))


def task_logs(_root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield what the panel of each task shows."""
    for path in paths:
        if file_name(path) == TASK_FILE:
            yield path


def logs(_root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield what the panel of each task shows, and the messages of each session."""
    for path in paths:
        name = file_name(path)
        if name == TASK_FILE or (name.endswith(SESSION_ENDING) and name != SESSION_ENDING):
            yield path


def route(places: Places, _root: Root) -> str:
    """Return the address of Cline's configured provider, else the provider's name if it is no vendor; else nothing."""
    settings = settings_in(_data(places)[0] / "globalState.json")
    provider = word(settings, "actModeApiProvider") or word(settings, "apiProvider")
    return without_secrets(word(settings, _ADDRESSES.get(provider, ""))) or (provider if provider in GATEWAYS else "")


def no_route(_places: Places, _root: Root) -> str:
    """Return nothing: the settings of these extensions lie in the editor's own database."""
    return ""


def route_of(provider: str, configured: str) -> str:
    """Return where a call went that names its provider: the configured address serves those that are no vendor."""
    if not provider:
        return configured
    if provider not in GATEWAYS:
        return ""
    return configured if "://" in configured else provider


def _data(places: Places) -> tuple[Path, str]:
    data, home = places.environ.get("CLINE_DATA_DIR", ""), places.environ.get("CLINE_DIR", "")
    if data:
        return places.home / data, "CLINE_DATA_DIR"
    if home:
        return places.home / home / "data", "CLINE_DIR"
    return places.home / ".cline" / "data", "~/.cline"


def _named(folder: Path, origin: str) -> Root:
    return Root(folder / TASKS, origin, 1) if (folder / TASKS).is_dir() else Root(folder, origin)


def _chosen(settings: Path, name: str) -> str:
    """Return a folder from an editor's settings, which are long and mostly have none."""
    return word(settings_in(settings), name) if name.encode() in content_of(settings) else ""
