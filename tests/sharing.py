"""Shares the tests out when several workers run them: what shares something dear goes to one worker, and the longest begins first."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

HERE = Path(__file__).parent
_TOGETHER = ("tests/gateway", "tests/desktop")
"""Folders whose tests stay on one worker: the one has a gateway that takes half a minute to start, the other a screen to look at."""


class Sharing(LoadScopeScheduling):
    """Gives out file by file, in the order in which the tests were found, and some folders as a whole."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((folder for folder in _TOGETHER if file.startswith(f"{folder}/")), file)


def longest_first(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Return the tests with the folders that stay together first, then the slow ones; short ones even out the end."""
    folders = {HERE.parent / name: number for number, name in enumerate(_TOGETHER)}

    def rank(item: pytest.Item) -> int:
        least = len(folders) + (item.get_closest_marker("slow") is None)
        return min((number for folder, number in folders.items() if item.path.is_relative_to(folder)), default=least)

    return sorted(items, key=rank)
