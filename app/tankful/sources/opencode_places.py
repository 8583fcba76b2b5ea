"""Where OpenCode and programs made from it keep their records and settings, and which addresses they were told to call."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path, PurePath
from typing import NamedTuple

from tankful.sources.agent_settings import settings_in, state_of, table, word
from tankful.sources.configured import each_once, named_folders, without_secrets
from tankful.sources.source import Places, Root

_MESSAGES = "message"
"""The folder of the messages of old versions, one JSON file each: `storage/message/SESSION/MESSAGE.json`."""
_LEVELS = 8
"""So far above a folder its project's settings are looked for."""
_VARIABLE = re.compile(r"\{(?:env|file):([^{}]*)\}")
"""What the settings take from elsewhere."""


class Application(NamedTuple):
    """One program of the family."""

    id: str
    folder: str
    """Below the user's folders for data and settings."""
    prefix: str
    """Of its variables: `OPENCODE_DATA_DIR`."""


OPENCODE = Application("opencode", "opencode", "OPENCODE")
KILO = Application("kilo-cli", "kilo", "KILO")


def roots(application: Application, places: Places) -> tuple[Root, ...]:
    """Return the folders with databases and those with old messages, existing or not.

    `..._DATA_DIR` (a comma-separated list) replaces all else. The program itself takes `XDG_DATA_HOME` and `~/.local/share` on every
    system; the usual folders of macOS and Windows are looked into as well. `..._DB` may name a database anywhere.
    """
    found: list[Root] = []
    chosen = named_folders(places.environ.get(f"{application.prefix}_DATA_DIR", ""), places.home)
    for folder in chosen:
        found += _within(folder, f"{application.prefix}_DATA_DIR")
    if not chosen:
        shared = places.environ.get("XDG_DATA_HOME", "")
        if PurePath(shared).is_absolute():
            found += _within(Path(shared) / application.folder, "XDG_DATA_HOME")
        found += _within(places.home / ".local" / "share" / application.folder, f"~/.local/share/{application.folder}")
        if places.platform == "darwin":
            found += _within(places.home / "Library" / "Application Support" / application.folder, "~/Library/Application Support")
        if places.platform == "win32":
            local = places.environ.get("LOCALAPPDATA", "")
            usual = Path(local) if PurePath(local).is_absolute() else places.home / "AppData" / "Local"
            found += _within(usual / application.folder, "%LOCALAPPDATA%")
    database = places.environ.get(f"{application.prefix}_DB", "")
    if PurePath(database).is_absolute():
        found.append(Root(Path(database).parent, f"{application.prefix}_DB", 0))
    for folder in places.extra.get(application.id, ()):
        found += _within(folder, "settings")
    return each_once(found)


def _within(folder: Path, origin: str) -> list[Root]:
    if folder.name == _MESSAGES:
        return [Root(folder, origin, 1)]
    return [Root(folder, origin, 0), Root(folder / "storage" / _MESSAGES, origin, 1)]


def logs(root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield the databases of all channels (`opencode.db`, `opencode-beta.db` …), or the files of old messages."""
    ending = ".json" if root.path.name == _MESSAGES else ".db"
    return (path for path in paths if path.endswith(ending))


def route(application: Application, places: Places, _root: Root) -> str:
    """Return the base URL of the provider of the configured model, or of the only provider that has one; else empty."""
    for path in _settings_of(application, places):
        urls = _base_urls(path, places.environ)
        if urls:
            model = word(settings_in(path), "model").partition("/")[0]
            if model:
                return urls.get(model, "")
            return next(iter(urls.values())) if len(set(urls.values())) == 1 else ""
    return ""


def addresses(application: Application, places: Places, _root: Root) -> Mapping[str, str]:
    """Return the base URLs of all providers: those of the file that a variable names before those of the user's own."""
    found: dict[str, str] = {}
    for path in _settings_of(application, places):
        found = {**_base_urls(path, places.environ), **found}
    return found


def addresses_in(application: str, folder: str) -> Mapping[str, str]:
    """Return the base URLs that a project's own settings give providers: those nearest to a folder weigh most, up to its repository's.

    They are looked for again when something changes in the folder itself: old versions keep each message in a file of its own.
    """
    path = Path(folder)
    return _of_project(application, path, tuple(map(state_of, (path, path / "opencode.json", path / "opencode.jsonc"))))


@lru_cache(maxsize=256)
def _of_project(application: str, folder: Path, _states: tuple[tuple[int, int], ...]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for above in (folder, *folder.parents[:_LEVELS]):
        for place in (above / f".{application}", above / ".opencode", above):
            for path in _settings_in(place, application)[:-1]:
                found = {**_base_urls(path, {}), **found}
        if state_of(above / ".git") != (0, 0):
            break
    return found


def _settings_of(application: Application, places: Places) -> list[Path]:
    """Return the files of the user's settings, existing or not, the one that weighs most first."""
    chosen = places.environ.get(f"{application.prefix}_CONFIG", "")
    named = places.environ.get("XDG_CONFIG_HOME", "")
    folder = (Path(named) if PurePath(named).is_absolute() else places.home / ".config") / application.folder
    return [*([Path(chosen)] if PurePath(chosen).is_absolute() else []), *_settings_in(folder, application.folder)]


def _settings_in(folder: Path, name: str) -> list[Path]:
    return [folder / each for each in (f"{name}.json", f"{name}.jsonc", "opencode.json", "opencode.jsonc", "config.json")]


def base_urls_beside(log: str) -> Mapping[str, str] | None:
    """Return base URLs by provider from the settings that belong to records in their usual place; `None` when there are none."""
    for folder in PurePath(log).parents:
        if folder.parent.name == "share" and folder.parent.parent.name == ".local":
            settings = Path(folder.parent.parent.parent) / ".config" / folder.name
            return next((urls for urls in (_base_urls(path, {}) for path in _settings_in(settings, folder.name)) if urls), None)
    return None


def _base_urls(path: Path, environ: Mapping[str, str]) -> Mapping[str, str]:
    """Return base URLs by provider; one that a variable holds that we do not have is just called by its provider's name."""
    found = {name: _VARIABLE.sub(lambda said: environ.get(said[1], said[0]), url) for name, url in _read(path, *state_of(path)).items()}
    return {name: name if _VARIABLE.search(url) else without_secrets(url) for name, url in found.items()}


@lru_cache(maxsize=32)
def _read(path: Path, _modified_ns: int, _size: int) -> Mapping[str, str]:
    """Read a file once for all records, until it changes."""
    providers = table(settings_in(path), "provider")
    urls = {name: word(each, "options", "baseURL") for name, each in providers.items()}
    return {name: url for name, url in urls.items() if url}
