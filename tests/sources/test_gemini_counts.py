"""Google's counts become disjoint buckets, whoever filled them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tankful.core.usage import TokenUsage
from tankful.sources.gemini_counts import usage_of

COUNT = st.integers(0, 1_000_000)


@pytest.mark.parametrize(
    ("given_counts", "usage"),
    [
        # cached within the prompt, thoughts beside the output: prompt, output, cached, thoughts, tool, total
        ((15327, 23, 11526, 919, 7, 16276), TokenUsage(input=3808, output=942, cache_read=11526, reasoning=919)),
        # cached beside the prompt, as the total shows
        ((1500, 200, 100, 50, 0, 1850), TokenUsage(input=1500, output=250, cache_read=100, reasoning=50)),
        # or as it must be
        ((10, 1, 100, 0, 0, 0), TokenUsage(input=10, output=1, cache_read=100)),
        # thoughts within the output
        ((1000, 80, 600, 30, 0, 1080), TokenUsage(input=400, output=80, cache_read=600, reasoning=30)),
        ((1000, 20, 0, 30, 0, 1020), TokenUsage(input=1000, output=30, reasoning=30)),
        # no total
        ((100, 50, 5, 10, 0, 0), TokenUsage(input=95, output=60, cache_read=5, reasoning=10)),
        # nothing but a total
        ((0, 0, 0, 0, 0, 33), TokenUsage(output=33)),
        ((0, 0, 0, 0, 0, 0), TokenUsage()),
    ],
)
def test_the_total_says_what_is_within_what(given_counts: tuple[int, ...], usage: TokenUsage) -> None:
    prompt, output, cached, thoughts, tool, total = given_counts
    assert usage_of(prompt=prompt, output=output, cached=cached, thoughts=thoughts, tool=tool, total=total) == usage


@given(COUNT, COUNT, COUNT, COUNT, COUNT, COUNT)
def test_no_counts_are_refused(prompt: int, output: int, cached: int, thoughts: int, tool: int, total: int) -> None:
    usage = usage_of(prompt=prompt, output=output, cached=cached, thoughts=thoughts, tool=tool, total=total)
    assert TokenUsage(*usage) == usage
