"""Reads from agents' settings under which address they call each provider."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

from tankful.sources.agent_settings import settings_in, state_of
from tankful.sources.configured import without_secrets
from tankful.sources.siblings import content_of

_KEYS = frozenset({"baseUrl", "base_url", "apiBase"})


def addresses_in(*files: Path) -> Mapping[str, str]:
    """Return the address of each provider named in these settings files, JSON or YAML; what an earlier one says holds.

    Of YAML only nested keys with plain values are understood, which is how these files are written.
    """
    found: dict[str, str] = {}
    for file in files:
        found = {**_read(file, *state_of(file)), **found}
    return found


@lru_cache(maxsize=64)
def _read(file: Path, _modified_ns: int, _size: int) -> Mapping[str, str]:
    """Read a file once for all logs, until it changes."""
    found: dict[str, str] = {}
    if file.suffix == ".json":
        _walk(settings_in(file), "", found)
    else:
        found = _in_yaml(content_of(file).decode("utf-8-sig", "replace"))
    return {name: url for name, said in found.items() if (url := without_secrets(said.strip()))}


def _walk(given: object, name: str, found: dict[str, str]) -> None:
    """Note the addresses of an object by what it calls its provider, else by the key that it lies under."""
    if isinstance(given, list):
        for each in cast("list[object]", given):
            _walk(each, name, found)
    elif isinstance(given, dict):
        table = cast("dict[str, object]", given)
        provider = table.get("provider")
        name = provider if isinstance(provider, str) else name
        for key, value in table.items():
            if key in _KEYS and isinstance(value, str):
                found.setdefault(name, value)
            else:
                _walk(value, key, found)


def _in_yaml(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
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
            table.name = value
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
    below: str = ""
    """The last key without a value, which the next deeper table lies under."""


def _close(table: _Table, found: dict[str, str]) -> None:
    if table.address:
        found.setdefault(table.name, table.address)
