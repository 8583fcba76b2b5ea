"""Where Mistral Vibe keeps its sessions, whose sums a session goes on with, and where it was told to call."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tankful.sources.agent_settings import entries, folder_named, member, settings_in, table, word
from tankful.sources.configured import each_once, without_secrets
from tankful.sources.path_texts import file_name
from tankful.sources.source import Places, Root

ID = "mistral-vibe"

_META = "meta.json"
_SHORT = 8
"""So much of a session's id is in the name of its folder."""
_OWN = "https://api.mistral.ai"
_ANCESTORS_MAX = 64
_SUMS = ("steps", "session_prompt_tokens", "session_completion_tokens")


class Setting(NamedTuple):
    """A model as it is configured."""

    model: str
    address: str
    """Where it is called; empty for Mistral's own."""
    provider: str


def roots(places: Places) -> tuple[Root, ...]:
    """Return the folders of sessions: below `VIBE_HOME`, else `~/.vibe`, and where its settings put them."""
    chosen = folder_named(places, "VIBE_HOME")
    home, origin = (places.home / ".vibe", "~/.vibe") if chosen is None else (chosen, "VIBE_HOME")
    found = [Root(home / "logs" / "session", origin)]
    saved = word(settings_in(home / "config.toml"), "session_logging", "save_dir")
    if saved:
        found.append(Root(places.home / saved.removeprefix("~/"), f"{origin}, save_dir"))
    for folder in places.extra.get(ID, ()):
        within = folder / "logs" / "session"
        found.append(Root(within if within.is_dir() else folder, "settings"))
    return each_once(found)


def logs(_root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield what is known of each session: its `meta.json`, or the one file of older versions."""
    for path in paths:
        name = file_name(path)
        if name == _META or name.startswith("session_"):
            yield path


def route(places: Places, root: Root) -> str:
    """Return the address that the settings give the active model; a session tells the one it had itself."""
    home = root.path.parent.parent
    return setting_of(settings_in(home / "config.toml"), places.environ.get("VIBE_ACTIVE_MODEL", "").strip()).address


def setting_of(configuration: Mapping[str, Any], model: str) -> Setting:
    """Return a model as a configuration knows it, by its alias or its name; the active one where none is given.

    `models` and `providers` are lists in some versions and tables by name in others; so is the active model a name or a table.
    """
    active = member(configuration, "active_model")
    alias = model or (word(configuration, "active_model") or word(active, "alias") or word(active, "name"))
    entry = _named(configuration, "models", alias, ("alias", "name"))
    provider = word(entry, "provider")
    address = without_secrets(word(_named(configuration, "providers", provider, ("name",)), "api_base"))
    return Setting(word(entry, "name") or alias, "" if address.startswith(_OWN) else address, provider)


def _named(configuration: Mapping[str, Any], kind: str, name: str, fields: tuple[str, ...]) -> object:
    by_name = table(configuration, kind)
    if name in by_name:
        return by_name[name]
    return next((entry for entry in entries(configuration, kind) if name and name in {word(entry, field) for field in fields}), None)


def counter_of(log: str, session: str, parent: str, sums: Mapping[str, Any]) -> str:
    """Return the session whose sums these go on with: its own, or the first of those that were shortened into one another.

    A session that was shortened goes on under another id with the same sums; one that was only begun from another starts at
    zero, so that it is below it at first. A sub-agent, in a folder of its session's, has sums of its own.
    """
    folder = Path(log).parent
    for _ in range(_ANCESTORS_MAX):
        if not parent or folder.parent.name == "agents":
            break
        before = _session_in(folder.parent, parent)
        if not before:
            return parent  # gone: what it spent was booked under its id, or never
        earlier = table(before, "stats")
        if any(_count(sums, name) < _count(earlier, name) for name in _SUMS):
            break
        session, parent, sums = parent, word(before, "parent_session_id"), earlier
    return session


def _session_in(folder: Path, session: str) -> Mapping[str, Any]:
    ending, nothing = f"_{session[:_SHORT]}", dict[str, Any]()
    try:
        names = [name for name in os.listdir(folder) if name.endswith(ending)]  # noqa: PTH208 - names are all it takes
    except (OSError, ValueError):
        return nothing
    metas = (settings_in(folder / name / _META) for name in names)
    return next((meta for meta in metas if word(meta, "session_id") == session), nothing)


def _count(sums: Mapping[str, Any], name: str) -> float:
    value = sums.get(name)
    return value if isinstance(value, (int, float)) else 0
