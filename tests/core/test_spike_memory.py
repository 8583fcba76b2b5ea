"""A watch goes on after a restart as if there had been none."""

import json
from collections.abc import Sequence
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spike_rig import DAY_S, TODAY_S, midnight_after, usual, watched
from tankful.core.spike import Spend
from tankful.core.spike_memory import kept, remembered
from tankful.core.spikes import SpikeWatch


def test_what_another_version_kept_is_refused() -> None:
    with pytest.raises(ValueError, match="another version"):
        remembered({**kept(SpikeWatch(midnight_after)), "version": 0}, midnight_after)


COSTS = st.one_of(st.floats(0.001, 50), st.sampled_from([0.0, -1.0, 1e-12, 1e9, float("nan")]))
STEPS = st.one_of(st.floats(0, 900), st.sampled_from([-90_000.0, 4000.0, 90_000.0, 40e6]))
SPENDS = st.lists(
    st.tuples(STEPS, COSTS, st.sampled_from("abc"), st.sampled_from(["", "m", "n"]), st.booleans(), st.none() | st.floats(0, 1)),
    max_size=60,
)


def told(steps: Sequence[tuple[float, float, str, str, bool, float | None]], start_s: float) -> list[Spend]:
    spends: list[Spend] = []
    for step, cost, session, model, prompted, cached in steps:
        start_s += step
        spends.append(Spend(start_s, cost, "claude-code", session, "/src/shop", model, prompted, cached))
    return spends


@settings(max_examples=60, deadline=None)
@given(steps=SPENDS, cut=st.integers(0, 60))
def test_whatever_comes_all_figures_are_figures_and_a_restart_changes_nothing(
    steps: Sequence[tuple[float, float, str, str, bool, float | None]], cut: int
) -> None:
    spends = told([(step, cost * 3, *rest) for step, cost, *rest in steps], TODAY_S)  # type: ignore[misc]
    past = usual(15, start_s=TODAY_S - 15 * DAY_S)
    whole, said = watched([*past, *spends])
    before, first = watched([*past, *spends[:cut]])
    after = remembered(json.loads(json.dumps(kept(before))), midnight_after)
    after, then = watched(spends[cut:], after)
    assert [spike.key for spike in first + then] == [spike.key for spike in said]
    assert [(one.channel, one.start, one.state) for one in first + then] == [(one.channel, one.start, one.state) for one in said]
    for spike in (*said, whole.spike(whole.now_s)):
        if spike is not None:
            assert spike.start <= spike.at
            assert spike.actual >= 0
            assert spike.expected >= 0
            assert isfinite(spike.excess)
            assert isfinite(spike.evidence.factor)
    assert (whole.spike(whole.now_s) is None) == (after.spike(after.now_s) is None)


def test_a_watch_that_knows_nothing_is_kept_too() -> None:
    assert kept(remembered(json.loads(json.dumps(kept(SpikeWatch(midnight_after)))), midnight_after)) == kept(SpikeWatch(midnight_after))
