"""Holds the watch for spikes to its numbers, on people that it was not tuned on."""

from functools import cache

import pytest

from bench.spenders import KINDS
from bench.spike_bench import Score, scored, told

pytestmark = [pytest.mark.slow, pytest.mark.no_cover]  # whole years of people, of which every line runs elsewhere, too
UNSEEN, UNSEEN_CLEAN = range(90_000, 90_250), range(95_000, 95_100)
"""The constants were chosen on seeds from 1,000 on."""


@cache
def scored_once() -> Score:
    score = scored(UNSEEN)
    print(told(score))
    return score


def test_most_spikes_are_found_and_most_of_what_is_said_is_true() -> None:
    score = scored_once()
    assert score.people >= 250
    assert score.recall >= 0.80, told(score)
    assert score.precision >= 0.65, told(score)
    assert score.false_per_week <= 0.25, told(score)


def test_they_are_found_soon() -> None:
    score = scored_once()
    assert score.delay_min <= 25, told(score)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_found(kind: str) -> None:
    score = scored_once()
    assert score.of_kind(kind) >= 0.60, told(score)


def test_whoever_has_no_trouble_is_hardly_ever_alarmed() -> None:
    clean = scored(UNSEEN_CLEAN, clean=True)
    assert clean.false_per_week <= 0.3, told(clean)
