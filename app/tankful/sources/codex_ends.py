"""Finds the log that a part with another name goes on from: the one in its folder that ends with the total that it begins with."""

import os
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path, PurePath
from typing import NamedTuple

from tankful.sources.codex_counts import Counts
from tankful.sources.codex_lines import UNDECODABLE, Kind, decode_count, kind_of, text_of
from tankful.sources.transcripts import Heard, new_lines

_END = 128 * 1024
"""Bytes in which the last count of a log is looked for."""
_FIRST_WITHIN = 10_000
"""Lines in which the first count of a part is looked for."""
_LOOKED_AT = 200
"""So many logs of a folder are asked where they end."""
_SOON = timedelta(hours=1)
"""A request is not told again later than that, as far as this is taken for one."""


class _Count(NamedTuple):
    """What a count says."""

    at: datetime
    total: Counts
    last: Counts


def goes_on_from(path: str) -> str:
    """Return the log that ends where a part of another one begins; empty if there is none, or if different ones do.

    The part's first count tells what the total was before it. Where it only tells the last request again, that must have been soon.
    What begins with the first request of a session goes on from nothing: many sessions begin alike.
    """
    first = next(_counts_in(islice(new_lines(Path(path), Heard()), _FIRST_WITHIN)), None)
    if first is None or first.total == first.last:
        return ""
    ends = [(end, other) for other in _others(path) if (end := _end_of(other, *glance(other))) is not None and _leads(end, first)]
    furthest = [(end, other) for end, other in ends if end.total == max(end.total for end, _ in ends)]
    return furthest[0][1] if furthest and all(end == furthest[0][0] for end, _ in furthest) else ""


def names_in(folder: str) -> list[str]:
    """Return the names of the logs in a folder, in order."""
    try:
        return sorted(name for name in os.listdir(folder) if name.endswith(".jsonl"))  # noqa: PTH208 - thousands of names
    except (OSError, ValueError):  # a path may hold what no path may
        return []


def glance(path: str) -> tuple[int, int]:
    """Return when something last changed, and how large it is; nought where it is gone."""
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        return 0, 0
    return status.st_mtime_ns, status.st_size


def _leads(end: _Count, first: _Count) -> bool:
    passed = first.at - end.at
    if first.total == Counts(*(old + new for old, new in zip(end.total, first.last, strict=True))):
        return passed >= timedelta(0)
    # At the same instant it is a copy of the part itself.
    return timedelta(0) < passed <= _SOON and (end.total, end.last) == (first.total, first.last)


def _others(path: str) -> list[str]:
    own = PurePath(path)
    return [str(own.with_name(name)) for name in names_in(str(own.parent))[:_LOOKED_AT] if name != own.name]


@lru_cache(maxsize=2048)
def _end_of(path: str, _modified_ns: int, size: int) -> _Count | None:
    """Return the last count of a log, looked up once until the log changes."""
    return next(iter(deque(_counts_in(new_lines(Path(path), Heard(offset=max(0, size - _END)))), maxlen=1)), None)


def _counts_in(lines: Iterator[bytes]) -> Iterator[_Count]:
    for line in lines:
        if kind_of(line) is Kind.COUNT:
            with suppress(*UNDECODABLE):
                count = decode_count(line)
                info = None if count.payload is None else count.payload.info
                if info is not None and info.total_token_usage is not None and info.last_token_usage is not None:
                    at = datetime.fromisoformat(text_of(count.timestamp))
                    zoned = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
                    yield _Count(zoned, info.total_token_usage.counts(), info.last_token_usage.counts())
