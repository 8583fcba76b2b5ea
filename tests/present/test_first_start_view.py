"""The one question of the first start: when it is asked, and with which suggestion."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pictured import BUDGETED, FAILING, FEEDS, NO_AGENTS, NOW, SCANNING, UNSET, WATCH
from tankful.core.health import Condition, FeedHealth
from tankful.core.settings import Settings
from tankful.present.first_start import first_start_view, is_due, suggested


def test_it_is_asked_once_without_a_budget_when_the_logs_are_read() -> None:
    assert is_due(WATCH, Settings(), asked_before=False)
    assert not is_due(WATCH, Settings(), asked_before=True)
    assert not is_due(WATCH, BUDGETED, asked_before=False)
    assert not is_due(replace(UNSET, feeds=(*FEEDS, UNSET.feeds[-1]._replace(as_of=NOW))), Settings(), asked_before=False)
    assert not is_due(SCANNING, Settings(), asked_before=False)
    assert not is_due(replace(WATCH, feeds=(FEEDS[0], FEEDS[1]._replace(as_of=None))), Settings(), asked_before=False)


@pytest.mark.parametrize(
    ("spent", "budget"), [("0", 100), ("3", 5), ("44", 50), ("100", 110), ("611.40", 650), ("980", 1100), ("4100", 4400)]
)
def test_the_suggestion_is_round_and_a_little_above_the_last_30_days(spent: str, budget: int) -> None:
    assert suggested(Decimal(spent)) == budget


@given(st.decimals("0.01", 1_000_000, places=2))
def test_the_suggestion_always_leaves_room(spent: Decimal) -> None:
    assert spent < suggested(spent) <= spent * 2 + 5


def test_it_lists_what_was_found() -> None:
    ledger = FeedHealth("ledger", Condition.OK, title="The ledger was begun anew")
    view = first_start_view(replace(WATCH, feeds=(*FEEDS, ledger)))

    assert [(agent.title, agent.found, agent.detail) for agent in view.agents] == [
        ("Claude Code", True, "18,204 requests"),
        ("Codex CLI", True, "1,377 requests"),
    ]
    assert not view.further
    assert view.basis == "You spent $611.40 in the last 30 days."
    assert view.suggestion == 650


def test_it_says_what_is_not_there_and_what_is_wrong() -> None:
    none = first_start_view(NO_AGENTS)
    assert (none.agents, none.further) == ((), "2 agents will be read as soon as you use them here.")
    failing = first_start_view(FAILING).agents[0]
    assert (failing.found, failing.detail) == (False, "Claude Code's logs cannot be read")
    assert "any figure will do" in first_start_view(replace(WATCH, last_30_days=Decimal(0))).basis


def test_what_has_no_price_is_no_spend_of_nothing() -> None:
    nothing = replace(WATCH, last_30_days=Decimal(0), unpriced_30_days=20)
    assert (
        first_start_view(nothing).basis
        == "20 requests of the last 30 days have no known price, so what was spent is unknown; any figure will do for a start."
    )
    assert (
        first_start_view(replace(WATCH, unpriced_30_days=1)).basis
        == "You spent $611.40 in the last 30 days; 1 request of the last 30 days has no known price and no part in that."
    )


def test_an_agent_whose_cost_is_unknown_and_one_that_was_never_used() -> None:
    seen = FeedHealth("codex", Condition.OK, WATCH.as_of, files=1, prompts=2)
    never = FeedHealth("claude-code", Condition.WAITING, WATCH.as_of)
    view = first_start_view(replace(WATCH, feeds=(seen, never)))
    assert [agent.detail for agent in view.agents] == ["2 prompts seen, cost unknown"]
    assert view.further == "1 other agent will be read as soon as you use it here."


def test_those_beyond_the_first_few_are_counted() -> None:
    feeds = tuple(FeedHealth("codex", Condition.OK, WATCH.as_of, events=count) for count in range(8))
    view = first_start_view(replace(WATCH, feeds=feeds))
    assert [agent.detail for agent in view.agents[:2]] == ["7 requests", "6 requests"]
    assert view.further == "2 more were found."
