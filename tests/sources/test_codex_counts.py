"""What Codex counts, in buckets that do not overlap, also where its parts are larger than their wholes."""

import pytest

from tankful.core.usage import TokenUsage
from tankful.sources.codex_counts import Counts


@pytest.mark.parametrize(
    ("counts", "usage"),
    [
        (Counts(100, 20, 60, 30, 5), TokenUsage(10, 20, 60, 30, 0, 5)),
        (Counts(100, 20, 160, 30, 5), TokenUsage(0, 20, 100, 0, 0, 5)),
        (Counts(100, 20, 60, 70, 5), TokenUsage(0, 20, 60, 40, 0, 5)),
        (Counts(100, 20, 0, 0, 50), TokenUsage(100, 20, 0, 0, 0, 20)),
    ],
)
def test_a_part_is_never_more_than_its_whole(counts: Counts, usage: TokenUsage) -> None:
    assert counts.usage() == usage
