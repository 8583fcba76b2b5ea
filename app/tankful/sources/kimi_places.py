"""Where Kimi CLI and Kimi Code keep their sessions, whose a session is, and what they were told to call."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from tankful.sources.agent_settings import application_data, entries, folder_named, settings_in, table, word
from tankful.sources.configured import each_once, named_folders, without_secrets
from tankful.sources.path_texts import file_name
from tankful.sources.siblings import content_of
from tankful.sources.source import Places, Root

ID = "kimi"
USUAL_MODEL = "kimi-for-coding"
"""What both use when nothing else is chosen."""

_SESSIONS = "sessions"
_LOG = "wire.jsonl"
_DESKTOP = ("kimi-desktop", "daimon-share", "daimon", "runtime", "kimi-code", "home")
_OWN = ("kimi.com", "moonshot.ai", "moonshot.cn")
_INDEX_BYTES_MAX = 16_000_000


class Setting(NamedTuple):
    """A model as it is configured."""

    model: str
    """Its name at the vendor; empty when nothing is configured."""
    address: str
    """Where it is called; empty for Moonshot's own."""


def roots(places: Places) -> tuple[Root, ...]:
    """Return the folders of sessions of both programs and of Kimi's desktop program, which runs Kimi Code.

    `KIMI_SHARE_DIR` and `KIMI_CODE_HOME` are their own variables; `KIMI_DATA_DIR`, a list, is what other tools call the first.
    """
    found: list[Root] = []
    for name, usual in (("KIMI_SHARE_DIR", ".kimi"), ("KIMI_CODE_HOME", ".kimi-code")):
        folder = folder_named(places, name)
        found.append(_within(places.home / usual, f"~/{usual}") if folder is None else _within(folder, name))
    chosen = named_folders(places.environ.get("KIMI_DATA_DIR", ""), places.home)
    found += [_within(folder, "KIMI_DATA_DIR") for folder in chosen]
    found.append(_within(application_data(places).joinpath(*_DESKTOP), "Kimi"))
    for folder in places.extra.get(ID, ()):
        within = _within(folder, "settings")
        found.append(within if within.path.is_dir() else Root(folder, "settings"))
    return each_once(found)


def _within(folder: Path, origin: str) -> Root:
    return Root(folder if folder.name == _SESSIONS else folder / _SESSIONS, origin)


def logs(_root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield what was said on the wire; other files repeat it for the model."""
    for path in paths:
        if file_name(path) == _LOG:
            yield path


def route(places: Places, root: Root) -> str:
    """Return the configured address; empty for Moonshot's own."""
    named = places.environ.get("KIMI_BASE_URL", "").strip()
    return _foreign(named) if named else usual_setting(root.path.parent).address


class Session(NamedTuple):
    """What the place of a log says of it."""

    id: str
    home: Path
    """The folder that holds `sessions` and the settings."""
    folder: str
    """The name of the folder of its project."""
    sub_agent: bool


def session_of(log: str) -> Session:
    """Return what a log's place says: `sessions/<project>/<session>/`, deeper for agents of a session.

    Kimi Code gives each agent of a session a folder in `agents`, `main` the first; Kimi CLI keeps sub-agents in `subagents`.
    """
    path = PurePath(log).parent
    sub_agent = False
    if path.parent.name in {"agents", "subagents"}:
        sub_agent = path.name != "main"
        path = path.parent.parent
    return Session(path.name, Path(path.parent.parent.parent), path.parent.name, sub_agent)


def project_of(session: Session) -> str:
    """Return the folder that a session works in; empty where that is not kept.

    Kimi Code lists workspaces by name and, before that, sessions. Kimi CLI names a folder by the MD5 of the path, which is
    looked for among the paths it lists.
    """
    named = word(settings_in(session.home / "workspaces.json"), "workspaces", session.folder, "root")
    if named:
        return named
    for entry in entries(settings_in(session.home / "kimi.json"), "work_dirs"):
        path = word(entry, "path")
        if path and _digest(path) == session.folder:
            return path
    return _indexed(session.home / "session_index.jsonl").get(session.id, "")


@lru_cache(maxsize=256)
def _digest(path: str) -> str:
    from hashlib import md5  # noqa: PLC0415 - not everybody uses Kimi

    return md5(path.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def _indexed(index: Path) -> dict[str, str]:
    try:
        status = index.stat()
    except (OSError, ValueError):
        return {}
    return _read_index(index, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4)
def _read_index(index: Path, _modified_ns: int, _size: int) -> dict[str, str]:
    import json  # noqa: PLC0415 - not everybody uses Kimi

    folders: dict[str, str] = {}
    for line in content_of(index, _INDEX_BYTES_MAX).decode("utf-8", "replace").splitlines():
        try:
            entry: object = json.loads(line)
        except (ValueError, RecursionError):
            continue
        folder = word(entry, "workDir")
        folders[word(entry, "sessionId")] = folder
        folders[PurePath(word(entry, "sessionDir")).name] = folder
    return folders


def usual_setting(home: Path) -> Setting:
    """Return how the model is configured that is used when none is chosen; Kimi CLI's older settings name just the model."""
    given = _configuration(home)
    usual = _setting(given, word(given, "default_model"))
    return usual if usual.model else usual._replace(model=word(given, "model"))


def setting_of(home: Path, alias: str) -> Setting:
    """Return how the model is configured that goes by this name in the settings; nothing for a name that is not in them."""
    return _setting(_configuration(home), alias)


def _configuration(home: Path) -> Mapping[str, Any]:
    return settings_in(home / "config.toml") or settings_in(home / "config.json")


def _setting(given: Mapping[str, Any], alias: str) -> Setting:
    chosen = table(given, "models", alias)
    return Setting(word(chosen, "model"), _foreign(word(given, "providers", word(chosen, "provider"), "base_url")))


def _foreign(address: str) -> str:
    plain = without_secrets(address)
    host = plain.partition("://")[2].partition("/")[0].partition(":")[0]
    return "" if any(host == own or host.endswith(f".{own}") for own in _OWN) else plain
