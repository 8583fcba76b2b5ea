"""Reads a virtual key's budgets from Bifrost: dollars, the last reset and how long a period lasts, but not when it ends.

Its counters are written late. A limit of 0 means that there is none. An override raises a limit for some periods or for good.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from tankful.core.allocation import Allocation, ScopeKind, Statement
from tankful.core.errors import GatewayConfused, LinkRejected
from tankful.core.links import Method
from tankful.gateways.figures import LONG_AGO, begun, clock, dollars, instant, later
from tankful.gateways.gateway import Asked, Detected, Gateway
from tankful.gateways.http import Http, refusal
from tankful.gateways.scopes import span_words, told_apart

KIND = "bifrost"
_QUOTA = "/api/governance/virtual-keys/quota"
_BOOKS_WITHIN = timedelta(seconds=60)
_DURATION = re.compile(r"([1-9]\d{0,5})([smhdwMY])")
_UNITS = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week", "M": "month", "Y": "year"}
_ROLLING_DAYS = {"month": 30, "year": 365}
"""What Bifrost takes these for when they do not follow the calendar."""


class _Budget(msgspec.Struct):
    max_limit: Any
    current_usage: Any
    id: str = ""
    reset_duration: str = ""
    last_reset: Any = None
    calendar_aligned: bool | None = None
    override_amount: Any = 0
    override_mode: str | None = None
    override_cycles_remaining: Any = 0
    source_name: str | None = None


class _Part(msgspec.Struct):
    """What holds for one provider or one model only."""

    provider: str | None = None
    model_name: str | None = None
    budgets: list[_Budget] | None = None


class _Quota(msgspec.Struct):
    virtual_key_name: str
    is_active: bool = True
    calendar_aligned: bool | None = None
    budgets: list[_Budget] | None = None
    provider_configs: list[_Part] | None = None
    model_configs: list[_Part] | None = None


class _Refusal(msgspec.Struct):
    is_bifrost_error: bool


async def _detect(http: Http, url: str) -> Detected | None:
    reply = await http.get(f"{url}{_QUOTA}")
    try:
        reply.as_a(_Refusal)  # every error of Bifrost has this field, whatever it says
    except GatewayConfused:
        return None
    return Detected(KIND, url, (Method.KEY,))


async def _fetch(asked: Asked) -> Statement:
    reply = await asked.http.get(f"{asked.link.url}{_QUOTA}", headers={"x-bf-vk": asked.secret})
    if reply.status == 401:
        hint = "Some versions want a sign-in there instead of the key: ask whether virtual keys may read their own quota."
        raise LinkRejected("Bifrost does not accept the virtual key", hint)
    if reply.status == 404:
        raise GatewayConfused("This Bifrost cannot tell a key its budgets", "It is of an older version; ask its administrator.")
    if reply.status != 200:
        raise refusal(reply)
    quota = reply.as_a(_Quota)
    if not quota.is_active:
        raise LinkRejected("The virtual key is switched off", "Ask the administrator of this Bifrost.")
    return Statement(
        asked.link.name,
        asked.now,
        who=asked.link.who or quota.virtual_key_name,  # a key that is renamed is the same one
        allocations=told_apart(_allocations(asked.link.name, quota, clock(reply.headers, asked.now))),
        books_within=_BOOKS_WITHIN,
        poll_after_s=reply.poll_after_s,
    )


def _allocations(account: str, quota: _Quota, now: datetime) -> Iterator[Allocation]:
    for budget in quota.budgets or ():
        yield _allocation(account, now, quota, budget, budget.source_name or ScopeKind.KEY, enforced=True)
    for part in (*(quota.provider_configs or ()), *(quota.model_configs or ())):
        whose = f"{ScopeKind.KEY}, {part.model_name or part.provider or 'a part'} only"
        for budget in part.budgets or ():
            # It stops calls to one provider or model, and the user goes on with another.
            yield _allocation(account, now, quota, budget, whose, enforced=False)


def _allocation(account: str, now: datetime, quota: _Quota, budget: _Budget, whose: str, *, enforced: bool) -> Allocation:
    aligned = budget.calendar_aligned if budget.calendar_aligned is not None else quota.calendar_aligned
    start, end, words = _period(budget, aligned=aligned)
    most = dollars(budget.max_limit, "max_limit")
    periods_left = dollars(budget.override_cycles_remaining, "override_cycles_remaining")
    if budget.override_mode == "forever" or (budget.override_mode == "cycles" and periods_left > 0):
        most += dollars(budget.override_amount, "override_amount")
    return Allocation(
        account=account,
        scope=f"{whose}, {words}" if words else whose,
        limit=most or None,
        settled=dollars(budget.current_usage, "current_usage"),
        period_start=start,
        resets_at=end,
        kind=ScopeKind.KEY,
        enforced=enforced,
        resetting=end is not None and end <= now,
        owner_id=budget.id,
    )


def _period(budget: _Budget, *, aligned: bool | None) -> tuple[datetime, datetime | None, str]:
    """Return where the period began, where it ends if that can be told, and words for its length."""
    last = instant(budget.last_reset, "last_reset")
    start = LONG_AGO if last is None or last < LONG_AGO else last
    parts = _DURATION.fullmatch(budget.reset_duration)
    if parts is None:
        return start, None, ""
    count, unit = int(parts[1]), _UNITS[parts[2]]
    words = span_words(count, unit)
    if start == LONG_AGO:
        return start, None, words
    if unit in {"day", "week", "month", "year"}:
        turn = begun(start, unit)
        # Newer versions do not say whether they follow the calendar: a period that began with it does.
        if aligned or (aligned is None and turn == start):
            return start, later(turn, count, unit), words
    days = _ROLLING_DAYS.get(unit)
    return start, later(start, count, unit) if days is None else later(start, count * days, "day"), words


GATEWAY = Gateway(
    kind=KIND,
    title="Bifrost",
    methods=(Method.KEY,),
    detect=_detect,
    fetch=_fetch,
    hint="Paste your virtual key, which begins with sk-bf-.",
)
