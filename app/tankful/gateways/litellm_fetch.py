"""Asks LiteLLM for the budgets that bind the user: for all there could be at first, then for one row of them a poll.

Which row that is says `litellm_known`: mostly the one that stops the user first. What was not asked this time stays as it was
told, with the time when it was. The first look is repeated every few hours, and at once when an answer does not fit what was
learnt: budgets come and go. A budget that is said to be used up is a reading; while it stays so that is one question a poll, too.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import TypeVar

from msgspec.structs import replace as replace_struct

from tankful.core.allocation import Allocation, ScopeKind, Statement
from tankful.core.errors import GatewayConfused
from tankful.core.links import Link, Method
from tankful.gateways.figures import number
from tankful.gateways.gateway import Asked
from tankful.gateways.grants import bearer, grant_of
from tankful.gateways.litellm_budgets import aged
from tankful.gateways.litellm_exceeded import with_exceeded
from tankful.gateways.litellm_known import ROWS, Known
from tankful.gateways.litellm_rows import (
    Rows,
    ask_key,
    ask_member,
    ask_team,
    ask_user,
    ask_with_team,
    find_user,
    found,
    row_at,
    worth_showing,
)
from tankful.gateways.litellm_shapes import Key, User
from tankful.gateways.litellm_talk import Talk
from tankful.gateways.scopes import told_apart

BOOKS_WITHIN_S = Decimal(12)
"""LiteLLM writes spend in batches every 10 s (`proxy_batch_write_at`), measured as 9 to 11 s. Production servers are advised to take
60 s; the link's option `books_within_s` says so."""
_LATEST_S = 3600

_ADMINISTRATORS = frozenset({"proxy_admin", "proxy_admin_viewer"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose key is linked."""

    user: str
    """Id of the user, empty for a key of nobody's."""
    administrator: bool
    """The gateway shows this user what is everybody's."""
    team: str = ""
    """Id of the team that is spent for, empty without one."""


async def fetch(asked: Asked) -> Statement:
    """Return the budgets that bind, the user's own marked as not enforced where a team's is. Raises `GatewayError`."""
    known = Known.of(asked.last)
    if known is not None and asked.last is not None and asked.last.as_of <= asked.now and known.holds(asked.now):
        statement = await _again(asked, known, asked.last)
        if statement is not None:
            return statement
    return await _anew(asked)


async def owner_of(asked: Asked) -> Owner:
    """Return whose key it is, from the last statement or by asking. Raises `GatewayError`."""
    known = Known.of(asked.last)
    if known is not None and known.told:
        return Owner(known.user, administrator=known.administrator, team=known.team)
    talk = Talk(asked)
    key, (user, _) = await asyncio.gather(_if(asked.link.method is Method.KEY, lambda: ask_key(talk)), find_user(talk))
    talk.check()
    team = _team(asked, key, user)
    return Owner(user.user_id or "" if user is not None else "", administrator=_administers(user), team=team)


async def _anew(asked: Asked) -> Statement:
    """Look at everything."""
    talk = Talk(asked)
    has_row = asked.link.method is Method.KEY
    key, (user, user_path) = await asyncio.gather(_if(has_row, lambda: ask_key(talk)), find_user(talk))
    talk.check()
    team = _team(asked, key, user)
    member, whole = await asyncio.gather(_if(team, lambda: ask_member(talk, team)), _if(team, lambda: ask_team(talk, team)))
    talk.check()
    rows = Rows(user, key, member, whole)
    usual = rows.usual
    told = worth_showing(found(talk, rows, team, usual), team, usual)
    known = Known(asked.now, rows.user_id, team, user_path, _administers(user), usual=usual)
    if talk.overs:  # not everything could be seen
        return _statement(talk, told, _named(asked, rows) or _who(asked, talk), replace_struct(known, over=row_at(talk.over_paths[0])))
    if not told:
        raise talk.refusals[0] if talk.refusals else GatewayConfused("The gateway knows no user", "Link a key of your own.")
    return _statement(talk, told, _named(asked, rows), replace_struct(known, told=dict.fromkeys(told, asked.now)))


async def _again(asked: Asked, known: Known, last: Statement) -> Statement | None:
    """Ask one question, and take what else there was as it was told before; `None` when something is no longer as it was."""
    talk = Talk(asked)
    row = known.next_row(last.allocations, asked.now)
    rows = await _asked(talk, row, known)
    talk.check()
    if talk.overs:
        return _statement(talk, {}, _who(asked, talk), replace_struct(known, asked=row, over=row_at(talk.over_paths[0])))
    moved = rows.key is not None and (rows.key.team_id or "") != known.team
    others = any(each is not None and (each.user_id or "") != known.user for each in (rows.key, rows.user, rows.member))
    if known.over or talk.refusals or moved or others:
        return None
    usual = known.usual if rows.team is None else rows.usual
    fresh = found(talk, rows, known.team, usual)
    before = {row: tuple(_aged(talk, last, each) for each in last.allocations if ROWS[each.kind] == row) for row in known.told}
    told = worth_showing({**before, **fresh}, known.team, usual)
    if told.keys() != known.told.keys():
        return None
    times = known.told | dict.fromkeys(fresh.keys() & known.told.keys(), asked.now)
    return _statement(talk, told, _who(asked, talk), replace_struct(known, asked=row, told=times, usual=usual))


async def _asked(talk: Talk, row: str, known: Known) -> Rows:
    """Ask for one row; a team's answer may hold more of them."""
    match row:
        case "key":
            return Rows(key=await ask_key(talk))
        case "member":
            return Rows(member=await ask_member(talk, known.team))
        case "team":
            token = sha256(bearer(talk.asked.secret).encode()).hexdigest()
            rows = await ask_with_team(talk, known.team, known.user, token)
            return replace(rows, key=rows.key if "key" in known.told else None, member=rows.member if "member" in known.told else None)
        case _:
            return Rows(user=await ask_user(talk, known.user_path))


def _aged(talk: Talk, last: Statement, allocation: Allocation) -> Allocation:
    """Return a budget as it was told earlier, with the time when it was."""
    return replace(aged(allocation, talk.clock), as_of=last.said_at(allocation))


def _statement(talk: Talk, told: Mapping[str, tuple[Allocation, ...]], who: str, known: Known) -> Statement:
    asked = talk.asked
    allocations = tuple(allocation for each in told.values() for allocation in each)
    if talk.overs:
        before = () if asked.last is None else tuple(_aged(talk, asked.last, each) for each in asked.last.allocations)
        allocations = with_exceeded(talk.account, allocations, before, talk.overs, talk.clock)
    return Statement(
        talk.account,
        asked.now,
        who=who,
        allocations=told_apart(allocations),
        books_within=_books_within(asked.link),
        poll_after_s=talk.poll_after_s,
        learnt=known.written(),
    )


def _named(asked: Asked, rows: Rows) -> str:
    """Return whom it takes us for; without the user's own row that may only be an id, which is no other person than the one linked."""
    return rows.who if rows.user is not None else asked.link.who or rows.who


def _who(asked: Asked, talk: Talk) -> str:
    """Return whom it took us for last time, or when it was linked, else whom a refusal names."""
    before = asked.link.who if asked.last is None else asked.last.who
    if before:
        return before
    return next((over.name for over in talk.overs if over.kind in {ScopeKind.YOU, ScopeKind.MEMBER}), "")


def _team(asked: Asked, key: Key | None, user: User | None) -> str:
    return (key.team_id or "") if key is not None else _signed_in_for(asked, user)


def _signed_in_for(asked: Asked, user: User | None) -> str:
    """Return the team that a sign-in spends for: the one that was chosen then; who is in one only had no choice."""
    if asked.link.method is Method.KEY:
        return ""
    grant = grant_of(asked.secret)
    if grant is not None and grant.team:
        return grant.team
    teams = {team for team in (user.teams or () if user is not None else ()) if team}
    return teams.pop() if len(teams) == 1 else ""


def _administers(user: User | None) -> bool:
    return user is not None and user.user_role in _ADMINISTRATORS


def _books_within(link: Link) -> timedelta:
    said = link.options.get("books_within_s", "")
    seconds = number(said, "books_within_s") if said else BOOKS_WITHIN_S
    return timedelta(seconds=float(min(max(seconds, Decimal(0)), _LATEST_S)))


async def _if(wanted: object, question: Callable[[], Awaitable[T | None]]) -> T | None:
    return await question() if wanted else None
