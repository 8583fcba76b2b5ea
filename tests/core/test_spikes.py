import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tankful.core.channels import RUN_IDLE_S, Unattended, Volume
from tankful.core.fading import Usual
from tankful.core.spike import Cause, Channel, Spend, Spike, SpikeState
from tankful.core.spike_memory import kept, remembered
from tankful.core.spikes import ARMED_AFTER_S, ENDS_AFTER_S, Limits, SpikeWatch

DAY_S = 86_400
MONDAY_S = 20_000 * DAY_S + 9 * 3600.0
"""Nine in the morning."""


QUIET = Limits(volume=1000)
"""For looking at the other two channels alone."""


def midnight_after(at_s: float) -> float:
    return (at_s // DAY_S + 1) * DAY_S


def turn(at_s: float, requests: int = 10, cost: float = 0.1, **given: object) -> list[Spend]:
    """Somebody types, and the agent answers with so many requests, one every 20 seconds."""
    spend = Spend(at_s, cost, "claude-code", "s1", "/src/shop", "sonnet")._replace(**given)
    return [spend._replace(at_s=at_s + 20 * number, prompted=number == 0) for number in range(requests)]


def usual(days: int, *, start_s: float = MONDAY_S, cached: float | None = None) -> list[Spend]:
    """Twelve turns on each of so many days, a little different each: $12 a day."""
    costs = (0.08, 0.1, 0.12, 0.09, 0.11)
    return [
        spend
        for day in range(days)
        for number in range(12)
        for spend in turn(start_s + day * DAY_S + number * 1200, cost=costs[(day + number) % 5], session=f"s{day}", cached=cached)
    ]


def watched(spends: Iterable[Spend], watch: SpikeWatch | None = None) -> tuple[SpikeWatch, list[Spike]]:
    watch = watch or SpikeWatch(midnight_after)
    return watch, [spike for spend in spends if (spike := watch.see(spend)) is not None]


@pytest.fixture
def experienced() -> SpikeWatch:
    """A watch that saw three weeks of usual work, at nine in the morning after."""
    watch, spikes = watched(usual(21), SpikeWatch(midnight_after, QUIET))
    assert spikes == []
    return watch


TODAY_S = MONDAY_S + 21 * DAY_S


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


def test_sessions_that_nobody_types_to_count_together_in_their_folder(experienced: SpikeWatch) -> None:
    fan = [spend._replace(session=f"sub{n % 8}", prompted=False) for n, spend in enumerate(turn(TODAY_S, 200))]
    _, (spike,) = watched(fan, experienced)
    assert spike.channel is Channel.UNATTENDED


def test_of_an_agent_whose_prompts_are_never_seen_nobody_says_that_it_is_alone() -> None:
    silent = [spend._replace(prompted=False) for spend in usual(21)]
    _, spikes = watched([*silent, *(spend._replace(prompted=False) for spend in turn(TODAY_S, 60))])
    assert all(spike.channel is not Channel.UNATTENDED for spike in spikes)


def dear(model: str = "sonnet", cached: float | None = None, cost: float = 0.6) -> list[Spend]:
    """An attended morning of dear requests."""
    return [spend for n in range(8) for spend in turn(TODAY_S + n * 300, 4, cost=cost, model=model, cached=cached)]


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


def parallel(sessions: int, start_s: float = TODAY_S) -> list[Spend]:
    """Somebody types to many sessions by turns, for an hour."""
    return [spend for n in range(30) for number in range(sessions) for spend in turn(start_s + n * 100 + number, 5, session=f"p{number}")]


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


def test_another_channel_two_hours_after_is_another_spike(experienced: SpikeWatch) -> None:
    first = turn(TODAY_S, 200)
    back_s = first[-1].at_s + 30
    soon = [spend for n in range(5) for spend in turn(back_s + n * 200, 4, cost=0.7)]
    late = [spend for n in range(15) for spend in turn(back_s + ARMED_AFTER_S + n * 200, 4, cost=0.7)]
    watch, spikes = watched([*first, *soon], experienced)
    assert [spike.channel for spike in spikes] == [Channel.UNATTENDED]
    _, spikes = watched(late, watch)
    assert [spike.channel for spike in spikes] == [Channel.PRICE]


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
