"""Holds the forecast to its numbers, on people that it was not tuned on."""

import pytest

from bench.forecast_bench import Foreseen, judged, told

UNSEEN = range(80_000, 80_300)


@pytest.fixture(scope="module")
def score() -> Foreseen:
    score = judged(UNSEEN)
    print(told(score))
    return score


@pytest.mark.parametrize(("day", "most"), [(5, 0.60), (10, 0.50), (14, 0.40), (18, 0.30)])
def test_what_is_likely_is_near_what_comes(score: Foreseen, day: int, most: float) -> None:
    assert score.people >= 200
    assert score.wape(day) <= most, told(score)


def test_eight_of_ten_ends_are_inside_the_band(score: Foreseen) -> None:
    assert all(0.75 <= score.coverage(day) <= 0.88 for day in range(2, 22)), told(score)


def test_whoever_is_warned_runs_out(score: Foreseen) -> None:
    assert score.warned >= 20, told(score)
    assert score.precision >= 0.85, told(score)
