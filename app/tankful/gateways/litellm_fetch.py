"""Asks LiteLLM for the budgets that bind the user: for all there could be at first, then for each that there is, in one small request.

The first look is repeated every few hours, and whenever an answer does not fit what was learnt: budgets come and go.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Self, TypeVar

from tankful.core.allocation import Allocation, ScopeKind, Statement
from tankful.core.errors import GatewayConfused
from tankful.core.links import Link, Method
from tankful.gateways.figures import instant, number
from tankful.gateways.gateway import Asked
from tankful.gateways.grants import bearer, grant_of
from tankful.gateways.litellm_exceeded import with_exceeded
from tankful.gateways.litellm_rows import Rows, ask_key, ask_member, ask_team, ask_user, ask_with_team, budgets, find_user
from tankful.gateways.litellm_shapes import Key, User
from tankful.gateways.litellm_talk import Talk
from tankful.gateways.scopes import told_apart

BOOKS_WITHIN_S = Decimal(12)
"""LiteLLM writes spend in batches every 10 s (`proxy_batch_write_at`), measured as 9 to 11 s. Production servers are advised to take
60 s; the link's option `books_within_s` says so."""
_LATEST_S = 3600
_LOOK_EVERY = timedelta(hours=6)

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


@dataclass(frozen=True, slots=True)
class _Known:
    """What the last look showed."""

    at: datetime
    user: str
    """Id of the user, empty for a key of nobody's."""
    team: str
    """Id of the team that is spent for, empty without one."""
    asks: frozenset[str]
    """The rows that hold the budgets."""
    user_path: str
    administrator: bool

    @classmethod
    def of(cls, last: Statement | None) -> Self | None:
        """Return what an earlier statement holds of it."""
        learnt: Mapping[str, str] = {} if last is None else last.learnt
        at = instant(learnt.get("looked_at"), "looked_at")
        if at is None:
            return None
        asks = frozenset(learnt["asks"].split())
        return cls(at, learnt["user"], learnt["team"], asks, learnt["user_path"], bool(learnt["administrator"]))

    def written(self) -> dict[str, str]:
        """Return it as a statement keeps it."""
        return {
            "looked_at": self.at.isoformat(),
            "user": self.user,
            "team": self.team,
            "asks": " ".join(sorted(self.asks)),
            "user_path": self.user_path,
            "administrator": "yes" if self.administrator else "",
        }


async def fetch(asked: Asked) -> Statement:
    """Return the budgets that bind, the user's own marked as not enforced where a team's is. Raises `GatewayError`."""
    known = _Known.of(asked.last)
    if known is not None and timedelta(0) <= asked.now - known.at < _LOOK_EVERY:
        statement = await _again(asked, known)
        if statement is not None:
            return statement
    return await _anew(asked)


async def owner_of(asked: Asked) -> Owner:
    """Return whose key it is, from the last statement or by asking. Raises `GatewayError`."""
    known = _Known.of(asked.last)
    if known is not None:
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
    told = budgets(talk, rows, team)
    if talk.overs:  # not everything could be seen: the next look is a whole one again
        return _statement(talk, told, rows.who or _who(asked, talk), {})
    if not told:
        raise talk.refusals[0] if talk.refusals else GatewayConfused("The gateway knows no user", "Link a key of your own.")
    known = _Known(asked.now, rows.user_id, team, frozenset(told), user_path, _administers(user))
    return _statement(talk, told, rows.who, known.written())


async def _again(asked: Asked, known: _Known) -> Statement | None:
    """Ask for what there was; `None` when something is no longer as it was."""
    talk = Talk(asked)
    asks, token = known.asks, sha256(bearer(asked.secret).encode()).hexdigest()
    has = await ask_with_team(talk, known.team, known.user, token) if "team" in asks else Rows()
    key, user, member = await asyncio.gather(
        _if("key" in asks and has.key is None, lambda: ask_key(talk)),
        _if("user" in asks, lambda: ask_user(talk, known.user_path)),
        _if("member" in asks and has.member is None, lambda: ask_member(talk, known.team)),
    )
    talk.check()
    key = key or (has.key if "key" in asks else None)
    member, whole = member or (has.member if "member" in asks else None), has.team
    moved = key is not None and (key.team_id or "") != known.team
    if talk.refusals or moved or any(row is not None and (row.user_id or "") != known.user for row in (key, user, member)):
        return None
    told = budgets(talk, Rows(user, key, member, whole), known.team)
    if told.keys() != known.asks and not talk.overs:
        return None
    return _statement(talk, told, _who(asked, talk), known.written())


def _statement(talk: Talk, told: Mapping[str, tuple[Allocation, ...]], who: str, learnt: Mapping[str, str]) -> Statement:
    asked = talk.asked
    allocations = tuple(allocation for each in told.values() for allocation in each)
    if talk.overs:
        before = asked.last.allocations if asked.last is not None else ()
        allocations = with_exceeded(talk.account, allocations, before, talk.overs, talk.clock)
    return Statement(
        talk.account,
        asked.now,
        who=who,
        allocations=told_apart(allocations),
        books_within=_books_within(asked.link),
        poll_after_s=talk.poll_after_s,
        learnt=learnt,
    )


def _who(asked: Asked, talk: Talk) -> str:
    """Return whom it took us for last time, else whom a refusal names."""
    if asked.last is not None and asked.last.who:
        return asked.last.who
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
