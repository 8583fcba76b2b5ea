"""When a gateway's list of our calls is worth a question."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tankful.core.allocation import Allocation, Statement
from tankful.core.listing import LOOKS, Waiting, looks_left

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)


def said(at: datetime = NOON, **settled: str) -> Statement:
    mine = (Allocation("work", scope, Decimal(600), Decimal(dollars), NOON, None) for scope, dollars in settled.items())
    return Statement("work", at, allocations=tuple(mine))


def waiting(*dollars: str | None) -> Waiting:
    return Waiting(NOON, tuple(None if price is None else Decimal(price) for price in dollars))


@pytest.mark.parametrize("rise", ["0", "0.25", "0.35", "0.75", "0.7500001"])
def test_a_figure_that_stays_or_rises_by_our_oldest_calls_explains_itself(rise: str) -> None:
    now = said(LATER, you=str(Decimal(10) + Decimal(rise)))
    assert looks_left(0, said(you="10"), now, waiting("0.25", "0.1", "0.4")) == 0


@pytest.mark.parametrize("rise", ["0.1", "0.26", "0.4", "0.76", "5"])
def test_any_other_rise_is_worth_the_list(rise: str) -> None:
    now = said(LATER, you=str(Decimal(10) + Decimal(rise)))
    assert looks_left(0, said(you="10"), now, waiting("0.25", "0.1", "0.4")) == LOOKS


def test_behind_a_call_without_a_price_no_rise_is_explained() -> None:
    assert looks_left(0, said(you="10"), said(LATER, you="10.25"), waiting("0.25", None)) == 0
    assert looks_left(0, said(you="10"), said(LATER, you="10.25"), waiting(None, "0.25")) == LOOKS


def test_what_may_be_another_accounts_is_asked_for_until_it_is_decided() -> None:
    unsure = Waiting(NOON, (None,), undecided=True)
    assert looks_left(0, said(you="10"), said(LATER, you="10"), unsure) == LOOKS
    assert looks_left(1, said(you="10"), None, unsure) == LOOKS


def test_every_budget_has_to_explain_itself() -> None:
    before = said(you="10", team="100")
    assert looks_left(0, before, said(LATER, you="10.25", team="100.25"), waiting("0.25")) == 0
    assert looks_left(0, before, said(LATER, you="10.25", team="117"), waiting("0.25")) == LOOKS
    assert looks_left(0, before, said(LATER, you="10", team="100", key="3"), waiting("0.25")) == LOOKS


@pytest.mark.parametrize(("now", "left"), [("0", 0), ("0.25", 0), ("9", LOOKS)])
def test_after_a_reset_all_there_is_was_booked_since(now: str, left: int) -> None:
    assert looks_left(0, said(you="10"), said(LATER, you=now), waiting("0.25")) == left


def test_the_first_word_of_a_gateway_explains_nothing() -> None:
    assert looks_left(0, None, said(you="10"), waiting("0.25")) == LOOKS


def test_what_was_needed_once_is_asked_for_a_second_time_and_no_more() -> None:
    same = said(LATER, you="10")
    assert looks_left(LOOKS, said(you="10"), same, waiting("0.25")) == LOOKS - 1
    assert looks_left(LOOKS, said(you="10"), None, waiting("0.25")) == LOOKS - 1
    assert looks_left(0, said(you="10"), None, None) == 0


def test_a_rise_before_our_call_is_known_is_looked_into_with_the_call() -> None:
    assert looks_left(0, said(you="10"), said(LATER, you="10.25"), None) == LOOKS
