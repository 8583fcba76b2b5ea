"""Where OpenCode and programs made from it keep their records and settings, and which addresses they were told to call."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path, PurePath
from typing import NamedTuple

from tankful.sources.agent_settings import settings_in, state_of, table, word
from tankful.sources.configured import each_once, named_folders, without_secrets
from tankful.sources.source import Places, Root

_MESSAGES = "message"
"""The folder of the messages of old versions, one JSON file each: `storage/message/SESSION/MESSAGE.json`."""


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
    folder = _settings_folder(application, places)
    named = places.environ.get(f"{application.prefix}_CONFIG", "")
    given = [Path(named)] if PurePath(named).is_absolute() else []
    for path in (*given, *_settings_in(folder, application.folder)):
        urls = _base_urls(path)
        if urls:
            model = word(settings_in(path), "model").partition("/")[0]
            if model:
                return urls.get(model, "")
            return next(iter(urls.values())) if len(set(urls.values())) == 1 else ""
    return ""


def _settings_folder(application: Application, places: Places) -> Path:
    named = places.environ.get("XDG_CONFIG_HOME", "")
    return (Path(named) if PurePath(named).is_absolute() else places.home / ".config") / application.folder


def _settings_in(folder: Path, name: str) -> list[Path]:
    return [folder / each for each in (f"{name}.json", f"{name}.jsonc", "opencode.json", "opencode.jsonc", "config.json")]


def base_urls_beside(log: str) -> Mapping[str, str] | None:
    """Return base URLs by provider from the settings that belong to records in their usual place; `None` when there are none."""
    for folder in PurePath(log).parents:
        if folder.parent.name == "share" and folder.parent.parent.name == ".local":
            settings = Path(folder.parent.parent.parent) / ".config" / folder.name
            return next((urls for urls in map(_base_urls, _settings_in(settings, folder.name)) if urls), None)
    return None


def _base_urls(path: Path) -> Mapping[str, str]:
    return _read(path, *state_of(path))


@lru_cache(maxsize=32)
def _read(path: Path, _modified_ns: int, _size: int) -> Mapping[str, str]:
    """Read a file once for all records, until it changes."""
    providers = table(settings_in(path), "provider")
    urls = {name: without_secrets(word(each, "options", "baseURL")) for name, each in providers.items()}
    return {name: url for name, url in urls.items() if url}
