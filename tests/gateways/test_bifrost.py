"""Bifrost tells a virtual key its budgets and when they were reset last; when they are reset next follows."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kinds_rig import NOW, SECRET, Answers, ask, detected, fetched, link_to, ok, recorded, refused, served
from tankful.core.allocation import Allocation
from tankful.core.errors import GatewayConfused, LinkRejected
from tankful.core.links import Method
from tankful.gateways.bifrost import GATEWAY

QUOTA = "/api/governance/virtual-keys/quota"


def quota(**changes: Any) -> Answers:
    return {QUOTA: ok(recorded("bifrost", "quota.json") | changes)}


def one(**changes: Any) -> Allocation:
    budget = {"max_limit": 10, "current_usage": 1, "reset_duration": "1M", "last_reset": "2026-11-10T08:30:00Z"} | changes
    (allocation,) = fetched(GATEWAY, quota(budgets=[budget], provider_configs=None, model_configs=None)).allocations
    return allocation


def test_every_budget_is_read_with_its_override_and_its_end() -> None:
    statement = fetched(GATEWAY, quota())
    month, day, team, week, openai, large = statement.allocations
    assert statement.who == "robin-laptop"
    assert statement.books_within == timedelta(seconds=60)
    assert (month.scope, month.limit, month.settled) == ("key, a month", Decimal(250), Decimal("61.5"))
    assert month.resets_at == datetime(2026, 12, 1, tzinfo=UTC)
    assert (day.scope, day.resets_at) == ("key, a day", datetime(2026, 11, 23, tzinfo=UTC))
    assert (team.scope, team.limit, team.resets_at) == ("team platform, a month", Decimal(1000), datetime(2026, 12, 10, 8, 30, tzinfo=UTC))
    assert (week.scope, week.limit, week.settled, week.resets_at) == ("key, a week", None, Decimal(12), datetime(2026, 11, 23, tzinfo=UTC))
    assert (openai.scope, openai.enforced, openai.resets_at) == (
        "key, openai only, 6 hours",
        False,
        datetime(2026, 11, 22, 12, 15, tzinfo=UTC),
    )
    assert (large.scope, large.enforced, large.resets_at) == ("key, gpt-large only, a year", False, datetime(2027, 1, 1, tzinfo=UTC))
    assert [each.enforced for each in (month, day, team)] == [True, True, True]
    assert not any(each.resetting for each in statement.allocations)


def test_the_key_goes_out_in_the_header_for_virtual_keys_alone() -> None:
    with served(quota()) as server:
        ask(GATEWAY, link_to(GATEWAY, server.url))
        (seen,) = server.requests
    assert seen.headers["x-bf-vk"] == SECRET
    assert "authorization" not in seen.headers


def test_a_month_that_does_not_follow_the_calendar_has_thirty_days_and_a_year_365() -> None:
    assert one(calendar_aligned=False, last_reset="2026-11-01T00:00:00Z").resets_at == datetime(2026, 12, 1, tzinfo=UTC)
    assert one(calendar_aligned=False, last_reset="2026-10-01T00:00:00Z").resets_at == datetime(2026, 10, 31, tzinfo=UTC)
    assert one(reset_duration="1Y").resets_at == datetime(2027, 11, 10, 8, 30, tzinfo=UTC)
    assert one(calendar_aligned=True, reset_duration="1Y").resets_at == datetime(2027, 1, 1, tzinfo=UTC)


def test_a_budget_whose_time_is_over_is_being_reset() -> None:
    assert one(last_reset="2026-10-01T00:00:00Z").resetting
    assert one(reset_duration="30s", last_reset=NOW.isoformat()).resetting is False


@pytest.mark.parametrize(("mode", "left", "limit"), [("cycles", 0, 10), ("", 2, 10), (None, 2, 10), ("cycles", 1, 15), ("forever", 0, 15)])
def test_an_override_counts_only_while_it_holds(mode: str | None, left: int, limit: int) -> None:
    assert one(override_amount=5, override_mode=mode, override_cycles_remaining=left).limit == limit


@pytest.mark.parametrize("changes", [{"reset_duration": "1Q"}, {"reset_duration": ""}, {"reset_duration": "0d"}])
def test_a_length_that_is_not_known_gives_no_end(changes: dict[str, str]) -> None:
    allocation = one(**changes)
    assert (allocation.scope, allocation.resets_at) == ("key", None)
    assert allocation.period_start == datetime(2026, 11, 10, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize("last", [None, "0001-01-01T00:00:00Z"])
def test_a_budget_that_was_never_reset_has_no_end_either(last: str | None) -> None:
    allocation = one(last_reset=last)
    assert (allocation.scope, allocation.resets_at, allocation.period_start.year) == ("key, a month", None, 1970)


def test_a_key_without_budgets_has_none() -> None:
    assert fetched(GATEWAY, quota(budgets=None, provider_configs=[], model_configs=None)).allocations == ()


def test_a_part_without_a_name_still_has_words() -> None:
    part = {"budgets": [{"max_limit": 1, "current_usage": 0, "reset_duration": "1d", "last_reset": "2026-11-22T00:00:00Z"}]}
    statement = fetched(GATEWAY, quota(budgets=None, provider_configs=[part, part], model_configs=None))
    assert [each.scope for each in statement.allocations] == ["key, a part only, a day", "key, a part only, a day (2)"]


@pytest.mark.parametrize("name", ["max_limit", "current_usage", "override_amount", "last_reset"])
@pytest.mark.parametrize("written", ["NaN", -1e300, "much", True])
def test_figures_that_are_none_are_named(name: str, written: object) -> None:
    budget = {"max_limit": 1, "current_usage": 0, "reset_duration": "1d", "override_mode": "forever"} | {name: written}
    error = refused(GATEWAY, quota(budgets=[budget]))
    assert isinstance(error, GatewayConfused)
    assert name in error.title


def test_a_key_that_is_switched_off_or_unknown_has_to_be_linked_again() -> None:
    assert "switched off" in refused(GATEWAY, quota(is_active=False)).title
    error = refused(GATEWAY, {QUOTA: (401, {}, recorded("bifrost", "unknown_key.json"))})
    assert isinstance(error, LinkRejected)
    assert "sign-in there" in error.hint


def test_an_older_version_is_said_to_be_one() -> None:
    assert "older version" in refused(GATEWAY, {}).hint


def test_it_is_known_by_how_it_refuses() -> None:
    known = detected(GATEWAY, {QUOTA: (401, {}, recorded("bifrost", "unknown_key.json"))})
    assert known is not None
    assert (known.kind, known.methods) == ("bifrost", (Method.KEY,))
    assert detected(GATEWAY, {}) is None
    assert detected(GATEWAY, {QUOTA: (401, {}, {"error": "no"})}) is None
