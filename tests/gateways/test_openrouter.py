"""OpenRouter tells a key its own limit and spend, in dollars and by days, weeks and months of UTC."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kinds_rig import NOW, SECRET, Answers, ask, detected_at, fetched, link_to, ok, recorded, refused, served
from tankful.core.allocation import Allocation, ScopeKind
from tankful.core.errors import GatewayConfused
from tankful.core.links import Method
from tankful.gateways.gateway import Detected
from tankful.gateways.openrouter import GATEWAY


def key(**changes: Any) -> Answers:
    data = recorded("openrouter", "key.json")["data"] | changes
    return {"/api/v1/key": ok({"data": {name: value for name, value in data.items() if value != "missing"}})}


def only(answers: Answers) -> Allocation:
    (allocation,) = fetched(GATEWAY, answers).allocations
    return allocation


def test_what_is_left_of_the_limit_says_what_is_spent() -> None:
    statement = fetched(GATEWAY, key())
    (week,) = statement.allocations
    assert (week.scope, week.kind, week.limit, week.settled) == ("key, a week", ScopeKind.KEY, Decimal(120), Decimal("41.654321099"))
    assert (week.period_start, week.resets_at) == (datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC))
    assert statement.who == "user_2robin"
    assert statement.books_within == timedelta(seconds=60)


def test_nothing_of_the_key_is_kept_though_the_answer_quotes_its_ends() -> None:
    assert "sk-or" not in repr(fetched(GATEWAY, key(creator_user_id=None)))


def test_the_key_goes_out_as_a_bearer_token() -> None:
    with served(key()) as server:
        ask(GATEWAY, link_to(GATEWAY, server.url))
        assert server.requests[0].headers["authorization"] == f"Bearer {SECRET}"


@pytest.mark.parametrize(
    ("changes", "limit", "settled", "scope"),
    [
        ({"limit_remaining": -5}, 120, 125, "key, a week"),
        ({"limit_remaining": 130}, 120, 0, "key, a week"),
        ({"limit_remaining": None}, 120, "41.654321099", "key, a week"),
        ({"limit_remaining": None, "include_byok_in_limit": True}, 120, "43.654321099", "key, a week"),
        ({"limit_remaining": "missing", "limit_reset": "daily"}, 120, "2.5", "key, a day"),
        ({"limit_remaining": None, "limit_reset": "monthly", "usage_monthly": None}, 120, 0, "key, a month"),
        ({"limit_reset": None}, 120, "41.654321099", "key"),
        ({"limit_reset": None, "limit_remaining": None}, 120, "903.25", "key"),
        ({"limit": 0, "limit_remaining": 0}, 0, 0, "key, a week"),
        ({"limit": None, "limit_remaining": None, "limit_reset": None}, None, "88.75", "key, a month"),
        ({"limit": "missing", "limit_remaining": "missing", "limit_reset": "missing", "usage_monthly": "missing"}, None, "903.25", "key"),
    ],
)
def test_every_way_to_have_or_not_to_have_a_limit_is_understood(
    changes: dict[str, Any], limit: int | None, settled: str | int, scope: str
) -> None:
    allocation = only(key(**changes))
    assert (allocation.limit, allocation.settled, allocation.scope) == (limit, Decimal(settled), scope)


def test_a_limit_that_is_never_reset_began_with_the_key() -> None:
    allocation = only(key(limit_reset=None))
    assert allocation.period_start == datetime(2026, 2, 3, 4, 5, 6, 789_000, tzinfo=UTC)
    assert allocation.resets_at is None
    assert only(key(limit_reset=None, created_at=None)).period_start.year == 1970


@pytest.mark.parametrize(
    "changes", [{"limit": "NaN"}, {"limit": -1}, {"limit_remaining": "much"}, {"usage_weekly": -3}, {"created_at": "once"}]
)
def test_figures_that_are_none_are_named(changes: dict[str, Any]) -> None:
    error = refused(GATEWAY, key(**({"limit_remaining": None, "limit_reset": "weekly"} | changes)))
    assert isinstance(error, GatewayConfused)
    assert next(iter(changes)) in error.title


def test_periods_go_by_the_gateways_clock_when_ours_is_hours_off() -> None:
    with served(key(limit_reset="daily"), NOW) as server:
        statement = ask(GATEWAY, link_to(GATEWAY, server.url), now=NOW + timedelta(hours=20))
    assert statement is not None
    assert [each.resets_at for each in statement.allocations] == [datetime(2026, 11, 23, tzinfo=UTC)]


def test_a_period_that_is_not_known_is_not_guessed() -> None:
    assert "limit_reset" in refused(GATEWAY, key(limit_reset="hourly")).title


def test_it_is_known_by_its_address_without_being_asked() -> None:
    known = Detected("openrouter", "https://openrouter.ai", (Method.KEY,))
    assert detected_at(GATEWAY, "https://openrouter.ai/api") == known
    assert detected_at(GATEWAY, "https://openrouter.ai.example.com") is None
