"""What lies on this machine: for every source its roots, its logs, and what could not be read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tankful.core.problems import Problem
from tankful.sources.source import AgentSource, Log, Places, Root
from tankful.watch.folders import Found, Walk


@dataclass(frozen=True, slots=True)
class SourceSurvey:
    """One source's logs as a glance shows them."""

    source: AgentSource
    roots: tuple[Root, ...]
    logs: tuple[tuple[Log, Found], ...]
    refused: tuple[str, ...]
    """Files and folders that could not be read."""
    odd: tuple[Problem, ...]
    """Files and links that are not what they look like and were passed over."""
    folders: int
    """How many folders there are, each of which wants a file watch."""

    def changed(self, left: Mapping[str, tuple[str, int, int, int, int]]) -> Iterator[tuple[Log, Found]]:
        """Yield the logs that are not as they were `left` (by path: all that `Found` says)."""
        for log, found in self.logs:
            if left.get(found.path) != found:
                yield log, found


def survey(source: AgentSource, places: Places) -> SourceSurvey:
    """Look at every folder of a source; a file below two roots is taken once."""
    roots = source.roots(places)
    logs: dict[str, tuple[Log, Found]] = {}
    refused: list[str] = []
    odd: list[Problem] = []
    folders = 0
    for root in roots:
        walk = Walk(str(root.path), ".jsonl")
        below = {found.path: found for found in walk.files()}
        refused += walk.refused
        odd += (Problem(flaw, path) for flaw, path in walk.odd)
        folders += walk.folders
        if below:
            route = source.route(places, root)
            for path in source.logs(root, list(below)):
                logs.setdefault(path, (Log(source.id, path, route), below[path]))
    return SourceSurvey(source, roots, tuple(logs.values()), tuple(refused), tuple(odd), folders)
