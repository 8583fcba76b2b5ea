"""Reads what agents are configured with: settings in JSON, with comments or without, or TOML, whatever is in their place."""

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from tankful.sources.siblings import content_of
from tankful.sources.source import Places

_WORD_MAX = 4096
_ABSENT = (0, 0)


def settings_in(path: Path) -> Mapping[str, Any]:
    """Return what a settings file says, read once until it changes; nothing where there is none, or none that can be read."""
    state = state_of(path)
    return _read(path, *state) if state != _ABSENT else {}


def state_of(path: Path) -> tuple[int, int]:
    """Return what changes with a file: the time of its last change in nanoseconds, and its size; zeros where there is none."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return _ABSENT
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=64)
def _read(path: Path, _modified_ns: int, _size: int) -> Mapping[str, Any]:
    try:
        text = content_of(path).decode("utf-8-sig")
        if path.suffix == ".toml":
            import tomllib  # noqa: PLC0415 - not everybody configures such an agent

            return tomllib.loads(text)
        from tankful.sources.commented_json import object_in  # noqa: PLC0415 - same

        return object_in(text)
    except (ValueError, RecursionError):
        return {}


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
    text = found.strip()[:_WORD_MAX] if isinstance(found, str) else ""
    return text if is_storable(text) else ""


def is_storable(text: str) -> bool:
    """Say whether there is no half of a character in a text: what there is was not written by whoever means it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def variable(file: Path, name: str) -> str:
    """Return what a `.env` file sets a variable to; empty where it does not."""
    for line in content_of(file).decode("utf-8-sig", "replace").splitlines():
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
