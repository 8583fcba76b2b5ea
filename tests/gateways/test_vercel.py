"""Vercel tells a gateway's key the team's credits, and a Vercel token all budgets, of which ours and the team's are read."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kinds_rig import Answers, ask, detected_at, fetched, link_to, ok, recorded, refused, served
from tankful.core.allocation import ScopeKind
from tankful.core.errors import GatewayConfused
from tankful.core.links import Method
from tankful.gateways.gateway import Detected
from tankful.gateways.vercel import GATEWAY

LIST = "/ai-gateway/budgets/list"


def credit(**changes: Any) -> Answers:
    return {"/v1/credits": ok(recorded("vercel", "credits.json") | changes)}


def budgets(**changes: Any) -> Answers:
    listed = recorded("vercel", "budgets.json")
    listed["budgets"][1] |= changes
    return {"/v2/user": ok(recorded("vercel", "user.json")), LIST: ok(listed)}


def test_credits_are_the_teams_and_their_amounts_are_text() -> None:
    statement = fetched(GATEWAY, credit())
    (team,) = statement.allocations
    assert (team.scope, team.kind, team.limit, team.settled) == ("the team's credits", ScopeKind.TEAM, Decimal(100), Decimal("4.5679"))
    assert team.resets_at is None
    assert statement.books_within == timedelta(seconds=60)


@pytest.mark.parametrize(("balance", "limit"), [("-1.5679", 3), ("-9", 0), ("0", "4.5679")])
def test_credits_that_are_overdrawn_leave_nothing(balance: str, limit: str | int) -> None:
    (team,) = fetched(GATEWAY, credit(balance=balance)).allocations
    assert team.limit == Decimal(limit)


def test_of_all_budgets_ours_and_the_teams_are_read() -> None:
    statement = fetched(GATEWAY, budgets(), reads="budgets")
    team, week, lasting = statement.allocations
    assert statement.who == "robin"
    assert (team.scope, team.limit, team.settled) == ("team, a month", Decimal(500), Decimal("120.5"))
    assert (team.period_start, team.resets_at) == (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
    assert (week.scope, week.limit, week.settled) == ("you, a week", Decimal(50), Decimal("8.75"))
    assert week.resets_at == datetime(2026, 11, 23, tzinfo=UTC)
    assert (lasting.scope, lasting.resets_at) == ("you", None)
    assert lasting.period_start == datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
    assert "Somebody" not in repr(statement)
    assert "usr_other" not in repr(statement)


def test_a_user_is_also_known_by_the_id_that_the_list_puts_usr_before() -> None:
    answers = budgets() | {"/v2/user": ok({"user": {"id": "r0b1n"}})}
    statement = fetched(GATEWAY, answers, reads="budgets")
    assert [each.scope for each in statement.allocations] == ["team, a month", "you, a week", "you"]
    assert statement.who == "r0b1n"


@pytest.mark.parametrize(("options", "query"), [({}, {}), ({"team": "team_1"}, {"teamId": "team_1"})])
def test_another_team_than_the_tokens_own_can_be_named(options: dict[str, str], query: dict[str, str]) -> None:
    with served(budgets()) as server:
        ask(GATEWAY, link_to(GATEWAY, server.url, reads="budgets", **options))
        assert [seen.query for seen in server.asked(LIST)] == [query]


def test_a_budget_without_a_date_has_no_beginning() -> None:
    _, mine, _ = fetched(GATEWAY, budgets(refreshPeriod="none", createdAt=None), reads="budgets").allocations
    assert mine.period_start.year == 1970


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"limitAmount": "NaN"}, "limitAmount"),
        ({"limitAmount": None}, "limitAmount"),
        ({"currentSpend": -1}, "currentSpend"),
        ({"currentByokSpend": "much"}, "currentByokSpend"),
        ({"createdAt": "once"}, "createdAt"),
        ({"refreshPeriod": "hourly"}, "refreshPeriod"),
    ],
)
def test_figures_that_are_none_are_named(changes: dict[str, Any], named: str) -> None:
    error = refused(GATEWAY, budgets(**changes), reads="budgets")
    assert isinstance(error, GatewayConfused)
    assert named in error.title


@pytest.mark.parametrize("changes", [{"balance": "NaN"}, {"total_used": "-1"}, {"total_used": None}, {"balance": "much"}])
def test_credits_that_are_none_are_named(changes: dict[str, Any]) -> None:
    assert next(iter(changes)) in refused(GATEWAY, credit(**changes)).title


def test_it_is_known_by_its_addresses_without_being_asked() -> None:
    for url in ("https://ai-gateway.vercel.sh", "https://api.vercel.com"):
        assert detected_at(GATEWAY, url) == Detected("vercel", url, (Method.KEY,))
    assert detected_at(GATEWAY, "https://vercel.example.com") is None
