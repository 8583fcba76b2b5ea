"""What lies on this machine: for every source its roots, its logs, and what could not be read."""

import marshal
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tankful.core.problems import Flaw, Problem
from tankful.engine.together import TURNS_MAX, can_fork, share_out, usable_cores
from tankful.sources.source import AgentSource, Log, Places, Root
from tankful.watch.folders import Found, Walk

_MANY = 3_000
"""With so many logs, two processes look at them sooner than one."""


class Below(NamedTuple):
    """The logs below one root, and what the agent is configured with there."""

    route: str
    files: Mapping[str, Found]
    """By path."""


@dataclass(frozen=True, slots=True)
class SourceSurvey:
    """One source's logs as a glance shows them."""

    source: AgentSource
    roots: tuple[Root, ...]
    below: tuple[Below, ...]
    """A file below two roots is in the first one's."""
    refused: tuple[str, ...]
    """Files and folders that could not be read."""
    odd: tuple[Problem, ...]
    """Files and links that are not what they look like and were passed over."""
    folders: int
    """How many folders there are, each of which wants a file watch."""

    @property
    def count(self) -> int:
        """How many logs there are."""
        return sum(len(each.files) for each in self.below)

    def paths(self) -> Iterator[str]:
        """Yield where the logs are."""
        for each in self.below:
            yield from each.files

    def log(self, path: str) -> Log | None:
        """Return a log by its path, if it is one of these."""
        return next((Log(self.source.id, path, each.route) for each in self.below if path in each.files), None)

    def takes(self, path: str) -> bool:
        """Say whether a file would be a log of this source, by its name and place alone."""
        return path.endswith(self.source.suffixes) and any(
            _is_looked_into(root, path, levels_more=1) and any(self.source.logs(root, [path])) for root in self.roots
        )

    def enters(self, folder: str) -> bool:
        """Say whether a folder is one of those that are looked into for logs of this source."""
        return any(_is_looked_into(root, folder) for root in self.roots)

    def changed(self, left: Mapping[str, tuple[str, int, int, int, int]]) -> list[tuple[Log, Found]]:
        """Return the logs that are not as they were `left` (by path: all that `Found` says), in order of their names."""
        was = left.get
        return sorted(
            (Log(self.source.id, path, each.route), found)
            for each in self.below
            for path, found in each.files.items()
            if was(path) != found
        )


def survey(source: AgentSource, places: Places, expected: int = 0) -> SourceSurvey:
    """Look at every folder of a source.

    Where as many logs as `expected` are many, other processes help: then no ledger may be open in this one.
    """
    roots = source.roots(places)
    below: list[Below] = []
    refused: list[str] = []
    odd: list[Problem] = []
    folders = 0
    for root in roots:
        walk = Walk(str(root.path), source.suffixes, root.depth)
        _walk(walk, together=wants_help(expected))
        refused += walk.refused
        odd += (Problem(flaw, path) for flaw, path in walk.odd)
        folders += walk.folders
        files = {found.path: found for found in walk.found}
        if files:
            kept = list(source.logs(root, list(files)))
            if len(kept) < len(files):
                files = {path: files[path] for path in kept}
            for earlier in below:
                for path in files.keys() & earlier.files.keys():
                    del files[path]
            below.append(Below(source.route(places, root), files))
    return SourceSurvey(source, roots, tuple(below), tuple(refused), tuple(odd), folders)


def _is_looked_into(root: Root, path: str, levels_more: int = 0) -> bool:
    """Say whether a path lies below a root, not deeper than so many levels below what is entered."""
    folder = str(root.path).rstrip(os.sep)
    if not path.startswith(folder + os.sep):
        return False
    return root.depth is None or path.count(os.sep, len(folder)) <= root.depth + levels_more


def wants_help(expected: int) -> bool:
    """Say whether so many logs are looked at by more than one process."""
    return expected >= _MANY and usable_cores() > 1 and can_fork()


def _walk(walk: Walk, *, together: bool) -> None:
    """Do a walk, alone or `together` with other processes."""
    walk.begin()
    ahead = walk.ahead
    if not together or not 1 < len(ahead) <= TURNS_MAX:
        walk.go_through(ahead)
        walk.end()
        return
    here = os.getpid()

    def go(turns: Iterator[int]) -> bytes:
        part = walk if os.getpid() == here else Walk(walk.root, walk.suffixes, walk.depth)
        part.go_through(ahead[turn] for turn in turns)
        return b"" if part is walk else _written(part)

    parts = share_out(len(ahead), usable_cores(), go)
    if parts is None:  # a process did not get to its end: what it would have found is looked for again
        alone = Walk(walk.root, walk.suffixes, walk.depth)
        alone.files()
        walk.found, walk.refused, walk.odd, walk.folders = alone.found, alone.refused, alone.odd, alone.folders
        return
    for part in parts[1:]:
        _take_in(walk, part)
    walk.end()


def _written(part: Walk) -> bytes:
    """Return what a part of a walk found; the parts live in one program, so any format will do."""
    odd = [(flaw.name, path) for flaw, path in part.odd]
    return marshal.dumps(([tuple(found) for found in part.found], part.refused, odd, part.links, part.folders))


def _take_in(walk: Walk, written: bytes) -> None:
    found, refused, odd, links, folders = marshal.loads(written)  # noqa: S302 - our own process wrote it just now
    walk.found += map(Found._make, found)
    walk.refused += refused
    walk.odd += ((Flaw[name], path) for name, path in odd)
    walk.links += links
    walk.folders += folders
