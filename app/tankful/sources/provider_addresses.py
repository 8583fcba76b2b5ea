"""Reads from agents' settings under which address they call each provider."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, cast

from tankful.sources.agent_settings import settings_in, state_of
from tankful.sources.configured import without_secrets
from tankful.sources.siblings import content_of

_KEYS = frozenset({"baseUrl", "base_url", "apiBase"})


def addresses_in(*files: Path) -> Mapping[str, str]:
    """Return the address of each provider named in these settings files, JSON or YAML; what an earlier one says holds.

    Of YAML only nested keys with plain values are understood, which is how these files are written.
    """
    found: dict[str, str] = {}
    for entry in (entry for file in files for entry in entries_in(file)):
        if entry.address:
            found.setdefault(entry.provider, entry.address)
    return found


class Entry(NamedTuple):
    """A table of settings that names a provider or an address."""

    provider: str
    """As it says itself; else the key that it lies under."""
    model: str
    """Empty: it names none."""
    address: str
    """Empty: the provider's own."""


def entries_in(file: Path) -> tuple[Entry, ...]:
    """Return what a settings file says of each provider, and of each model where it names any, in its order."""
    return _read(file, *state_of(file))


@lru_cache(maxsize=64)
def _read(file: Path, _modified_ns: int, _size: int) -> tuple[Entry, ...]:
    """Read a file once for all logs, until it changes."""
    found: list[Entry] = []
    if file.suffix == ".json":
        _walk(settings_in(file), "", found)
    else:
        found = _in_yaml(content_of(file).decode("utf-8-sig", "replace"))
    return tuple(entry._replace(address=without_secrets(entry.address.strip())) for entry in found)


def _walk(given: object, name: str, found: list[Entry]) -> None:
    """Note what an object says of a provider, by what it calls it, else by the key that it lies under."""
    if isinstance(given, list):
        for each in cast("list[object]", given):
            _walk(each, name, found)
    elif isinstance(given, dict):
        table = cast("dict[str, object]", given)
        provider, model = table.get("provider"), table.get("model")
        address = next((value for key, value in table.items() if key in _KEYS and isinstance(value, str)), "")
        if address or isinstance(provider, str):
            found.append(Entry(provider if isinstance(provider, str) else name, model if isinstance(model, str) else "", address))
        for key, value in table.items():
            _walk(value, key, found)


def _in_yaml(text: str) -> list[Entry]:
    found: list[Entry] = []
    tables: list[_Table] = []
    for line in text.splitlines():
        indented, bare = line.lstrip(" "), line.lstrip(" -")
        key, colon, value = bare.partition(":")
        if not colon or bare.startswith("#"):
            continue
        depth = len(line) - len(bare)
        begins = len(line) - len(indented)  # of a list's entry at its dash
        while tables and tables[-1].depth > begins:
            _close(tables.pop(), found)
        if not tables or tables[-1].depth < depth:
            tables.append(_Table(depth, tables[-1].below if tables else ""))
        table = tables[-1]
        value = value.partition(" #")[0].strip().strip("'\"")
        if key == "provider" and value:
            table.name, table.says_provider = value, True
        elif key == "model" and value:
            table.model = value
        elif key in _KEYS and value:
            table.address = table.address or value
        elif not value:
            table.below = key.strip("'\"")
    while tables:
        _close(tables.pop(), found)
    return found


@dataclass(slots=True)
class _Table:
    """A table that is being read: its address may stand before the provider that it is of."""

    depth: int
    """How far its keys are indented."""
    name: str
    """The provider's; else the key that the table lies under."""
    address: str = ""
    model: str = ""
    says_provider: bool = False
    below: str = ""
    """The last key without a value, which the next deeper table lies under."""


def _close(table: _Table, found: list[Entry]) -> None:
    if table.address or table.says_provider:
        found.append(Entry(table.name, table.model, table.address))
