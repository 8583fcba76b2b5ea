"""What lies on this machine: for every source its roots, its logs, and what could not be read."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tankful.core.problems import Problem
from tankful.sources.source import AgentSource, Log, Root
from tankful.watch.folders import Found


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
    followed: tuple[str, ...] = ()
    """Links to logs and to folders of them that lie elsewhere."""

    @property
    def count(self) -> int:
        """How many logs there are."""
        return sum(len(each.files) for each in self.below)

    def paths(self) -> Iterator[str]:
        """Yield where the logs are."""
        for each in self.below:
            yield from each.files

    def files(self) -> Mapping[str, Found]:
        """Return what a glance at each log showed, by path."""
        if len(self.below) == 1:
            return self.below[0].files
        return {path: found for each in self.below for path, found in each.files.items()}

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
        changed: list[tuple[Log, Found]] = []
        for route, files in self.below:
            if list(map(was, files)) != list(files.values()):  # told apart from the usual case, which takes no steps of ours
                changed += ((Log(self.source.id, path, route), found) for path, found in files.items() if was(path) != found)
        changed.sort()
        return changed


def _is_looked_into(root: Root, path: str, levels_more: int = 0) -> bool:
    """Say whether a path lies below a root, not deeper than so many levels below what is entered."""
    folder = str(root.path).rstrip(os.sep)
    if not path.startswith(folder + os.sep):
        return False
    return root.depth is None or path.count(os.sep, len(folder)) <= root.depth + levels_more
