"""Reads Vercel's AI Gateway: with a gateway's key the team's credits, with a Vercel token our own budget and the team's.

Money in the credits is text. The list of budgets is everybody's: only those of the token's own user and of the team are looked at.
A poll is one question: whose the token is is asked for every few hours only.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from tankful.core.allocation import Allocation, ScopeKind, Statement
from tankful.core.errors import GatewayConfused
from tankful.core.links import Method
from tankful.gateways.addresses import origin
from tankful.gateways.figures import LONG_AGO, begun, clock, dollars, instant, later, number
from tankful.gateways.gateway import Asked, Detected, Gateway
from tankful.gateways.http import Http, Reply, refusal
from tankful.gateways.learnt import kept, to_keep
from tankful.gateways.scopes import told_apart

KIND = "vercel"
URL = "https://ai-gateway.vercel.sh"
TOKEN_URL = "https://api.vercel.com"  # noqa: S105 - an address, no token
_BOOKS_WITHIN = timedelta(seconds=60)
_USER_FOR = timedelta(hours=6)
"""Whose a token is changes with the token only."""
_UNITS = {"daily": "day", "weekly": "week", "monthly": "month"}


class _Credits(msgspec.Struct):
    balance: Any
    total_used: Any


class _User(msgspec.Struct):
    id: str
    username: str = ""


class _Me(msgspec.Struct):
    user: _User


class _Budget(msgspec.Struct, rename="camel"):
    scope_type: str
    limit_amount: Any
    current_spend: Any
    scope_id: str = ""
    current_byok_spend: Any = 0
    include_byok_in_quota: bool = False
    refresh_period: str = "none"
    active: bool = True
    archived: bool = False
    created_at: Any = None


class _Budgets(msgspec.Struct):
    budgets: list[_Budget] = msgspec.field(default_factory=list[_Budget])


async def _detect(_http: Http, url: str) -> Detected | None:
    return next((Detected(KIND, each, (Method.KEY,)) for each in (URL, TOKEN_URL) if origin(url) == origin(each)), None)


async def _fetch(asked: Asked) -> Statement:
    if asked.link.options.get("reads", "budgets" if origin(asked.link.url) == origin(TOKEN_URL) else "credits") == "budgets":
        return await _own_budgets(asked)
    reply = await _get(asked, "/v1/credits")
    credit = reply.as_a(_Credits)
    used = dollars(credit.total_used, "total_used")
    bought = used + number(credit.balance, "balance")
    allocation = Allocation(
        account=asked.link.name,
        scope="the team's credits",
        limit=max(bought, used - used),
        settled=used,
        period_start=LONG_AGO,
        resets_at=None,
        kind=ScopeKind.TEAM,
    )
    return Statement(asked.link.name, asked.now, allocations=(allocation,), books_within=_BOOKS_WITHIN, poll_after_s=reply.poll_after_s)


async def _own_budgets(asked: Asked) -> Statement:
    me, learnt = kept(asked, _User, _USER_FOR) or await _look(asked)
    team = asked.link.options.get("team", "")
    reply = await _get(asked, "/ai-gateway/budgets/list", {"teamId": team} if team else None)
    listed, now = reply.as_a(_Budgets).budgets, clock(reply.headers, asked.now)
    ours = [(each, kind) for each in listed if each.active and not each.archived and (kind := _whose(each, me)) is not None]
    return Statement(
        asked.link.name,
        asked.now,
        who=me.username or me.id,
        allocations=told_apart(_allocation(asked, now, budget, kind) for budget, kind in ours),
        books_within=_BOOKS_WITHIN,
        poll_after_s=reply.poll_after_s,
        learnt=learnt,
    )


async def _look(asked: Asked) -> tuple[_User, dict[str, str]]:
    me = (await _get(asked, "/v2/user")).as_a(_Me).user
    return me, to_keep(asked, me)


def _whose(budget: _Budget, me: _User) -> ScopeKind | None:
    """Return whose budget it is, `None` when it is another's: then nothing of it may be looked at."""
    if budget.scope_type == "team":
        return ScopeKind.TEAM
    mine = budget.scope_type == "user" and budget.scope_id in {me.id, f"usr_{me.id}"}
    return ScopeKind.YOU if mine else None


def _allocation(asked: Asked, now: datetime, budget: _Budget, kind: ScopeKind) -> Allocation:
    unit = _UNITS.get(budget.refresh_period)
    if unit is None and budget.refresh_period != "none":
        raise GatewayConfused("The gateway's refreshPeriod is no period", "Vercel may have changed; the last good numbers stay.")
    settled = dollars(budget.current_spend, "currentSpend")
    if budget.include_byok_in_quota:
        settled += dollars(budget.current_byok_spend, "currentByokSpend")
    start = instant(budget.created_at, "createdAt") or LONG_AGO
    if unit is not None:
        start = begun(now, unit)
    return Allocation(
        account=asked.link.name,
        scope=kind.value if unit is None else f"{kind}, a {unit}",
        limit=dollars(budget.limit_amount, "limitAmount"),
        settled=settled,
        period_start=start,
        resets_at=None if unit is None else later(start, 1, unit),
        kind=kind,
    )


async def _get(asked: Asked, path: str, params: dict[str, str] | None = None) -> Reply:
    reply = await asked.http.get(f"{asked.link.url}{path}", secret=asked.secret, params=params)
    if reply.status != 200:
        raise refusal(reply)
    return reply


GATEWAY = Gateway(
    kind=KIND,
    title="Vercel AI Gateway",
    methods=(Method.KEY,),
    detect=_detect,
    fetch=_fetch,
    url=URL,
    hint="A gateway key shows the team's credits. For your own budget link https://api.vercel.com with a Vercel token.",
)
