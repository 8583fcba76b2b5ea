"""What holds for every history of calls, polls and bookings."""

from decimal import Decimal
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from simulated_gateway import World

CENT = Decimal("0.01")


class Step(NamedTuple):
    wait_s: int
    cents: int
    late: float
    list_late: float
    named: bool
    elsewhere_cents: int
    poll: bool
    with_list: bool


shares = st.floats(0, 1, allow_nan=False)
steps = st.builds(
    Step,
    wait_s=st.sampled_from([0, 1, 5, 12, 30, 61, 3600]),
    cents=st.integers(0, 500),
    late=shares,
    list_late=shares,
    named=st.booleans(),
    elsewhere_cents=st.sampled_from([0, 0, 0, 7, 250, 10_000]),
    poll=st.booleans(),
    with_list=st.booleans(),
)
histories = st.lists(steps, max_size=25)
lags = st.sampled_from([0, 10, 60, 300])
periods = st.sampled_from([10**9, 3600, 90])


def act(world: World, step: Step, *, elsewhere: bool, estimate_percent: int = 100, always_named: bool = False) -> None:
    world.now_s += step.wait_s + 1
    if step.cents:
        cost = step.cents * CENT
        named = step.named or always_named
        world.spend(cost, step.late, estimate=cost * estimate_percent / 100, named=named, list_late=step.list_late)
    if elsewhere and step.elsewhere_cents:
        world.spend_elsewhere(step.elsewhere_cents * CENT)


@settings(max_examples=120, deadline=None)
@given(histories, lags, periods, st.booleans(), st.sampled_from([50, 80, 99, 100, 101, 140]))
def test_pending_is_never_negative_never_more_than_what_may_be_in_flight_and_gone_in_time(
    history: list[Step], lag: int, period: int, lists: bool, estimate_percent: int
) -> None:
    world = World(lag, lists, period)
    world.poll()
    for step in history:
        act(world, step, elsewhere=True, estimate_percent=estimate_percent)
        standing = world.poll(with_list=step.with_list) if step.poll else world.look()
        assert 0 <= standing.pending <= world.young()
        assert abs(standing.pending - world.unbooked()) <= world.young()
        assert world.look() == standing
    world.now_s += lag + 1
    quiet = world.poll()
    assert (quiet.pending, quiet.waiting, quiet.unpriced) == (0, (), 0)


@settings(max_examples=120, deadline=None)
@given(histories, lags, periods, st.booleans())
def test_what_is_shown_is_true_to_the_cent_at_every_moment_where_nobody_else_spends(
    history: list[Step], lag: int, period: int, lists: bool
) -> None:
    world = World(lag, lists, period)
    world.poll()
    for step in history:
        act(world, step._replace(list_late=0), elsewhere=False, always_named=True)
        standing = world.poll(with_list=step.with_list) if step.poll else world.look()
        assert standing.pending == world.unbooked()


@settings(max_examples=120, deadline=None)
@given(st.lists(steps.filter(lambda step: step.wait_s <= 12), max_size=20), st.booleans(), st.booleans())
def test_the_first_poll_of_a_new_budget_is_true_to_the_cent_however_much_was_spent_before_it(
    history: list[Step], lists: bool, with_list: bool
) -> None:
    world = World(300, lists)
    for step in history:
        act(world, step._replace(list_late=0), elsewhere=False, always_named=True)
    assert world.poll(with_list=with_list).pending == world.unbooked()


@settings(max_examples=120, deadline=None)
@given(histories, lags, periods)
def test_by_id_what_is_shown_is_true_to_the_cent_whoever_else_spends(history: list[Step], lag: int, period: int) -> None:
    world = World(lag, True, period)
    world.poll()
    for step in history:
        act(world, step._replace(list_late=0, elsewhere_cents=step.elsewhere_cents * 1_000_003), elsewhere=True, always_named=True)
        standing = world.poll() if step.poll else world.look()
        assert standing.pending == world.unbooked()


@settings(max_examples=120, deadline=None)
@given(histories, lags, st.booleans(), st.sampled_from([50, 100, 140]))
def test_pending_falls_while_settled_rises_and_nothing_new_is_spent(
    history: list[Step], lag: int, lists: bool, estimate_percent: int
) -> None:
    world = World(lag, lists)
    world.poll()
    for step in history:
        act(world, step._replace(list_late=0), elsewhere=False, estimate_percent=100 if lists else estimate_percent)
        before = world.look().pending
        assert world.poll(with_list=True).pending <= before


@settings(max_examples=120, deadline=None)
@given(histories, lags, st.sampled_from([90, 3600]), st.sampled_from([0, 30, 600]), st.booleans())
def test_a_counter_that_is_reset_late_lets_nothing_hang_over_and_keeps_the_next_period_apart(
    history: list[Step], lag: int, period: int, reset_lag: int, lists: bool
) -> None:
    world = World(lag, lists, period, reset_lag_s=reset_lag)
    world.poll()
    for step in history:
        act(world, step, elsewhere=True)
        standing = world.poll(with_list=step.with_list) if step.poll else world.look()
        assert world.allocation is not None
        assert 0 <= standing.pending <= world.young()
        ends = world.allocation.resets_at
        assert ends is not None
        if world.allocation.resetting or ends > world.as_of:
            assert standing.next_period == sum(call.cost for call in world.calls if call.at >= ends)
    world.now_s += lag + 1
    assert world.poll().pending == 0
