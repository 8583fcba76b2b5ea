"""Looks for the logs of all agents: by several processes where they are many, and without listing again what did not change."""

import marshal
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from tankful.core.problems import Flaw, Problem
from tankful.engine.closed_folders import closed_at, roots_of
from tankful.engine.survey import Below, SourceSurvey
from tankful.engine.together import TURNS_MAX, can_fork, share_out, usable_cores
from tankful.sources import way
from tankful.sources.source import AgentSource, Places, Root
from tankful.watch.folders import Found, Listings, Walk
from tankful.watch.mounts import is_network_drive

MANY = 3_000
"""With so many logs, two processes look at them sooner than one."""
_SETTLES = timedelta(seconds=5)
"""Time after which a change has another time than the one before: the coarsest file systems count in steps of two seconds."""
_REMEMBERS = sys.platform != "win32"
"""Windows knows no time of a folder that nobody can set back."""


_Step = tuple[int, str]
"""Number of a walk, and a folder that is ahead of it."""
_Written = tuple[int, list[tuple[str, int, int, int, int]], list[str], list[tuple[str, str]], list[str], list[str], int]
"""Number of a walk, and what a part of it found: files, what was refused, what is odd, links, those followed, how many folders."""


class _Part(NamedTuple):
    """One root of a source, and the walk below it."""

    source: AgentSource
    root: Root
    walk: Walk


class Surveyor:
    """Looks, and remembers from the second look on what the folders held. For one thread."""

    def __init__(self) -> None:
        """Remember nothing."""
        self._looks = 0
        self._listings: dict[tuple[str, str], Listings] = {}
        self._is_remote: dict[str, bool] = {}

    def wants_help(self, expected: int) -> bool:
        """Say whether so many logs are looked at by more than one process; nobody needs help to look again at what is remembered."""
        return not self._looks and expected >= MANY and usable_cores() > 1 and can_fork()

    def look(
        self, sources: Iterable[AgentSource], places: Places, now: datetime, meanwhile: Callable[[], None], *, helped: bool
    ) -> tuple[SourceSurvey, ...]:
        """Look at every folder of these sources; `meanwhile` is done once, while others look too if this is `helped`.

        Then no ledger may be open in this process before.
        """
        settled_ns = int((now - _SETTLES).timestamp() * 1e9) if self._looks and _REMEMBERS else 0
        begun = [(source, [self._part(source, root, settled_ns) for root in roots_of(source, places)]) for source in sources]
        parts = [part for _, some in begun for part in some]
        if helped:
            _walk_together([part.walk for part in parts], meanwhile)
        else:
            meanwhile()
            for part in parts:
                part.walk.files()
        self._looks += 1
        self._listings = {(part.source.id, part.walk.root): part.walk.kept for part in parts if part.walk.kept}
        return tuple(_surveyed(source, some, places) for source, some in begun)

    def _part(self, source: AgentSource, root: Root, settled_ns: int) -> _Part:
        walk = Walk(str(root.path), source.suffixes, root.depth)
        if settled_ns and not self._remote(walk.root):
            walk.settled_ns = settled_ns
            walk.known = self._listings.get((source.id, walk.root), {})
        return _Part(source, root, walk)

    def _remote(self, root: str) -> bool:
        """Say whether folders change elsewhere, by another clock."""
        found = self._is_remote.get(root)
        if found is None:
            found = self._is_remote[root] = is_network_drive(root)
        return found


def _surveyed(source: AgentSource, parts: Sequence[_Part], places: Places) -> SourceSurvey:
    """Return what the walks of one source found; of a file below two roots the first one's."""
    below: list[Below] = []
    for _, root, walk in parts:
        if not walk.found:
            continue
        files = {found.path: found for found in walk.found}
        kept = list(source.logs(root, list(files)))
        if len(kept) < len(files):
            files = {path: files[path] for path in kept}
        for earlier in below:
            for path in files.keys() & earlier.files.keys():
                del files[path]
        below.append(Below(way.written(source.route(places, root), source.addresses(places, root)), files))
    walks = [part.walk for part in parts]
    return SourceSurvey(
        source,
        tuple(part.root for part in parts),
        tuple(below),
        tuple(dict.fromkeys(closed_at(path) for walk in walks for path in walk.refused)),
        tuple(Problem(flaw, path) for walk in walks for flaw, path in walk.odd),
        sum(walk.folders for walk in walks),
        tuple(path for walk in walks for path in walk.followed),
    )


def _walk_together(walks: Sequence[Walk], meanwhile: Callable[[], None]) -> None:
    """Do these walks with other processes, and `meanwhile` in this one before it takes its turns."""
    for walk in walks:
        walk.begin()
    steps = [(number, folder) for number, walk in enumerate(walks) for folder in walk.ahead]
    here = os.getpid()

    def go(turns: Iterator[int]) -> bytes:
        if os.getpid() != here:
            return marshal.dumps(_parts_of(walks, _taken(steps, turns)))
        meanwhile()
        for number, folder in _taken(steps, turns):
            walks[number].go_through((folder,))
        return b""

    made = share_out(min(len(steps), TURNS_MAX), usable_cores(), go)
    if made is None:  # a process did not get to its end: what it would have found is looked for again
        for walk in walks:
            alone = _anew(walk)
            alone.files()
            walk.found, walk.refused, walk.odd, walk.folders = alone.found, alone.refused, alone.odd, alone.folders
            walk.followed = alone.followed
        return
    for written in made[1:]:
        parts: list[_Written] = marshal.loads(written)  # noqa: S302 - our own process wrote it just now
        for part in parts:
            _take_in(walks[part[0]], part)
    for walk in walks:
        walk.end()


def _taken(steps: Sequence[_Step], turns: Iterable[int]) -> Iterator[_Step]:
    """Yield the steps of these turns; where there are more than turns, several are one."""
    size = -(-len(steps) // TURNS_MAX)
    for turn in turns:
        yield from steps[turn * size : (turn + 1) * size]


def _parts_of(walks: Sequence[Walk], steps: Iterable[_Step]) -> list[_Written]:
    """Take these steps apart from the walks; returns what they found in plain values."""
    parts: dict[int, Walk] = {}
    for number, folder in steps:
        part = parts.get(number)
        if part is None:
            part = parts[number] = _anew(walks[number])
        part.go_through((folder,))
    return [_written(number, part) for number, part in parts.items()]


def _anew(walk: Walk) -> Walk:
    return Walk(walk.root, walk.suffixes, walk.depth)


def _written(number: int, part: Walk) -> _Written:
    """Return the part of a walk that other processes found; the parts live in one program, so any format will do."""
    found = [(each.path, each.device, each.inode, each.size, each.modified_ns) for each in part.found]
    return number, found, part.refused, [(flaw.name, path) for flaw, path in part.odd], part.links, part.followed, part.folders


def _take_in(walk: Walk, part: _Written) -> None:
    _, found, refused, odd, links, followed, folders = part
    walk.found += map(Found._make, found)
    walk.refused += refused
    walk.odd += ((Flaw[name], path) for name, path in odd)
    walk.links += links
    walk.followed += followed
    walk.folders += folders
