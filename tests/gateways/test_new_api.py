"""new-api and one-api count in units of quota, answer errors with status 200, and older ones know only billing pages."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from gateway_rig import Answer
from kinds_rig import NOW, SECRET, Answers, ask, detected, fetched, link_to, ok, recorded, refused, served
from tankful.core.allocation import ScopeKind
from tankful.core.errors import GatewayConfused, LinkRejected
from tankful.core.links import Method
from tankful.gateways.new_api import GATEWAY

PAGE = "<!doctype html><html><body>House API</body></html>"


def answers(status: dict[str, Any] | None = None, **usage: Any) -> Answers:
    told, used = recorded("new-api", "status.json"), recorded("new-api", "usage.json")
    told["data"] |= status or {}
    used["data"] |= usage
    return {"/api/status": ok(told), "/api/usage/token/": ok(used)}


def older(status: dict[str, Any] | None = None, subscription: Answer | None = None, usage: Answer | None = None) -> Answers:
    billing = "/v1/dashboard/billing"
    return {
        "/api/status": answers(status)["/api/status"],
        "/api/usage/token/": ok(PAGE),
        f"{billing}/subscription": subscription or ok(recorded("new-api", "subscription.json")),
        f"{billing}/usage": usage or ok(recorded("new-api", "billing_usage.json")),
    }


def test_half_a_million_units_are_a_dollar() -> None:
    statement = fetched(GATEWAY, answers())
    (key,) = statement.allocations
    assert (key.scope, key.kind, key.limit, key.settled) == ("key", ScopeKind.KEY, Decimal(20), Decimal("2.469134"))
    assert (key.resets_at, key.enforced) == (None, True)
    assert statement.who == "robin laptop"
    assert statement.books_within == timedelta(seconds=60)


def test_the_key_goes_to_the_quota_and_not_to_the_public_status() -> None:
    with served(answers()) as server:
        ask(GATEWAY, link_to(GATEWAY, server.url))
        assert [seen.headers.get("authorization") for seen in server.requests] == [None, f"Bearer {SECRET}"]


@pytest.mark.parametrize(
    ("status", "usage", "limit", "settled"),
    [
        ({"quota_per_unit": 1000}, {}, 10_000, "1234.567"),
        ({"quota_per_unit": None}, {}, 20, "2.469134"),
        ({}, {"unlimited_quota": True}, None, "2.469134"),
        ({}, {"total_granted": -20}, 0, "2.469134"),
        ({}, {"total_granted": 0, "total_used": 0}, 0, "0"),
    ],
)
def test_every_way_to_have_or_not_to_have_a_limit_is_understood(
    status: dict[str, Any], usage: dict[str, Any], limit: int | None, settled: str
) -> None:
    (key,) = fetched(GATEWAY, answers(status, **usage)).allocations
    assert (key.limit, key.settled) == (limit, Decimal(settled))


@pytest.mark.parametrize(
    ("status", "limit", "settled"),
    [
        ({}, "36.5", "14.6"),
        ({"quota_display_type": None, "display_in_currency": True}, "36.5", "14.6"),
        ({"quota_display_type": "CNY"}, "5", "2"),
        ({"quota_display_type": "CUSTOM", "custom_currency_exchange_rate": 0.5}, "73", "29.2"),
        ({"quota_display_type": None, "display_in_currency": False, "quota_per_unit": 100}, "0.365", "0.146"),
        ({"quota_display_type": "TOKENS", "quota_per_unit": 100}, "0.365", "0.146"),
    ],
)
@pytest.mark.parametrize("missing", [ok(PAGE), (404, {}, {"error": {"message": "Invalid URL"}})])
def test_where_the_quota_cannot_be_read_the_billing_pages_are_in_whatever_currency(
    status: dict[str, Any], limit: str, settled: str, missing: Answer
) -> None:
    (key,) = fetched(GATEWAY, older(status) | {"/api/usage/token/": missing}).allocations
    assert (key.limit, key.settled) == (Decimal(limit), Decimal(settled))


def test_a_hundred_million_on_the_billing_pages_is_no_limit() -> None:
    (key,) = fetched(GATEWAY, older(subscription=ok({"hard_limit_usd": 100_000_000, "access_until": 0}))).allocations
    assert key.limit is None


@pytest.mark.parametrize(
    "bad",
    [
        {"/api/usage/token/": ok(recorded("new-api", "refused.json"))},
        older(subscription=ok({"error": {"message": "no such key", "type": "one_api_error"}})),
        older(usage=ok({"error": {"message": "no such key", "type": "upstream_error"}})),
    ],
)
def test_an_error_with_status_200_is_one_but_signs_nobody_out(bad: Answers) -> None:
    error = refused(GATEWAY, answers() | bad)
    assert isinstance(error, GatewayConfused)
    assert "does not tell" in error.title


def test_a_key_that_has_run_out_has_to_be_replaced() -> None:
    past, future = int(NOW.timestamp()), int(NOW.timestamp()) + 1
    assert isinstance(refused(GATEWAY, answers(expires_at=past)), LinkRejected)
    assert fetched(GATEWAY, answers(expires_at=future)).allocations
    assert fetched(GATEWAY, answers(expires_at=-1)).allocations
    assert isinstance(refused(GATEWAY, older(subscription=ok({"hard_limit_usd": 1, "access_until": past}))), LinkRejected)


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        (answers(total_used="NaN"), "total_used"),
        (answers(total_used=-1), "total_used"),
        (answers(total_granted="much"), "total_granted"),
        (answers(expires_at="soon"), "expiry"),
        (answers({"quota_per_unit": 0}), "quota_per_unit"),
        (answers({"quota_per_unit": "NaN"}), "quota_per_unit"),
        (older({"quota_display_type": "CNY", "usd_exchange_rate": -7}), "usd_exchange_rate"),
        (older({"quota_display_type": "CUSTOM"}), "custom_currency_exchange_rate"),
    ],
)
def test_figures_that_are_none_are_named(bad: Answers, named: str) -> None:
    error = refused(GATEWAY, bad)
    assert isinstance(error, GatewayConfused)
    assert named in error.title


def test_it_is_known_by_its_public_status() -> None:
    known = detected(GATEWAY, answers())
    assert known is not None
    assert (known.kind, known.methods) == ("new-api", (Method.KEY,))
    assert detected(GATEWAY, {}) is None
    assert detected(GATEWAY, {"/api/status": ok({"data": {"status": "ok"}})}) is None
    assert detected(GATEWAY, {"/api/status": ok(PAGE)}) is None
