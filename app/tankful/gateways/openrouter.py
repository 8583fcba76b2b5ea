"""Reads a key's limit and spend from OpenRouter: dollars, whose days, weeks from Monday and months are those of UTC.

What is left of the limit is OpenRouter's own figure and goes before the sums by period, which miss what was granted in between.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from tankful.core.allocation import Allocation, ScopeKind, Statement
from tankful.core.errors import GatewayConfused
from tankful.core.links import Method
from tankful.gateways.addresses import origin
from tankful.gateways.figures import LONG_AGO, begun, clock, dollars, instant, later, limit, number
from tankful.gateways.gateway import Asked, Detected, Gateway
from tankful.gateways.http import Http, refusal

KIND = "openrouter"
URL = "https://openrouter.ai"
_DEADLINE_S = 5.0
"""It answers at once or not at all."""
_BOOKS_WITHIN = timedelta(seconds=60)
_UNITS = {"daily": "day", "weekly": "week", "monthly": "month"}


class _Key(msgspec.Struct):
    usage: Any
    limit: Any = None
    limit_remaining: Any = None
    limit_reset: str | None = None
    usage_daily: Any = 0
    usage_weekly: Any = 0
    usage_monthly: Any = None
    byok_usage: Any = 0
    byok_usage_daily: Any = 0
    byok_usage_weekly: Any = 0
    byok_usage_monthly: Any = 0
    include_byok_in_limit: bool = False
    created_at: Any = None
    creator_user_id: str | None = None


class _Answer(msgspec.Struct):
    data: _Key


async def _detect(_http: Http, url: str) -> Detected | None:
    return Detected(KIND, URL, (Method.KEY,)) if origin(url) == origin(URL) else None


async def _fetch(asked: Asked) -> Statement:
    reply = await asked.http.get(f"{asked.link.url}/api/v1/key", secret=asked.secret, deadline_s=_DEADLINE_S)
    if reply.status != 200:
        raise refusal(reply)
    key = reply.as_a(_Answer).data
    # The label holds a part of the key, so it is no name to show.
    return Statement(
        asked.link.name,
        asked.now,
        who=key.creator_user_id or "",
        allocations=(_allocation(asked, key, clock(reply.headers, asked.now)),),
        books_within=_BOOKS_WITHIN,
        poll_after_s=reply.poll_after_s,
    )


def _allocation(asked: Asked, key: _Key, now: datetime) -> Allocation:
    most = limit(key.limit, "limit")
    reset = key.limit_reset if most is not None or key.usage_monthly is None else "monthly"
    if reset is not None and reset not in _UNITS:
        raise GatewayConfused("The gateway's limit_reset is no period", "OpenRouter may have changed; the last good numbers stay.")
    start, end = instant(key.created_at, "created_at") or LONG_AGO, None
    suffix = ""
    if reset is not None:
        start = begun(now, _UNITS[reset])
        end = later(start, 1, _UNITS[reset])
        suffix = f"_{reset}"
    settled = dollars(getattr(key, f"usage{suffix}") or 0, f"usage{suffix}")
    if key.include_byok_in_limit:
        settled += dollars(getattr(key, f"byok_usage{suffix}") or 0, f"byok_usage{suffix}")
    if most is not None and key.limit_remaining is not None:
        settled = max(most - number(key.limit_remaining, "limit_remaining"), most - most)
    scope = f"{ScopeKind.KEY}, a {_UNITS[reset]}" if reset is not None else ScopeKind.KEY.value
    return Allocation(
        account=asked.link.name,
        scope=scope,
        limit=most,
        settled=settled,
        period_start=start,
        resets_at=end,
        kind=ScopeKind.KEY,
    )


GATEWAY = Gateway(
    kind=KIND,
    title="OpenRouter",
    methods=(Method.KEY,),
    detect=_detect,
    fetch=_fetch,
    url=URL,
    hint="Paste the key that your agents use: OpenRouter tells each key its own limit and spend.",
)
