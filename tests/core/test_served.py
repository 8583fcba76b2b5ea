"""What is a change of the model behind somebody's back, and what only looks like one."""

from datetime import timedelta
from decimal import Decimal

import pytest

from ledger_rig import NOW
from tankful.core.counterfactual import Rates
from tankful.core.served import Answered, ModelChange, changes
from tankful.core.usage import TokenUsage, UsageEvent

LISTED = {
    "claude-opus-4-1": "claude-opus-4-1",
    "claude-opus-4-1-20250805": "claude-opus-4-1",
    "claude-sonnet-4-5": "claude-sonnet-4-5",
    "anthropic/claude-sonnet-4-5": "claude-sonnet-4-5",
    "gpt-5": "gpt-5",
    "gpt-5-mini": "gpt-5-mini",
    "gpt-5-codex": "gpt-5",
}
PER_TOKEN = {"claude-opus-4-1": 15, "claude-sonnet-4-5": 3, "gpt-5": 1}
AT = NOW - timedelta(minutes=30)


def told(asked: str, *served: str, calls: int = 2, minutes: int = 0, account: str = "", session: str = "s1") -> Answered:
    last = AT + timedelta(minutes=minutes)
    return Answered("claude-code", session, "/work", "anthropic", asked, served, AT, last, calls, TokenUsage(1_000_000, 0), account)


def rates(event: UsageEvent) -> Rates | None:
    price = PER_TOKEN.get(LISTED.get(event.model or "", ""))
    return None if price is None else Rates(*[Decimal(price).scaleb(-6)] * 5)


def found(*answered: Answered, offered: tuple[str, ...] = (), in_house: tuple[str, ...] = ()) -> tuple[ModelChange, ...]:
    return changes(answered, LISTED.get, rates, {"work": offered} if offered else {}, in_house)


def test_another_model_is_told_with_what_it_makes_of_the_price() -> None:
    (change,) = found(told("claude-opus-4-1", "claude-sonnet-4-5"))
    assert change == ModelChange("claude-code", "s1", "/work", "claude-opus-4-1", "claude-sonnet-4-5", AT, AT, 2, Decimal(-12))
    (back,) = found(told("claude-sonnet-4-5", "claude-opus-4-1"))
    assert back.difference == 12


def test_without_both_prices_there_is_no_difference() -> None:
    (change,) = found(told("gpt-5-mini", "gpt-5"))
    assert change.difference is None


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("claude-opus-4-1", ("claude-opus-4-1-20250805",)),
        ("gpt-5-codex", ("gpt-5",)),  # the price list says that they are one
        ("auto", ("gpt-5",)),
        ("gpt-5-mini", ("capi-noe-h200-prime",)),
        ("claude-team", ("claude-sonnet-4-5",)),
        ("claude-opus-4-1", ("fast", "azure/production-4")),
        ("claude-opus-4-1", ()),
        # A gateway's own name for a model, in either order of what the agent and the gateway call it.
        ("claude-opus-4-1", ("fast", "anthropic/claude-opus-4-1")),
        ("claude-opus-4-1", ("claude-opus-4-1", "anthropic/claude-sonnet-4-5")),
    ],
)
def test_names_that_do_not_prove_it_are_no_change(asked: str, served: tuple[str, ...]) -> None:
    assert found(told(asked, *served)) == ()


def test_what_a_gateway_calls_itself_is_told_by_the_name_that_is_known() -> None:
    call = told("claude-opus-4-1", "fast", "anthropic/claude-sonnet-4-5", account="work")
    (change,) = found(call, offered=("claude-opus-4-1", "fast"))
    assert (change.served, change.account) == ("anthropic/claude-sonnet-4-5", "work")
    assert found(call, offered=("claude-opus-4-1",)) == (), "an alias of a team is booked under a name that nobody can ask for"
    assert found(call) == ()


def test_a_vendors_name_that_came_through_a_gateway_is_not_what_was_asked() -> None:
    call = told("claude-opus-4-1", "claude-sonnet-4-5", account="work")
    assert found(call, offered=("claude-sonnet-4-5", "fast")) == ()
    assert len(found(call, offered=("claude-sonnet-4-5", "claude-opus-4-1"))) == 1


def test_a_model_of_the_house_is_known_by_its_gateway() -> None:
    down = told("claude-opus-4-1", "orchard-coder", account="work")
    up = told("orchard-coder", "claude-opus-4-1", account="work", session="s2")
    assert found(down, up) == ()
    both = found(down, up, in_house=("orchard-coder",))
    assert {(change.asked, change.served) for change in both} == {
        ("claude-opus-4-1", "orchard-coder"),
        ("orchard-coder", "claude-opus-4-1"),
    }


def test_the_same_calls_told_twice_count_once_and_the_latest_come_first() -> None:
    both = found(
        told("claude-opus-4-1", "claude-sonnet-4-5", account="work"),
        told("claude-opus-4-1", "claude-sonnet-4-5", calls=3, account="team"),
        told("claude-opus-4-1", "claude-sonnet-4-5", calls=1, account="third"),
        told("gpt-5", "gpt-5-mini", minutes=9),
    )
    assert [(change.asked, change.calls) for change in both] == [("gpt-5", 2), ("claude-opus-4-1", 3)]
