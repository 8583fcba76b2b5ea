"""Reads from agents' settings under which address they call each provider."""

from collections.abc import Mapping
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
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        bare = line.lstrip(" -")
        key, colon, value = bare.partition(":")
        if not colon or bare.startswith("#"):
            continue
        indented = line.lstrip(" ")
        depth = len(line) - len(bare)
        begins = len(line) - len(indented)  # of a list's entry at its dash
        while above and above[-1][0] >= begins:
            above.pop()
        value = value.partition(" #")[0].strip().strip("'\"")
        if key == "provider" and value:
            above.append((depth - 1, value))
        elif key in _KEYS and value:
            found.setdefault(above[-1][1] if above else "", value)
        elif not value:
            above.append((depth, key.strip("'\"")))
    return found
