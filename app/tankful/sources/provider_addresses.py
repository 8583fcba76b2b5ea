"""Reads from agents' settings under which address they call each provider."""

import stat
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import cast

from tankful.sources.configured import without_secrets

_BYTES_MAX = 4_000_000
_KEYS = frozenset({"baseUrl", "base_url", "apiBase"})


def addresses_in(*files: Path) -> Mapping[str, str]:
    """Return the address of each provider named in these settings files, JSON or YAML; what an earlier one says holds.

    Of YAML only nested keys with plain values are understood, which is how these files are written.
    """
    found: dict[str, str] = {}
    for file in files:
        try:
            status = file.stat()
        except (OSError, ValueError):
            continue
        # A pipe in the place of the file would block for ever, and a giant one is no settings file.
        if stat.S_ISREG(status.st_mode) and status.st_size <= _BYTES_MAX:
            found = {**_read(file, status.st_mtime_ns, status.st_size), **found}
    return found


@lru_cache(maxsize=64)
def _read(file: Path, _modified_ns: int, _size: int) -> Mapping[str, str]:
    """Read a file once for all logs, until it changes."""
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, ValueError):
        return {}
    found = _in_json(text) if file.suffix == ".json" else _in_yaml(text)
    return {name: url for name, said in found.items() if (url := without_secrets(said.strip()))}


def _in_json(text: str) -> dict[str, str]:
    import json  # noqa: PLC0415 - only where there are settings

    found: dict[str, str] = {}
    try:
        _walk(json.loads(text), "", found)
    except (ValueError, RecursionError):
        return {}
    return found


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
