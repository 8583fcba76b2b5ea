"""Reads what agents are configured with: settings in JSON or TOML, whatever is in their place."""

import os
import stat
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from tankful.sources.source import Places

_BYTES_MAX = 4_000_000
_WORD_MAX = 4096


def settings_in(path: Path) -> Mapping[str, Any]:
    """Return what a settings file says, read once until it changes; nothing where there is none, or none that can be read."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return {}
    # A pipe in the place of the file would block for ever, and a giant one is no settings file.
    if not stat.S_ISREG(status.st_mode) or status.st_size > _BYTES_MAX:
        return {}
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=64)
def _read(path: Path, _modified_ns: int, _size: int) -> Mapping[str, Any]:
    try:
        text = path.read_text("utf-8-sig")
        if path.suffix == ".toml":
            import tomllib  # noqa: PLC0415 - not everybody configures such an agent

            return tomllib.loads(text)
        import json  # noqa: PLC0415 - same

        given: object = json.loads(text)
    except (OSError, ValueError, RecursionError):
        return {}
    return cast("Mapping[str, Any]", given) if isinstance(given, dict) else {}


def member(given: object, *names: str) -> object:
    """Return what lies under these names, one within the other; `None` where nothing does."""
    for name in names:
        given = cast("Mapping[str, object]", given).get(name) if isinstance(given, Mapping) else None
    return given


def table(given: object, *names: str) -> Mapping[str, Any]:
    """Return the table under these names; an empty one where there is none."""
    found = member(given, *names)
    return cast("Mapping[str, Any]", found) if isinstance(found, Mapping) else {}


def entries(given: object, *names: str) -> list[object]:
    """Return the list under these names; an empty one where there is none."""
    found = member(given, *names)
    return cast("list[object]", found) if isinstance(found, list) else []


def word(given: object, *names: str) -> str:
    """Return the text under these names; empty where there is none."""
    found = member(given, *names)
    return found.strip()[:_WORD_MAX] if isinstance(found, str) else ""


def variable(file: Path, name: str) -> str:
    """Return what a `.env` file sets a variable to; empty where it does not."""
    try:
        if not file.is_file() or file.stat().st_size > _BYTES_MAX:
            return ""
        lines = file.read_text("utf-8-sig", "replace").splitlines()
    except (OSError, ValueError):
        return ""
    for line in lines:
        left, sign, right = line.strip().removeprefix("export ").partition("=")
        if sign and left.strip() == name:
            return right.strip().strip("'\"")
    return ""


def application_data(places: Places) -> Path:
    """Return the folder in which desktop programs keep what is theirs."""
    if places.platform == "darwin":
        return places.home / "Library" / "Application Support"
    name, usual = ("APPDATA", ("AppData", "Roaming")) if places.platform == "win32" else ("XDG_CONFIG_HOME", (".config",))
    return folder_named(places, name) or places.home.joinpath(*usual)


def folder_named(places: Places, name: str) -> Path | None:
    """Return the folder that a variable names, if it is an absolute one; `~/` is the user's home."""
    named = places.environ.get(name, "").strip()
    if named.startswith("~/"):
        return places.home / named[2:]
    return Path(named) if os.path.isabs(named) else None  # noqa: PTH117 - as the agents' own check does
