"""Where Gemini CLI keeps its chats, which project a chat belongs to, and what it was told to call."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path, PurePath

from tankful.sources.agent_settings import folder_named, settings_in, table, variable
from tankful.sources.configured import each_once, named_folders, without_secrets
from tankful.sources.path_texts import folder_names
from tankful.sources.siblings import content_of
from tankful.sources.source import Places, Root

ID = "gemini-cli"

_CHATS = "chats"
_TEMPORARY = "tmp"
_ADDRESSES = ("GOOGLE_GEMINI_BASE_URL", "GOOGLE_VERTEX_BASE_URL", "CODE_ASSIST_ENDPOINT")
_OWNER = ".project_root"
_OWNER_BYTES_MAX = 65_536


def roots(places: Places) -> tuple[Root, ...]:
    """Return the folders that hold a folder for each project: chosen ones first.

    `GEMINI_CLI_HOME` stands for the home in which `.gemini` is; `GEMINI_DATA_DIR`, a list, is what other tools call that folder.
    """
    chosen = named_folders(places.environ.get("GEMINI_DATA_DIR", ""), places.home)
    found = [_within(folder, "GEMINI_DATA_DIR") for folder in chosen]
    home = folder_named(places, "GEMINI_CLI_HOME")
    if home is not None:
        found += (Root(home / ".gemini" / _TEMPORARY, "GEMINI_CLI_HOME"), Root(home / _TEMPORARY, "GEMINI_CLI_HOME"))
    if not found:
        found.append(Root(places.home / ".gemini" / _TEMPORARY, "~/.gemini"))
    for folder in places.extra.get(ID, ()):
        within = _within(folder, "settings")
        found.append(within if within.path.is_dir() else Root(folder, "settings"))
    return each_once(found)


def _within(folder: Path, origin: str) -> Root:
    return Root(folder if folder.name == _TEMPORARY else folder / _TEMPORARY, origin)


def logs(_root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield what lies in folders of chats: the rest are notes, checkpoints and outputs of tools."""
    for path in paths:
        if _CHATS in folder_names(path):
            yield path


def route(places: Places, root: Root) -> str:
    """Return the address that the environment, or Gemini CLI's own file of variables, names instead of Google's."""
    named = [places.environ.get(name, "").strip() for name in _ADDRESSES]
    named += [variable(root.path.parent / ".env", name) for name in _ADDRESSES]
    return next((address for each in named if (address := without_secrets(each))), "")


def project_of(log: str) -> str:
    """Return the folder that a chat was held in; empty where Gemini CLI did not keep it.

    The project's folder holds a marker with the path; older ones are named by the SHA-256 of the path alone, which is looked
    for among the paths of `projects.json`.
    """
    parts = PurePath(log).parts[:-1]
    if _CHATS not in parts:
        return ""
    place = len(parts) - 1 - parts[::-1].index(_CHATS)
    return _project(Path(*parts[:place]))


def _project(folder: Path) -> str:
    owner = content_of(folder / _OWNER, _OWNER_BYTES_MAX).decode("utf-8", "replace").strip()
    if owner:
        return owner
    known = table(settings_in(folder.parent.parent / "projects.json"), "projects")
    return next((path for path, name in known.items() if folder.name in (name, _digest(path))), "")


@lru_cache(maxsize=256)
def _digest(path: str) -> str:
    from hashlib import sha256  # noqa: PLC0415 - only for folders of old versions

    return sha256(path.encode("utf-8", "replace")).hexdigest()
