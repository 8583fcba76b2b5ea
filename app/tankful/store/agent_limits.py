"""Keeps what Claude Code tells the status line of a subscription's limits: percent and when a window ends, nothing else.

Many sessions tell it at once, idle ones what was true hours ago. Within a window use only grows, so the most that was told holds,
until a window that ends later is told of.
"""

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any, TypeGuard, cast

from tankful.regular_file import content_of

NAME = "claude-limits.json"
"""In the folder of our state."""
_NAMED = re.compile(r"[a-z0-9_]{1,40}")
_WINDOWS_MAX = 12
_SAME_S = 600
"""Ends that differ by less are those of one window."""
_EVERY_S = 60
"""So often is written down that nothing changed."""
_BYTES_MAX = 20_000

Window = tuple[float, int]
"""Percent, and the second since 1970 at which it ends."""


def windows_told(said: object) -> dict[str, Window]:
    """Return the windows in what Claude Code calls `rate_limits`, none for anything else."""
    found: dict[str, Window] = {}
    for name, window in _mapping(said).items():
        used, end = _mapping(window).get("used_percentage"), _mapping(window).get("resets_at")
        if _NAMED.fullmatch(name) and _is_number(used) and _is_number(end) and 0 <= used <= 100_000 and 0 < end < 100_000_000_000:
            found[name] = (float(used), int(end))
    return dict(list(found.items())[:_WINDOWS_MAX])


def together(before: Mapping[str, Window], told: Mapping[str, Window]) -> dict[str, Window]:
    """Return what holds now, after more was told."""
    held = dict(before)
    for name, (used, end) in told.items():
        known = held.get(name)
        if known is None or end >= known[1] + _SAME_S:
            held[name] = (used, end)
        elif end > known[1] - _SAME_S:
            held[name] = (max(used, known[0]), max(end, known[1]))
    return held


def keep_limits(state: str, said: object, now_s: int) -> None:
    """Write down what was told if it says anything new. Raises `OSError` when that cannot be done; a damaged file is written anew."""
    told = windows_told(said)
    if not told:
        return
    path = os.path.join(state, NAME)  # noqa: PTH118 - pathlib is slow to load
    at, before = _kept(path)
    held = together(before, told)
    if held == before and at <= now_s < at + _EVERY_S:
        return
    os.makedirs(state, mode=0o700, exist_ok=True)  # noqa: PTH103 - pathlib is slow to load
    other = f"{path}.{os.getpid()}"
    try:
        with open(os.open(other, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:  # noqa: PTH123 - same
            json.dump({"at": now_s, "windows": held}, file)
        os.replace(other, path)  # noqa: PTH105 - same
    except OSError:
        with suppress(OSError):
            os.unlink(other)  # noqa: PTH108 - same
        raise


def _kept(path: str) -> tuple[int, dict[str, Window]]:
    try:
        kept = _mapping(json.loads(content_of(path, _BYTES_MAX)))
    except (OSError, ValueError, RecursionError):
        return 0, {}
    windows: dict[str, object] = {}
    for name, window in _mapping(kept.get("windows")).items():
        match window:
            case [used, end]:
                windows[name] = {"used_percentage": used, "resets_at": end}
            case _:
                return 0, {}
    at = kept.get("at")
    return at if isinstance(at, int) else 0, windows_told(windows)


def _is_number(value: Any) -> TypeGuard[float]:
    # Claude Code's numbers come as exact ones.
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool) and value == value  # noqa: PLR0124 - NaN is not itself


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}
