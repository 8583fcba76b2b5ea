"""How a spike goes on: said once, growing, over, come back, expected."""

import json
from decimal import Decimal

import pytest

from spike_rig import DAY_S, QUIET, TODAY_S, midnight_after, turn, usual, watched
from tankful.core.spike import Channel, Spend, SpikeState
from tankful.core.spike_memory import kept, remembered
from tankful.core.spikes import ARMED_AFTER_S, ENDS_AFTER_S, Limits, SpikeWatch


def test_a_spike_is_said_once_grows_and_ends_when_it_is_quiet(experienced: SpikeWatch) -> None:
    spends = turn(TODAY_S, 300)
    watch, (noticed,) = watched(spends, experienced)
    last_s = spends[-1].at_s
    grown = watch.spike(last_s)
    assert grown is not None
    assert grown.key == noticed.key
    assert grown.actual == pytest.approx(Decimal(30))
    ended = watch.spike(last_s + ENDS_AFTER_S + 1)
    assert ended is not None
    assert ended.state is SpikeState.ENDED
    assert ended.ended is not None
    assert ended.ended.timestamp() == last_s


def test_a_human_who_is_back_ends_it_at_once(experienced: SpikeWatch) -> None:
    spends = turn(TODAY_S, 200)
    watch, _ = watched([*spends, *turn(spends[-1].at_s + 60, 1)], experienced)
    spike = watch.spike(watch.now_s)
    assert spike is not None
    assert spike.state is SpikeState.ENDED


def test_it_goes_on_for_whoever_types_to_another_agent(experienced: SpikeWatch) -> None:
    watch, _ = watched(turn(TODAY_S, 200), experienced)
    watch.see(Spend(watch.now_s + 5, 0.1, "codex", "other", "/src/other", "gpt", prompted=True))
    spike = watch.spike(watch.now_s)
    assert spike is not None
    assert spike.state is SpikeState.RUNNING


def test_what_comes_back_within_two_hours_is_the_same_spike(experienced: SpikeWatch) -> None:
    first = turn(TODAY_S, 200)
    again = turn(first[-1].at_s + 3600, 200)
    watch, spikes = watched([*first, *again], experienced)
    assert len(spikes) == 1
    spike = watch.spike(watch.now_s)
    assert spike is not None
    assert spike.state is SpikeState.RUNNING


def test_what_comes_after_two_quiet_hours_is_another(experienced: SpikeWatch) -> None:
    first = turn(TODAY_S, 200)
    _, spikes = watched([*first, *turn(first[-1].at_s + ARMED_AFTER_S + 60, 200)], experienced)
    assert len(spikes) == 2


def test_what_goes_on_for_more_than_a_day_is_no_spike_any_more(experienced: SpikeWatch) -> None:
    watch, spikes = watched(turn(TODAY_S, 2 * DAY_S // 20), experienced)
    assert len(spikes) == 1
    spike = watch.spike(watch.now_s)
    assert spike is not None
    assert spike.state is SpikeState.ENDED


def test_another_channel_two_hours_after_is_another_spike(experienced: SpikeWatch) -> None:
    first = turn(TODAY_S, 200)
    back_s = first[-1].at_s + 30
    soon = [spend for n in range(5) for spend in turn(back_s + n * 200, 4, cost=0.7)]
    late = [spend for n in range(15) for spend in turn(back_s + ARMED_AFTER_S + n * 200, 4, cost=0.7)]
    watch, spikes = watched([*first, *soon], experienced)
    assert [spike.channel for spike in spikes] == [Channel.UNATTENDED]
    _, spikes = watched(late, watch)
    assert [spike.channel for spike in spikes] == [Channel.PRICE]


def test_what_is_expected_takes_half_as_much_again_for_two_weeks(experienced: SpikeWatch) -> None:
    enough = turn(TODAY_S, 47)
    watch, (spike,) = watched(enough, experienced)
    watch.expect(Channel.UNATTENDED, "/src/shop", watch.now_s)
    ended = watch.spike(watch.now_s)
    assert ended is not None
    assert ended.state is SpikeState.ENDED
    assert spike.key == ended.key
    day_after = [spend._replace(at_s=spend.at_s + DAY_S) for spend in enough]
    assert watched(day_after, watch)[1] == []
    _, elsewhere = watched([spend._replace(at_s=spend.at_s + 2 * DAY_S, project="/src/other", session="o") for spend in enough], watch)
    assert len(elsewhere) == 1
    _, later = watched([*usual(17, start_s=TODAY_S + 3 * DAY_S), *turn(TODAY_S + 20 * DAY_S, 60)], watch)
    assert len(later) == 1
    assert watch.tolerated == {}


def test_what_was_expected_does_not_come_back_however_much_it_grows_but_something_else_elsewhere_is_told(experienced: SpikeWatch) -> None:
    spends = turn(TODAY_S, 400)
    watch, (spike,) = watched(spends[:60], experienced)
    watch.expect(spike.channel, spike.project, watch.now_s)
    assert watched(spends[60:], watch)[1] == []
    gone_on = watch.spike(watch.now_s)
    assert gone_on is not None
    assert (gone_on.key, gone_on.state) == (spike.key, SpikeState.ENDED)
    dear_there = [spend for n in range(5) for spend in turn(watch.now_s + 30 + n * 200, 4, cost=0.7, session="o")]
    same_place = remembered(json.loads(json.dumps(kept(watch))), midnight_after, QUIET)
    assert watched(dear_there, same_place)[1] == []
    _, (other,) = watched([spend._replace(project="/src/other") for spend in dear_there], watch)
    assert (other.channel, other.project) == (Channel.PRICE, "/src/other")
    assert not watch.is_expected


def test_more_than_usual_is_expected_of_the_session_that_spends_it_whoever_else_is_at_work() -> None:
    burst = [spend for n in range(30) for spend in turn(TODAY_S + n * 60, 6, cost=0.2)]
    watch, (spike,) = watched([*usual(21), *burst], SpikeWatch(midnight_after, Limits(unattended=100, price=100)))
    assert (spike.channel, spike.project) == (Channel.VOLUME, "/src/shop")
    watch.expect(Channel.VOLUME, spike.project, watch.now_s)
    beside = [spend for spend in burst for spend in (spend, spend._replace(cost=0.001, project="/src/other", session="o"))]
    day_after = [spend._replace(at_s=spend.at_s + DAY_S) for spend in beside]
    first = next(number for number, each in enumerate(burst) if each.at_s >= spike.at.timestamp())
    assert watched(day_after[: 2 * first + 2], watch)[1] == []


def test_expecting_another_channel_ends_nothing(experienced: SpikeWatch) -> None:
    watch, _ = watched(turn(TODAY_S, 200), experienced)
    watch.expect(Channel.PRICE, "/src/shop", watch.now_s)
    spike = watch.spike(watch.now_s)
    assert spike is not None
    assert spike.state is SpikeState.RUNNING


def test_a_year_asleep_is_a_new_beginning(experienced: SpikeWatch) -> None:
    later = [spend._replace(at_s=spend.at_s + 400 * DAY_S) for spend in turn(TODAY_S, 300, cost=1)]
    watch, spikes = watched(later, experienced)
    assert spikes == []
    assert watch.days.seen == 0


def test_a_clock_that_was_set_back_brings_nothing_twice(experienced: SpikeWatch) -> None:
    spends = turn(TODAY_S, 200)
    watch, _ = watched(spends, experienced)
    _, again = watched([spend._replace(at_s=spend.at_s - 5 * DAY_S) for spend in spends], watch)
    assert again == []
