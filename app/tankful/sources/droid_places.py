"""Where Droid keeps its sessions, and which models of one's own it was told to call, and where."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

from tankful.sources.agent_settings import entries, settings_in, word
from tankful.sources.configured import each_once, named_folders, without_secrets
from tankful.sources.source import Places, Root

ID = "droid"
SUFFIX = ".settings.json"

_SESSIONS = "sessions"
_CUSTOM = "custom:"


class Setting(NamedTuple):
    """A model as it is configured."""

    model: str
    address: str
    """Where it is called; empty: by Factory."""


def roots(places: Places) -> tuple[Root, ...]:
    """Return the folders of sessions: `DROID_SESSIONS_DIR`, a list that other tools know, else `~/.factory/sessions`."""
    chosen = named_folders(places.environ.get("DROID_SESSIONS_DIR", ""), places.home)
    found = [Root(folder, "DROID_SESSIONS_DIR") for folder in chosen] or [Root(places.home / ".factory" / _SESSIONS, "~/.factory")]
    for folder in places.extra.get(ID, ()):
        within = folder / _SESSIONS
        found.append(Root(within if within.is_dir() else folder, "settings"))
    return each_once(found)


def logs(_root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield the sums of sessions."""
    for path in paths:
        if path.endswith(SUFFIX):
            yield path


def route(_places: Places, _root: Root) -> str:
    """Return nothing: Factory calls the models, but those of one's own, whose address each session's model tells."""
    return ""


def home_of(log: str) -> Path:
    """Return the folder that holds `sessions` and the settings."""
    parents = PurePath(log).parents
    return Path(next((folder.parent for folder in parents if folder.name == _SESSIONS), parents[0]))


def setting_of(home: Path, model: str) -> Setting:
    """Return what a session's model is called at its vendor, and where.

    A model of one's own goes by `custom:`, the name it is shown under, and its place among all of them; Droid's own models go
    by ids, or by names for people such as `Claude Sonnet 4 [Anthropic]`.
    """
    if not model.startswith(_CUSTOM):
        return Setting(_id_of(model), "")
    shown = _hyphened(model.removeprefix(_CUSTOM))
    name, _, place = shown.rpartition("-")
    own = [*entries(settings_in(home / "settings.json"), "customModels"), *entries(settings_in(home / "config.json"), "custom_models")]
    for entry in own:
        if {shown, name if place.isdigit() else shown} & {_hyphened(each) for each in _names(entry)}:
            address = word(entry, "baseUrl") or word(entry, "base_url")
            return Setting(word(entry, "model"), without_secrets(address))
    return Setting(_id_of(name if place.isdigit() else shown), "")


def _names(entry: object) -> Iterator[str]:
    for field in ("id", "displayName", "model_display_name", "name", "model"):
        named = word(entry, field)
        if named:
            yield named.removeprefix(_CUSTOM)


def _hyphened(name: str) -> str:
    return "-".join(name.lower().split())


def _id_of(name: str) -> str:
    """Return an id for a name that is written for people: without the vendor's in brackets, with hyphens."""
    kept, _, _ = _hyphened(name).partition("[")
    kept = kept.rstrip("-")
    return kept.replace(".", "-") if kept.startswith("claude") else kept
