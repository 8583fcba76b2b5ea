"""Reads a key's quota from new-api and one-api: they count in units of which so many make a dollar, and name no period.

Where the key's own quota cannot be read, their imitation of OpenAI's old billing pages is: it counts in the currency that the
site shows, says 100,000,000 for no limit, and answers errors with status 200. A poll asks for what is spent; what the units are
worth, and what the billing pages say of the limit, is asked for every half an hour.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

import msgspec

from tankful.core.allocation import Allocation, ScopeKind, Statement
from tankful.core.errors import GatewayConfused, LinkRejected
from tankful.core.links import Method
from tankful.gateways.figures import LONG_AGO, clock, dollars, number, since_1970
from tankful.gateways.gateway import Asked, Detected, Gateway
from tankful.gateways.http import Http, Reply, refusal
from tankful.gateways.learnt import kept, to_keep

KIND = "new-api"
_UNITS_PER_DOLLAR = Decimal(500_000)
_NO_LIMIT = Decimal(100_000_000)
_BOOKS_WITHIN = timedelta(seconds=60)

_USAGE = "/api/usage/token/"
_BILLING = "/v1/dashboard/billing"
_LASTS = timedelta(minutes=30)

T = TypeVar("T")


class _Status(msgspec.Struct):
    quota_per_unit: Any = None
    quota_display_type: str | None = None
    display_in_currency: bool | None = None
    usd_exchange_rate: Any = None
    custom_currency_exchange_rate: Any = None


class _StatusAnswer(msgspec.Struct):
    data: _Status


class _Usage(msgspec.Struct):
    total_granted: Any
    total_used: Any
    unlimited_quota: bool = False
    expires_at: Any = 0
    name: str = ""


class _UsageAnswer(msgspec.Struct):
    data: _Usage | None = None


class _Subscription(msgspec.Struct):
    hard_limit_usd: Any = None
    access_until: Any = 0


class _Spent(msgspec.Struct):
    total_usage: Any = None


class _Known(msgspec.Struct):
    """What is not asked for with every poll."""

    status: _Status
    granted: _Subscription | None = None
    """`None`: the key's own quota can be read, and this page is not needed."""


class _Quota(NamedTuple):
    limit: Decimal | None
    settled: Decimal
    expires: object
    name: str = ""


async def _detect(http: Http, url: str) -> Detected | None:
    reply = await http.get(f"{url}/api/status")
    try:
        known = reply.status == 200 and reply.as_a(_StatusAnswer).data.quota_per_unit is not None
    except GatewayConfused:
        return None
    return Detected(KIND, url, (Method.KEY,)) if known else None


async def _fetch(asked: Asked) -> Statement:
    known, learnt = kept(asked, _Known, _LASTS) or await _look(asked)
    granted = known.granted
    if granted is None:
        reply = await asked.http.get(asked.link.url + _USAGE, secret=asked.secret)
        if reply.status != 404 and not reply.is_page:  # before there was such a thing, the site's own page answered
            return _usage(asked, reply, known.status, learnt)
        granted = _good(await asked.http.get(f"{asked.link.url}{_BILLING}/subscription", secret=asked.secret), _Subscription)
        learnt = to_keep(asked, _Known(known.status, granted))
    return await _billing(asked, known.status, granted, learnt)


async def _look(asked: Asked) -> tuple[_Known, dict[str, str]]:
    """Ask for what is not asked for with every poll; whether there are billing pages only shows later."""
    known = _Known(_good(await asked.http.get(f"{asked.link.url}/api/status"), _StatusAnswer).data)
    return known, to_keep(asked, known)


def _usage(asked: Asked, reply: Reply, status: _Status, learnt: Mapping[str, str]) -> Statement:
    per_dollar, usage = _per_dollar(status), _good(reply, _UsageAnswer).data
    if usage is None:
        raise _untold()
    most = None if usage.unlimited_quota else dollars(max(number(usage.total_granted, "total_granted"), Decimal(0)), "", per_dollar)
    quota = _Quota(most, dollars(usage.total_used, "total_used", per_dollar), usage.expires_at, usage.name)
    return _statement(asked, reply, quota, learnt)


async def _billing(asked: Asked, status: _Status, granted: _Subscription, learnt: Mapping[str, str]) -> Statement:
    per_dollar = _shown_per_dollar(status, _per_dollar(status))
    reply = await asked.http.get(f"{asked.link.url}{_BILLING}/usage", secret=asked.secret)
    spent = _good(reply, _Spent)
    if granted.hard_limit_usd is None or spent.total_usage is None:
        raise _untold()
    most = dollars(granted.hard_limit_usd, "hard_limit_usd")
    settled = dollars(spent.total_usage, "total_usage", 100 * per_dollar)
    quota = _Quota(None if most >= _NO_LIMIT else most / per_dollar, settled, granted.access_until)
    return _statement(asked, reply, quota, learnt)


def _statement(asked: Asked, reply: Reply, quota: _Quota, learnt: Mapping[str, str]) -> Statement:
    until = number(quota.expires or 0, "time of expiry")
    if until > 0 and since_1970(until, "time of expiry") <= clock(reply.headers, asked.now):
        raise LinkRejected("The key has run out", "Make a new key in the gateway's pages and link it.")
    allocation = Allocation(
        account=asked.link.name,
        scope=ScopeKind.KEY.value,
        limit=quota.limit,
        settled=quota.settled,
        period_start=LONG_AGO,
        resets_at=None,
        kind=ScopeKind.KEY,
    )
    return Statement(
        asked.link.name,
        asked.now,
        who=asked.link.who or quota.name,  # a key that is renamed is the same one
        allocations=(allocation,),
        books_within=_BOOKS_WITHIN,
        poll_after_s=reply.poll_after_s,
        learnt=learnt,
    )


def _per_dollar(status: _Status) -> Decimal:
    return _positive(status.quota_per_unit, "quota_per_unit", _UNITS_PER_DOLLAR)


def _shown_per_dollar(status: _Status, units_per_dollar: Decimal) -> Decimal:
    """Return how much of what the billing pages show makes a dollar."""
    shown = status.quota_display_type or ("TOKENS" if status.display_in_currency is False else "USD")
    match shown:
        case "USD":
            return Decimal(1)
        case "TOKENS":
            return units_per_dollar
        case "CNY":
            return _positive(status.usd_exchange_rate, "usd_exchange_rate", None)
        case _:
            return _positive(status.custom_currency_exchange_rate, "custom_currency_exchange_rate", None)


def _positive(value: object, what: str, otherwise: Decimal | None) -> Decimal:
    if value is None and otherwise is not None:
        return otherwise
    amount = number(value, what)
    if amount <= 0:
        raise GatewayConfused(f"The gateway's {what} is not positive", "Its administrator may have set it wrong.")
    return amount


def _good(reply: Reply, shape: type[T]) -> T:
    if reply.status != 200:
        raise refusal(reply)
    return reply.as_a(shape)


def _untold() -> GatewayConfused:
    # The same answer, with status 200, is given for unknown keys and when its database is away: that signs nobody out.
    return GatewayConfused("The gateway does not tell this key's quota", "If it stays so, the key is unknown there: link a new one.")


GATEWAY = Gateway(
    kind=KIND,
    title="new-api or one-api",
    methods=(Method.KEY,),
    detect=_detect,
    fetch=_fetch,
    hint="Paste the key that your agents use, which begins with sk-.",
)
