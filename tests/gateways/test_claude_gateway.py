"""Claude's own gateway: how it is known, signed in to and read, over real connections."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gateway_rig import Answer, AnsweringServer
from sign_in_rig import PERSON, Authority
from tankful.core.allocation import Allocation, OfferedModel, QuotaWindow, Statement
from tankful.core.errors import GatewayBusy, GatewayConfused, GatewayError, GatewayUnreachable, LinkRejected, NotAllowed
from tankful.core.links import Link, Method
from tankful.gateways.claude_gateway import BOOKS_WITHIN, GATEWAY, sign_in
from tankful.gateways.gateway import Asked, Detected, SignInStep
from tankful.gateways.grants import Grant, grant_of
from tankful.gateways.http import open_http

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
"""A Wednesday."""
TOMORROW = datetime(2026, 11, 26, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, tzinfo=UTC)


def limit(group: str, percent: object, resets_at: object, *, active: bool = False, kind: str = "spend") -> dict[str, object]:
    return {"kind": kind, "group": group, "percent": percent, "resets_at": resets_at, "severity": "normal", "is_active": active}


def spent(limit: object, used: object, share: object = None, **more: object) -> dict[str, object]:
    return {"is_enabled": True, "monthly_limit": limit, "used_credits": used, "utilization": share, "currency": "USD", **more}


DAY = limit("daily", 42, "2026-11-26T00:00:00.000Z", active=True)
WEEK = limit("weekly", 30, "2026-11-30T00:00:00.000Z")
MONTH = limit("monthly", 7, "2026-12-01T00:00:00.000Z")


def asked_of(answer: Answer, secret: str = "sk-own", last: Statement | None = None) -> Statement:  # noqa: S107 - no real one
    """Return what a gateway states that answers so."""
    now = NOW if last is None else NOW + timedelta(minutes=1)

    async def run(server: AnsweringServer) -> Statement:
        async with open_http() as http:
            statement = await GATEWAY.fetch(Asked(http, Link("work", "claude-gateway", server.url, Method.DEVICE), secret, now, last=last))
        assert statement is not None
        assert server.requests[0].headers["authorization"].startswith("Bearer ")
        return statement

    with AnsweringServer({("GET", "/api/oauth/usage"): answer}) as server:
        return asyncio.run(run(server))


def told(usage: Mapping[str, Any]) -> Statement:
    return asked_of((200, {}, usage))


def test_the_limit_that_is_active_is_told_in_dollars_and_the_others_in_percent() -> None:
    statement = told({"extra_usage": spent(2500, 1050, 42), "limits": [DAY, WEEK, MONTH]})
    assert statement.account == "work"
    assert statement.as_of == NOW
    assert statement.books_within == BOOKS_WITHIN <= timedelta(seconds=10)
    assert statement.allocations == (
        Allocation("work", "you, a day", Decimal(25), Decimal("10.5"), datetime(2026, 11, 25, tzinfo=UTC), TOMORROW),
    )
    assert statement.windows == (
        QuotaWindow("work", "week", Decimal(30), MONDAY),
        QuotaWindow("work", "month", Decimal(7), DECEMBER),
    )


@pytest.mark.parametrize(
    ("active", "scope", "start", "end"),
    [
        ("weekly", "you, a week", datetime(2026, 11, 23, tzinfo=UTC), MONDAY),
        ("monthly", "you, a month", datetime(2026, 11, 1, tzinfo=UTC), DECEMBER),
    ],
)
def test_the_period_is_that_of_the_active_limit(active: str, scope: str, start: datetime, end: datetime) -> None:
    limits = [each | {"is_active": each["group"] == active} for each in (DAY, WEEK, MONTH)]
    (allocation,) = told({"extra_usage": spent(10_000, 4.5, 0), "limits": limits}).allocations
    assert (allocation.scope, allocation.period_start, allocation.resets_at) == (scope, start, end)
    assert (allocation.limit, allocation.settled) == (Decimal(100), Decimal("0.045"))


def test_how_the_gateway_marks_a_limit_is_told_with_it() -> None:
    limits = [DAY | {"severity": "critical"}, WEEK | {"severity": "warning"}, MONTH]
    statement = told({"extra_usage": spent(2500, 1050, 42), "limits": limits})
    assert [each.severity for each in (*statement.allocations, *statement.windows)] == ["critical", "warning", ""]
    odd = told({"extra_usage": spent(2500, 1050, 42), "limits": [DAY | {"severity": ["x"]}, WEEK | {"severity": "<b>"}]})
    assert [each.severity for each in (*odd.allocations, *odd.windows)] == ["", ""]


def test_what_passes_its_limit_passes_100_percent() -> None:
    limits = [limit("daily", 180, "2026-11-26T00:00:00.000Z", active=True), limit("monthly", 120, None)]
    statement = told({"extra_usage": spent(10, 18, 180), "limits": limits})
    assert statement.allocations[0].settled > (statement.allocations[0].limit or 0)
    assert statement.windows == (QuotaWindow("work", "month", Decimal(120), None),)


def test_nobody_with_limits_is_told_what_was_spent_in_the_month() -> None:
    day = {"limit": None, "used_credits": 18, "utilization": None}
    statement = told({"extra_usage": spent(None, 18, None, daily=day, weekly=day), "limits": []})
    assert statement.allocations == (
        Allocation("work", "you, a month", None, Decimal("0.18"), datetime(2026, 11, 1, tzinfo=UTC), DECEMBER),
    )
    assert statement.windows == ()


def test_a_day_and_a_week_that_are_told_apart_are_told_in_dollars() -> None:
    usage = spent(50_000, 300, 1, daily={"limit": 1000, "used_credits": 100}, weekly={"limit": 2000, "used_credits": 200})
    statement = told({"extra_usage": usage, "limits": [WEEK, MONTH | {"is_active": True}]})
    assert [(each.scope, each.limit, each.settled, each.resets_at) for each in statement.allocations] == [
        ("you, a month", Decimal(500), Decimal(3), DECEMBER),
        ("you, a day", Decimal(10), Decimal(1), TOMORROW),
        ("you, a week", Decimal(20), Decimal(2), MONDAY),
    ]
    assert statement.windows == ()


def test_an_amount_belongs_to_the_limit_with_its_share_when_none_or_several_are_active() -> None:
    idle = [DAY | {"is_active": False}, WEEK, MONTH]
    assert [each.scope for each in told({"extra_usage": spent(2500, 750, 30.4), "limits": idle}).allocations] == ["you, a week"]
    both = [DAY, WEEK | {"is_active": True}, MONTH]
    assert [each.scope for each in told({"extra_usage": spent(2500, 750, 30), "limits": both}).allocations] == ["you, a week"]


@pytest.mark.parametrize(
    ("usage", "limits"),
    [
        (spent(2500, 750, None), [DAY | {"is_active": False}, WEEK]),
        (spent(2500, 750, 99), [DAY | {"is_active": False}, WEEK]),
        (spent(2500, 750, 30), [limit("daily", 30, None), WEEK]),
        (spent(None, 750, 30), [DAY, WEEK]),
        (spent(2500, 750, 42) | {"currency": "EUR"}, [DAY, WEEK]),
        (spent(2500, 750, 42) | {"is_enabled": False}, [DAY, WEEK]),
        (None, [DAY, WEEK]),
    ],
)
def test_an_amount_that_belongs_to_nothing_we_know_is_not_guessed(usage: object, limits: list[object]) -> None:
    statement = told({"extra_usage": usage, "limits": limits})
    assert statement.allocations == ()
    assert [window.title for window in statement.windows] == ["day", "week"]


def test_a_period_of_another_kind_is_shown_as_it_is_called() -> None:
    limits = [
        limit("yearly", 42, None, active=True),
        limit("a\x07b", 1, None),
        limit("session", 5, None, kind="tokens"),
        limit("", 3, None),
    ]
    statement = told({"extra_usage": spent(2500, 1050, 42), "limits": limits})
    assert statement.allocations == ()
    assert [(window.title, window.used_percent) for window in statement.windows] == [("yearly", 42), ("limit", 1), ("limit", 3)]


def test_of_several_limits_for_a_day_the_nearer_counts() -> None:
    limits = [limit("daily", 10, None), limit("daily", 60, None), limit("daily", -5, None)]
    assert told({"limits": limits}).windows == (QuotaWindow("work", "day", Decimal(60), None),)


def test_a_reset_that_is_due_is_said_to_be() -> None:
    late = limit("daily", 42, "2026-11-25T00:00:00Z", active=True)
    (allocation,) = told({"extra_usage": spent(2500, 1050, 42), "limits": [late]}).allocations
    assert allocation.resetting
    assert allocation.period_start == datetime(2026, 11, 24, tzinfo=UTC)


def test_an_active_limit_without_a_reset_has_that_of_the_calendar() -> None:
    limits = [limit("weekly", 42, None, active=True)]
    (allocation,) = told({"extra_usage": spent(2500, 1050, 42), "limits": limits}).allocations
    assert (allocation.period_start, allocation.resets_at) == (datetime(2026, 11, 23, tzinfo=UTC), MONDAY)


def test_an_empty_answer_states_nothing() -> None:
    statement = told({})
    assert (statement.allocations, statement.windows) == ((), ())


CAPTURED = Path(__file__).parents[2].parent / "shared" / "gateway" / "samples" / "claude-apps-gateway"


@pytest.mark.skipif(not CAPTURED.is_dir(), reason="there are no answers of a real gateway beside this checkout")
def test_what_a_real_gateway_answered_is_understood() -> None:
    real = json.loads((CAPTURED / "developer_get_api_oauth_usage.json").read_text())["response"]
    statement = asked_of((real["status"], {}, real["body"]))
    assert [(each.scope, each.limit, each.settled) for each in statement.allocations] == [("you, a day", Decimal("0.1"), Decimal("0.18"))]
    assert statement.windows == (QuotaWindow("work", "month", Decimal(0), DECEMBER),)
    real = json.loads((CAPTURED / "developer_usage_no_limits.json").read_text())["response"]
    assert [(each.limit, each.settled) for each in asked_of((200, {}, real["body"])).allocations] == [(None, Decimal("0.18"))]
    real = json.loads((CAPTURED / "error_401_bad_token.json").read_text())["response"]
    with pytest.raises(LinkRejected):
        asked_of((real["status"], {}, real["body"]))


REACHED = {"type": "error", "error": {"type": "billing_error", "message": "spend limit reached"}}


def rejected(period: str, share: str = "1.8") -> Answer:
    prefix = "anthropic-ratelimit-unified-"
    headers = {
        "retry-after": "73469",
        f"{prefix}status": "rejected",
        f"{prefix}overage-utilization": share,
        f"{prefix}overage-period": period,
        f"{prefix}reset": str(int(TOMORROW.timestamp())),
    }
    return 429, headers, REACHED


def test_a_limit_that_is_reached_is_a_reading() -> None:
    statement = asked_of(rejected("daily"))
    assert statement.windows == (QuotaWindow("work", "day", Decimal(180), TOMORROW, "critical"),)
    assert statement.allocations == ()
    assert statement.poll_after_s is None


def test_a_limit_that_is_reached_leaves_what_was_told_before_and_is_told_in_dollars_where_they_are_known() -> None:
    before = told({"extra_usage": spent(2500, 1050, 42), "limits": [DAY, WEEK, MONTH]})
    (day,) = before.allocations
    statement = asked_of(rejected("daily"), last=before)
    assert statement.allocations == (replace(day, settled=Decimal(45), severity="critical"),)
    assert statement.windows == before.windows
    again = asked_of(rejected("daily", "1"), last=statement)
    assert again.allocations == statement.allocations
    week = asked_of(rejected("weekly"), last=before)
    assert week.allocations == (replace(day, as_of=NOW),)
    assert week.windows == (
        QuotaWindow("work", "week", Decimal(180), TOMORROW, "critical"),
        QuotaWindow("work", "month", Decimal(7), DECEMBER),
    )


def test_whether_a_reset_is_due_goes_by_the_gateways_clock_and_it_may_say_how_often_it_is_asked() -> None:
    usage = {"extra_usage": spent(2500, 1050, 42), "limits": [DAY]}
    statement = asked_of((200, {"date": "Thu, 26 Nov 2026 00:00:01 GMT", "poll-interval": "600"}, usage))
    assert statement.allocations[0].resetting
    assert statement.poll_after_s == 600


@pytest.mark.parametrize("headers", [{}, {"anthropic-ratelimit-unified-overage-utilization": "much"}])
def test_a_limit_that_is_reached_without_a_word_is_full(headers: dict[str, str]) -> None:
    assert asked_of((429, headers, REACHED)).windows == (QuotaWindow("work", "limit", Decimal(100), None, "critical"),)


FAILURES: list[tuple[Answer, type[GatewayError]]] = [
    ((401, {}, {"type": "error", "error": {"type": "authentication_error", "message": "invalid token sk-own"}}), LinkRejected),
    ((401, {}, {"error": "proxy authentication needed"}), GatewayConfused),
    ((401, {}, "<html>Sign in to this network</html>"), GatewayConfused),
    ((403, {}, {"type": "error", "error": {"type": "permission_error"}}), NotAllowed),
    ((404, {}, "not found"), GatewayConfused),
    ((404, {}, "<html>nothing here</html>"), GatewayConfused),
    ((429, {"retry-after": "5"}, {"error": {"type": "rate_limit_error"}}), GatewayBusy),
    ((503, {}, ""), GatewayBusy),
    ((500, {}, "oh"), GatewayUnreachable),
    ((200, {}, "<html>Sign in to this network</html>"), GatewayConfused),
    ((200, {}, '{"extra_usage": {"used_cre'), GatewayConfused),
    ((200, {}, []), GatewayConfused),
    ((200, {}, {"extra_usage": spent("lots", 1)}), GatewayConfused),
    ((200, {}, {"extra_usage": spent(100, -1)}), GatewayConfused),
    ((200, {}, {"extra_usage": spent(100, None)}), GatewayConfused),
    ((200, {}, {"extra_usage": spent(-5, 1)}), GatewayConfused),
    ((200, {}, '{"extra_usage": {"used_credits": NaN}}'), GatewayConfused),
    ((200, {}, '{"extra_usage": {"used_credits": 1e999}}'), GatewayConfused),
    ((200, {}, {"extra_usage": spent(100, 1e30)}), GatewayConfused),
    ((200, {}, {"limits": [limit("daily", None, None)]}), GatewayConfused),
    ((200, {}, {"limits": [limit("daily", 1, "soon")]}), GatewayConfused),
    ((200, {}, {"limits": {"daily": 1}}), GatewayConfused),
]


@pytest.mark.parametrize(("answer", "kind"), FAILURES)
def test_what_is_no_reading_says_so_and_never_quotes(answer: Answer, kind: type[GatewayError]) -> None:
    with pytest.raises(GatewayError) as caught:
        asked_of(answer)
    assert type(caught.value) is kind
    assert "sk-own" not in caught.value.title + caught.value.hint
    assert caught.value.hint


@pytest.mark.parametrize(
    ("token", "who"),
    [
        ("e30.eyJzdWIiOiJ1MSIsImVtYWlsIjoicm9iaW5AZXhhbXBsZS5jb20ifQ.x", "robin@example.com"),
        ("e30.eyJzdWIiOiJ1MSJ9.x", "u1"),
        ("e30.W10.x", ""),
        ("e30.e30.x", ""),
        ("e30.eyJzdWIiOiJhXHUwMDA3YiJ9.x", ""),
        ("e30.*.x", ""),
        ("plain", ""),
    ],
)
def test_whom_it_takes_us_for_is_read_from_the_token(token: str, who: str) -> None:
    assert asked_of((200, {}, {}), Grant(token, NOW).written()).who == who
    assert asked_of((429, {}, REACHED), token).who == who


def detected(answers: Mapping[tuple[str, str], Answer]) -> Detected | None:
    async def run(server: AnsweringServer) -> Detected | None:
        async with open_http() as http:
            found = await GATEWAY.detect(http, server.url)
        return None if found is None else replace(found, url=found.url.replace(server.url, "HERE"))

    with AnsweringServer(answers) as server:
        return asyncio.run(run(server))


def test_it_is_known_by_its_protocol() -> None:
    metadata = {"issuer": "x", "token_endpoint": "x", "device_authorization_endpoint": "x", "gateway_protocol_version": 1}
    place = ("GET", "/.well-known/oauth-authorization-server")
    assert detected({place: (200, {}, metadata)}) == Detected("claude-gateway", "HERE", (Method.DEVICE,))
    litellm = {name: value for name, value in metadata.items() if name != "gateway_protocol_version"}
    others: list[Answer] = [
        (200, {}, litellm),
        (200, {}, metadata | {"device_authorization_endpoint": ""}),
        (200, {}, "<html>hello</html>"),
        (200, {}, [1]),
        (404, {}, "no"),
    ]
    for answer in others:
        assert detected({place: answer}) is None


def signed_in(authority: Authority, method: Method = Method.DEVICE) -> str:
    steps: list[SignInStep] = []

    async def wait(_: float) -> None:
        authority.approve(steps[0].code)

    async def run() -> str:
        async with open_http() as http:
            return await sign_in(http, Detected(GATEWAY.kind, authority.url, GATEWAY.methods), method, NOW, steps.append, wait=wait)

    with authority.server:
        return asyncio.run(run())


def test_who_types_the_code_is_signed_in_and_renewed() -> None:
    authority = Authority(lasts_s=60)
    authority.instead["GET", "/api/oauth/usage"] = lambda seen: (
        (200, {}, {"limits": [DAY]})
        if seen.headers["authorization"].removeprefix("Bearer ") in authority.access
        else (401, {}, {"error": {"type": "authentication_error"}})
    )
    secret = signed_in(authority)
    again = Authority(access=authority.access, refresh=authority.refresh, instead=authority.instead)

    async def run() -> tuple[str | None, Statement | None]:
        async with open_http() as http:
            grant = grant_of(secret)
            assert grant is not None
            moved = Grant(grant.access, grant.expires_at, grant.refresh, f"{again.url}/token", grant.client)
            asked = Asked(http, Link("work", GATEWAY.kind, again.url, Method.DEVICE), moved.written(), NOW)
            fresh = await GATEWAY.renew(asked)
            assert fresh is not None
            return fresh, await GATEWAY.fetch(replace(asked, secret=fresh))

    with again.server:
        fresh, statement = asyncio.run(run())
    assert fresh != secret
    assert statement is not None
    assert statement.who == PERSON
    assert statement.windows[0].used_percent == 42


def test_there_is_no_other_way_to_sign_in() -> None:
    with pytest.raises(NotAllowed):
        signed_in(Authority(), Method.BROWSER)


def test_a_gateway_that_publishes_nothing_or_another_address_is_not_signed_in_to() -> None:
    place = ("GET", "/.well-known/oauth-authorization-server")
    with pytest.raises(GatewayUnreachable):
        signed_in(Authority(instead={place: (502, {}, "")}))
    with pytest.raises(GatewayConfused, match="calls itself"):
        signed_in(Authority(changed={"issuer": "https://evil.example.com"}))


def offered(answer: Answer) -> tuple[OfferedModel, ...]:
    async def run(server: AnsweringServer) -> tuple[OfferedModel, ...]:
        async with open_http() as http:
            return await GATEWAY.models(Asked(http, Link("work", GATEWAY.kind, server.url, Method.DEVICE), "sk-own", NOW))

    with AnsweringServer({("GET", "/v1/models"): answer}) as server:
        return asyncio.run(run(server))


def test_the_models_on_offer_have_names_and_no_prices() -> None:
    models = {"data": [{"id": "claude-sonnet-4-5", "display_name": "Claude Sonnet 4.5", "type": "model"}, {"id": "claude-haiku-4-5"}]}
    expected = (OfferedModel("claude-sonnet-4-5", title="Claude Sonnet 4.5"), OfferedModel("claude-haiku-4-5"))
    assert offered((200, {}, models)) == expected
    with pytest.raises(GatewayBusy):
        offered((429, {}, ""))
