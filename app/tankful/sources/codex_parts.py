"""Finds what comes before and after a part of a log that was cut: files named after the same session hold the rest."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice, takewhile
from pathlib import Path, PurePath
from typing import NamedTuple

from tankful.sources.codex_ends import glance, goes_on_from, names_in
from tankful.sources.codex_lines import Kind, kind_of
from tankful.sources.codex_places import ARCHIVE, LIVE
from tankful.sources.path_texts import file_name
from tankful.sources.transcripts import Heard, new_lines

_NAME = re.compile(r"rollout-.*?((?<![0-9a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-f])")
"""How Codex names a log, and what copies and parts of it are still named after."""
_DAY = re.compile(r"rollout-(\d{4})-(\d\d)-(\d\d)T")
_STAMP = re.compile(rb'"timestamp": ?"([^"\\]{1,40})"')
_TOTAL = re.compile(rb'"total_token_usage": ?\{[^{}]*?"input_tokens": ?(\d{1,15})')
_AGAIN_MAX = 100_000
"""So many lines of a later part are read again when its head comes after it."""
_CUTS_MAX = 16
"""So many parts with other names are followed back."""
_FIRST_COUNT_WITHIN = 10_000
"""Lines in which the first count of a part is looked for."""


class _Part(NamedTuple):
    """Where a part stands in its log: the head first, then in order of time, and of what was counted where times are alike."""

    is_later: bool
    stamp: bytes
    total: int


def session_in(path: str) -> str:
    """Return the session that a log is named after, empty when it has another name."""
    found = _NAME.search(file_name(path))
    return found[1] if found else ""


def begins(session: str, first: bytes) -> bool:
    """Say whether a log, or a captured stream, begins with this line, which says whose it is; with a name, whether that session's does."""
    kind = kind_of(first)
    if kind is not Kind.SESSION:
        return kind is Kind.THREAD
    return not session or re.search(rb'"(?:session_)?id": ?"' + session.encode() + b'"', first) is not None


def before(path: str, deep: int = _CUTS_MAX) -> Iterator[bytes]:
    """Yield the lines that matter of what comes before a log's later part, as far as other files have it.

    They end where the part's own first line is met: then it lies beside the whole as a copy. Where no file is named after the same
    session, one that ends with the total that the part goes on from is taken, and what comes before that one.
    """
    session = session_in(path)
    ordered = _earlier(path, session) if session else []
    if not ordered and deep and (other := goes_on_from(path)):
        if kind_of(next(_lines(other), b"")) is not Kind.SESSION:
            yield from before(other, deep - 1)
        ordered = [other]
    first = next(_lines(path), b"")
    yield from filter(kind_of, takewhile(lambda line: line != first, chain.from_iterable(map(_lines, ordered))))


def _earlier(path: str, session: str) -> list[str]:
    """Return the parts before this one, in their order; of several heads the longest."""
    own = _part_of(session, path)
    parts = [(_part_of(session, other), other) for other in _others(path, session)]
    heads = [other for part, other in parts if not part.is_later]
    # Where times are not in order, the total must be: what comes later must not be taken for what is counted already.
    earlier = sorted((part, other) for part, other in parts if part.is_later and part < own and (part.total <= own.total or not own.total))
    return [*sorted(heads, key=lambda head: glance(head)[1])[-1:], *(other for _, other in earlier)]


def after(path: str, session: str) -> list[str]:
    """Return the later parts that lie beside the head of a log."""
    folder = str(PurePath(path).parent)
    if session not in _cut(folder, glance(folder)[0]):
        return []
    return [other for other in _others(path, session) if _part_of(session, other).is_later]


def matters_in(path: str) -> Iterator[bytes]:
    """Yield the lines that matter of the beginning of a file; none where it cannot be read."""
    return filter(kind_of, islice(_lines(path), _AGAIN_MAX))


def _lines(path: str) -> Iterator[bytes]:
    return (line.rstrip(b"\r\n") for line in new_lines(Path(path), Heard()))


def _part_of(session: str, path: str) -> _Part:
    lines = islice(_lines(path), _FIRST_COUNT_WITHIN)
    first = next(lines, b"")
    stamp = _STAMP.search(first)
    total = next(filter(None, map(_TOTAL.search, chain((first,), lines))), None)
    return _Part(not begins(session, first), stamp[1] if stamp else b"", int(total[1]) if total else 0)


def _others(path: str, session: str) -> list[str]:
    """Return the other files that are named after a session: in the same folder, in that of its day, and in the archive."""
    folders = {str(PurePath(path).parent)}
    for folder in PurePath(path).parents:
        if folder.name in {LIVE, ARCHIVE}:
            day = _DAY.search(file_name(path))
            folders |= {str(folder.with_name(ARCHIVE)), *([str(folder.with_name(LIVE).joinpath(*day.groups()))] if day else [])}
            break
    found = [os.path.join(folder, name) for folder in sorted(folders) for name in names_in(folder) if session in name]  # noqa: PTH118 - as a walk gives it
    return [other for other in found if other != str(PurePath(path)) and session_in(other) == session]


@lru_cache(maxsize=1024)
def _cut(folder: str, _modified_ns: int) -> frozenset[str]:
    """Return the sessions that more than one file of a folder is named after; looked up once, until the folder changes."""
    times = Counter(map(session_in, names_in(folder)))
    return frozenset(session for session, count in times.items() if count > 1)
