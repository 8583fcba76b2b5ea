"""Holds the forecast to its numbers, on people that it was not tuned on."""

from functools import cache

import pytest

from bench.forecast_bench import Foreseen, judged, told

pytestmark = [pytest.mark.slow, pytest.mark.no_cover]  # whole years of people, of which every line runs elsewhere, too
UNSEEN = range(80_000, 80_300)


@cache
def judged_once() -> Foreseen:
    score = judged(UNSEEN)
    print(told(score))
    return score


@pytest.mark.parametrize(("day", "most"), [(5, 0.60), (10, 0.50), (14, 0.40), (18, 0.30)])
def test_what_is_likely_is_near_what_comes(day: int, most: float) -> None:
    score = judged_once()
    assert score.people >= 200
    assert score.wape(day) <= most, told(score)


def test_eight_of_ten_ends_are_inside_the_band() -> None:
    score = judged_once()
    assert all(0.75 <= score.coverage(day) <= 0.88 for day in range(2, 22)), told(score)


def test_whoever_is_warned_runs_out() -> None:
    score = judged_once()
    assert score.warned >= 20, told(score)
    assert score.precision >= 0.85, told(score)
