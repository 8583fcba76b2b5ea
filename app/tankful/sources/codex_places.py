"""Where Codex keeps its logs, and which provider it was told to call."""

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from tankful.sources.configured import each_once, named_folders, without_secrets
from tankful.sources.path_texts import file_name
from tankful.sources.siblings import content_of
from tankful.sources.source import Places, Root

ID = "codex"
VENDOR = "openai"
"""What Codex calls the provider it uses when nothing else is configured."""

LIVE = "sessions"
ARCHIVE = "archived_sessions"
"""The two folders of a home that hold logs."""
_OWN = "config.toml"
_MANAGED = "managed_config.toml"
_TIERS = frozenset({"fast", "priority", "flex"})
_NAME_MAX = 4096


class Configuration(NamedTuple):
    """What `config.toml` says of where calls go and at which speed."""

    provider: str = VENDOR
    base_urls: Mapping[str, str] = MappingProxyType({})
    """By provider; a provider without one is not in it."""
    tier: str = ""


_NOTHING = Configuration(provider="")


def roots(places: Places) -> tuple[Root, ...]:
    """Return the folders that hold logs, existing or not: those of the Codex homes first, then the user's own.

    `CODEX_HOME` is a comma-separated list and replaces `~/.codex`. A home is not a root itself: it also holds work trees
    and databases that change all the time. A folder from the settings may be a home, or hold logs or captures.
    """
    found: list[Root] = []
    chosen = named_folders(places.environ.get("CODEX_HOME", ""), places.home)
    for folder in chosen:
        found += _within(folder, "CODEX_HOME")
    if not chosen:
        found += _within(places.home / ".codex", "~/.codex")
    for folder in places.extra.get(ID, ()):
        within = _within(folder, "settings")
        found += within if any(root.path.is_dir() for root in within) else [Root(folder, "settings")]
    return each_once(found)


def _within(folder: Path, origin: str) -> list[Root]:
    if folder.name in {LIVE, ARCHIVE}:
        return [Root(folder, origin)]
    return [Root(folder / LIVE, origin), Root(folder / ARCHIVE, origin)]


def logs(root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield every `.jsonl` file, but of an archived log that is also among the live ones only the live one.

    The two are twins when they have the same name, wherever the live one lies.
    """
    archived = root.path.name == ARCHIVE
    live = _names_below(root.path.with_name(LIVE)) if archived and paths else frozenset[str]()
    for path in paths:
        if path.endswith(".jsonl") and file_name(path) not in live:
            yield path


def _names_below(folder: Path) -> frozenset[str]:
    return frozenset(name for _, _, names in os.walk(folder) for name in names)


def route(places: Places, root: Root) -> str:
    """Return the base URL of the configured provider, else its name; empty for the vendor's own."""
    configuration = configuration_of(str(root.path), places.system)
    provider = configuration.provider
    fallback = without_secrets(places.environ.get("OPENAI_BASE_URL", "").strip()) if provider == VENDOR else provider
    return configuration.base_urls.get(provider) or fallback


def configuration_of(log: str, system: Path = Path("/")) -> Configuration:
    """Return what is configured for the home that a log, or a folder of logs, lies in; nothing for one that lies in no home.

    What an organisation manages beats the home's own `config.toml`, and that the system's (Codex's page on configuration).
    """
    folders = (PurePath(log), *PurePath(log).parents)
    home = next((folder.parent for folder in folders if folder.name in {LIVE, ARCHIVE}), None)
    if home is None:
        return Configuration()
    of_system = system / "etc" / "codex"
    layers = [_layer(path) for path in (of_system / _MANAGED, Path(home / _MANAGED), Path(home / _OWN), of_system / _OWN)]
    base_urls: dict[str, str] = {}
    for layer in reversed(layers):
        base_urls.update(layer.base_urls)
    return Configuration(
        provider=next((layer.provider for layer in layers if layer.provider), VENDOR),
        base_urls=base_urls,
        tier=next((layer.tier for layer in layers if layer.tier), ""),
    )


def _layer(path: Path) -> Configuration:
    """Return what one file says; its provider is empty where it names none."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return _NOTHING
    return _read_configuration(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=16)
def _read_configuration(path: Path, _modified_ns: int, _size: int) -> Configuration:
    """Read a file once for all logs, until it changes."""
    import tomllib  # noqa: PLC0415 - not everybody configures Codex

    try:
        given = tomllib.loads(content_of(path).decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return _NOTHING
    profile = _table(_table(given, "profiles"), _word(given, "profile"))
    providers = _table(given, "model_providers")
    base_urls = {name: without_secrets(_word(_table(providers, name), "base_url")) for name in providers}
    base_urls.setdefault(VENDOR, without_secrets(_word(given, "openai_base_url")))
    return Configuration(
        provider=_word(profile, "model_provider") or _word(given, "model_provider"),
        base_urls={name: url for name, url in base_urls.items() if url},
        tier=tier_of(_word(profile, "service_tier") or _word(given, "service_tier")),
    )


def tier_of(named: object) -> str:
    """Return the service tier if it is one that changes the price, else nothing."""
    return named if isinstance(named, str) and named in _TIERS else ""


def _table(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = given.get(name)
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _word(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    return value.strip()[:_NAME_MAX] if isinstance(value, str) else ""
