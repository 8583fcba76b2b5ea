"""What is a spike and what is none: by which channel it is seen, and what its cause is."""

from decimal import Decimal

import pytest

from spike_rig import DAY_S, MONDAY_S, QUIET, TODAY_S, dear, midnight_after, parallel, turn, usual, watched
from tankful.core.channels import RUN_IDLE_S, Unattended, Volume
from tankful.core.fading import Usual
from tankful.core.spike import Cause, Channel, Spend, SpikeState
from tankful.core.spikes import Limits, SpikeWatch


def test_an_agent_that_nobody_types_to_is_a_spike_that_names_it(experienced: SpikeWatch) -> None:
    _, (spike,) = watched(turn(TODAY_S, 200, session="loop"), experienced)
    assert (spike.channel, spike.cause) == (Channel.UNATTENDED, Cause.NOBODY_TYPED)
    assert (spike.agent, spike.session, spike.project, spike.model) == ("claude-code", "loop", "/src/shop", "sonnet")
    assert spike.start.timestamp() == TODAY_S
    assert spike.expected == pytest.approx(Decimal("1.1"), abs=Decimal("0.4"))
    assert spike.excess == spike.actual - spike.expected > 1
    assert spike.state is SpikeState.RUNNING
    assert not spike.learning
    assert spike.key == f"spike:{spike.at:%Y-%m-%dT%H:%M:%SZ}"


def test_sessions_that_nobody_types_to_count_together_in_their_folder(experienced: SpikeWatch) -> None:
    fan = [spend._replace(session=f"sub{n % 8}", prompted=False) for n, spend in enumerate(turn(TODAY_S, 200))]
    _, (spike,) = watched(fan, experienced)
    assert spike.channel is Channel.UNATTENDED


def test_of_an_agent_whose_prompts_are_never_seen_nobody_says_that_it_is_alone() -> None:
    silent = [spend._replace(prompted=False) for spend in usual(21)]
    _, spikes = watched([*silent, *(spend._replace(prompted=False) for spend in turn(TODAY_S, 60))])
    assert all(spike.channel is not Channel.UNATTENDED for spike in spikes)


def test_another_model_is_a_spike_of_price_that_names_both(experienced: SpikeWatch) -> None:
    watch, (spike,) = watched(dear("opus"), experienced)
    assert (spike.channel, spike.cause) == (Channel.PRICE, Cause.DEARER_MODEL)
    assert (spike.model, spike.evidence.usually) == ("opus", "sonnet")
    assert spike.evidence.factor == pytest.approx(6, rel=0.3)
    assert spike.expected < spike.actual / 3
    later = watch.spike(watch.now_s)
    assert later is not None
    assert later.expected > spike.expected
    watch.see(Spend(watch.now_s, 0.0, "claude-code", "s1"))
    assert watch.spike(watch.now_s) == later


def test_a_model_that_was_used_before_is_not_blamed() -> None:
    mixed = [spend for n, spend in enumerate(usual(21)) for spend in [spend._replace(model="opus" if n % 4 == 0 else "sonnet")]]
    _, (spike,) = watched([*mixed, *dear("opus")], SpikeWatch(midnight_after, QUIET))
    assert spike.cause is Cause.DEARER_REQUESTS


def test_a_cache_that_went_cold_is_named() -> None:
    _, (spike,) = watched([*usual(21, cached=0.92), *dear(cached=0.11)], SpikeWatch(midnight_after, QUIET))
    assert spike.cause is Cause.COLD_CACHE
    assert spike.evidence.now < 0.5 < spike.evidence.before


def test_a_dear_request_of_a_cheap_model_is_dear() -> None:
    both = [spend for spend in usual(21) for spend in (spend, spend._replace(model="haiku", cost=spend.cost / 20, at_s=spend.at_s + 1))]
    cheap = [spend for n in range(10) for spend in turn(TODAY_S + n * 240, 10, cost=0.05, model="haiku")]
    _, (spike,) = watched([*both, *cheap], SpikeWatch(midnight_after, QUIET))
    assert (spike.channel, spike.cause) == (Channel.PRICE, Cause.DEARER_REQUESTS)
    assert spike.evidence.factor > 5


def test_much_more_than_usual_is_a_spike_of_volume_and_many_sessions_are_its_cause() -> None:
    watch, (spike,) = watched([*usual(21), *sorted(parallel(12))])
    assert (spike.channel, spike.cause) == (Channel.VOLUME, Cause.MANY_SESSIONS)
    assert spike.evidence.sessions == 12
    assert spike.evidence.factor > 3
    later = watch.spike(watch.now_s)
    assert later is not None
    assert later.expected > spike.expected


def test_one_busy_session_is_a_spike_of_many_requests() -> None:
    busy = [spend for n in range(200) for spend in turn(TODAY_S + n * 12, 6)]
    _, (spike,) = watched([*usual(21), *sorted(busy)])
    assert (spike.channel, spike.cause) == (Channel.VOLUME, Cause.MANY_REQUESTS)


def test_dear_requests_that_add_up_sooner_than_twelve_are_their_cause_too() -> None:
    _, (spike,) = watched(
        [*usual(21), *dear("opus", cost=0.9)], SpikeWatch(midnight_after, Limits(unattended=100, excess=0, excess_share=0))
    )
    assert (spike.channel, spike.cause) == (Channel.VOLUME, Cause.DEARER_MODEL)


def test_an_idle_hour_begins_the_count_anew() -> None:
    volume = Volume(6)
    for n in range(40):
        volume.add(n * 600, 1 + n % 2 / 2)
    for n in range(40, 43):
        volume.add(n * 600, 4.0)
    assert volume.standing() > 3
    volume.add(60 * 600, 1.2)
    assert volume.score == 0
    assert volume.standing() < 1
    volume.close_bin()
    assert volume.standing() == 0


def test_little_money_is_no_spike() -> None:
    _, spikes = watched([*usual(21), *turn(TODAY_S, 20, cost=0.1)])
    assert spikes == []


def test_much_money_that_is_hardly_more_than_usual_is_no_spike() -> None:
    _, spikes = watched([*usual(21), *turn(TODAY_S, 26)], SpikeWatch(midnight_after, Limits(hour=100, day=1000)))
    assert spikes == []


def test_the_last_day_counts_where_the_last_hour_is_little(experienced: SpikeWatch) -> None:
    limits = Limits(hour=1000, day=3, day_share=0)
    _, spikes = watched([*usual(21), *turn(TODAY_S, 200)], SpikeWatch(midnight_after, limits))
    assert len(spikes) == 1
    assert experienced.days.average == pytest.approx(12, rel=0.02)


def test_nothing_is_said_in_the_first_three_days() -> None:
    _, spikes = watched([*usual(2), *turn(MONDAY_S + 2 * DAY_S, 2000)])
    assert spikes == []


def test_in_the_first_two_weeks_it_takes_more_and_is_said_to_be_learning() -> None:
    week = usual(7)
    _, little = watched([*week, *turn(MONDAY_S + 7 * DAY_S, 47)])
    _, much = watched([*week, *turn(MONDAY_S + 7 * DAY_S, 200)])
    assert little == []
    assert [spike.learning for spike in much] == [True]


def test_corrections_and_nonsense_change_nothing_that_is_usual(experienced: SpikeWatch) -> None:
    experienced.see(Spend(TODAY_S, 0, "claude-code", "s1"))
    before = experienced.days.average
    odd = [Spend(TODAY_S, cost, "claude-code", "s1") for cost in (0.0, -3.0, float("nan"), float("inf"))]
    assert watched(odd, experienced)[1] == []
    assert experienced.days.average == before
    assert experienced.spike(TODAY_S) is None


def test_an_agent_that_pauses_for_long_is_counted_anew() -> None:
    channel = Unattended(1.5)
    run = channel.add(0, 5, "a", "s", "p", prompted=True)
    assert channel.add(RUN_IDLE_S, 1, "a", "s", "p", prompted=False) is run
    assert channel.add(3 * RUN_IDLE_S, 1, "a", "s", "p", prompted=False).dollars == 1


def test_of_very_many_sessions_the_oldest_are_let_go() -> None:
    channel = Unattended(1.5)
    for n in range(500):
        channel.add(n, 1, "a", f"s{n}", "p", prompted=True)
    assert len(channel.runs) <= 200
    assert ("a", "s499", "") in channel.runs


def test_many_models_do_not_fill_the_memory() -> None:
    watch, _ = watched([spend for n in range(40) for spend in turn(MONDAY_S + n * 300, 2, model=f"m{n}")])
    assert len(watch.price.models) == 12


def test_of_what_nothing_is_known_there_is_no_quantile() -> None:
    with pytest.raises(ValueError, match="nothing is known"):
        Usual().quantile(0.5)
