"""What is said of spend after suggestions: what it was, and never more than the days can tell."""

from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tankful.core.nudges.effect import FEW, Days, Effect, effect


def dollars(*amounts: float) -> list[Decimal]:
    return [Decimal(str(amount)) for amount in amounts]


def test_no_day_tells_nothing_and_few_tell_what_they_were() -> None:
    assert effect([], []) == Effect()
    found = effect(dollars(4, 1, 3, 2), dollars(7))

    assert found.offered == Days(4, *dollars(1.75, 2.5, 3.25))
    assert found.held_out == Days(1, *dollars(7, 7, 7))
    assert found.cheaper is None
    assert found.may_be_chance


def test_days_that_differ_are_told_apart_and_equal_ones_are_chance() -> None:
    cheap, dear = dollars(*range(1, FEW + 1)), dollars(*range(101, FEW + 101))

    assert effect(cheap, dear)[2:] == (1.0, False)
    assert effect(dear, cheap)[2:] == (0.0, False)
    assert effect(cheap, cheap)[2:] == (0.5, True)


def test_kinds_of_days_that_do_not_differ_are_seldom_called_different() -> None:
    random = Random(7)  # noqa: S311 - no secret
    called = 0
    for _ in range(400):
        with_it, without = ([Decimal(random.lognormvariate(2, 1.2)) for _ in range(count)] for count in (100, 25))
        called += not effect(with_it, without).may_be_chance
    assert 4 <= called <= 36, "one in twenty"


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60), st.lists(st.integers(0, 10**6), max_size=60))
def test_quartiles_are_in_order_and_within_what_was_spent(offered: list[int], held: list[int]) -> None:
    found = effect([*map(Decimal, offered)], [*map(Decimal, held)])

    days = found.offered
    assert min(offered) <= days.low <= days.middle <= days.high <= max(offered)
    assert (found.cheaper is None) == (min(len(offered), len(held)) < FEW)
