"""Asks LiteLLM for the rows that hold one person's budgets, and says which of these budgets are worth showing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

import msgspec

from tankful.core.allocation import Allocation
from tankful.gateways.litellm_budgets import key_words, of_key, of_member, of_team, of_user
from tankful.gateways.litellm_shapes import Budget, Key, KeyInfo, Member, Team, TeamInfo, User, UserOfOld
from tankful.gateways.litellm_talk import Talk

USER = "/v2/user/info"
USER_OF_OLD = "/user/info"
_KEY = "/key/info"
_TEAM = "/team/info"
_ORDER = ("key", "member", "team", "user")


@dataclass(frozen=True, slots=True)
class Rows:
    """What was told; `None` where it was not asked or not told."""

    user: User | None = None
    key: Key | None = None
    member: Member | None = None
    team: Team | None = None

    @property
    def user_id(self) -> str:
        """Whose key it is; empty for nobody's."""
        return next((row.user_id for row in (self.user, self.key, self.member) if row is not None and row.user_id), "")

    @property
    def who(self) -> str:
        """The user in words: the address, else the id; for nobody's key its own name."""
        address = self.user.user_email if self.user is not None else None
        return address or self.user_id or (key_words(self.key) if self.key is not None else "")

    @property
    def usual(self) -> Budget | None:
        """What every member of the team gets who has no budget of their own."""
        return None if self.team is None else self.team.team_member_budget_table


async def ask_user(talk: Talk, path: str = USER) -> User | None:
    """Ask for the user's own row."""
    if path == USER_OF_OLD:
        told = await talk.get(USER_OF_OLD, UserOfOld)
        return None if told is None else told.user_info
    return await talk.get(path, User)


async def find_user(talk: Talk) -> tuple[User | None, str]:
    """Ask for it in the way that this version has, and return which that is; the older way is large."""
    user = await ask_user(talk)
    if USER not in talk.missing:
        return user, USER
    return await ask_user(talk, USER_OF_OLD), USER_OF_OLD


async def ask_key(talk: Talk) -> Key | None:
    """Ask for the row of the key itself; the token of a sign-in has none."""
    told = await talk.get(_KEY, KeyInfo)
    return None if told is None else told.info


async def ask_member(talk: Talk, team: str) -> Member | None:
    """Ask for the user's share of a team."""
    return await talk.get(f"/team/{quote(team, safe='')}/members/me", Member)


async def ask_team(talk: Talk, team: str) -> Team | None:
    """Ask for a whole team; of its other members nothing is read."""
    told = await talk.get(_TEAM, TeamInfo, {"team_id": team})
    return None if told is None else told.team_info


async def ask_with_team(talk: Talk, team: str, user: str, token: str) -> Rows:
    """Ask for a whole team, and take the user's share and the key's row from the same answer where they are in it.

    A key with several budgets is not taken: what was spent of each is told elsewhere.
    """
    told = await talk.get(_TEAM, TeamInfo, {"team_id": team})
    if told is None:
        return Rows()
    try:
        key, member = told.key(token), told.member(user)
    except msgspec.DecodeError:  # oddly shaped rows are asked for by themselves, where that is said
        return Rows(team=told.team_info)
    if member is not None and member.team_alias is None:
        member = msgspec.structs.replace(member, team_alias=told.team_info.team_alias)
    return Rows(None, None if key is None or key.budget_limits else key, member, told.team_info)


def row_at(path: str) -> str:
    """Return which row a path tells."""
    return {_KEY: "key", _TEAM: "team", USER: "user", USER_OF_OLD: "user"}.get(path, "member")


def found(talk: Talk, rows: Rows, team: str, usual: Budget | None) -> dict[str, tuple[Allocation, ...]]:
    """Return what each row that was told says; `usual` is what the members of the team get who have no budget of their own.

    Raises:
        GatewayConfused: a figure or a time is none.
    """
    account, now = talk.account, talk.clock
    told: dict[str, tuple[Allocation, ...]] = {}
    if rows.key is not None:
        told["key"] = of_key(account, rows.key, now)
    if rows.member is not None:
        told["member"] = (replace(of_member(account, rows.member, usual, now), owner_id=f"member of {team}"),)
    if rows.team is not None:
        told["team"] = (replace(of_team(account, rows.team, now), owner_id=f"team {team}"),)
    if rows.user is not None:
        told["user"] = (of_user(account, rows.user, applied=not team, now=now),)
    return told


def worth_showing(told: Mapping[str, tuple[Allocation, ...]], team: str, usual: Budget | None) -> dict[str, tuple[Allocation, ...]]:
    """Return the budgets with a limit by the row they lie in, and one that has none when nothing else would stop the user."""
    kept = {row: limited for row in _ORDER if (limited := tuple(filter(_limited, told.get(row, ()))))}
    if usual is not None and "member" in kept:
        kept.setdefault("team", ())  # the share's limit lies in the team's row, which is asked for again with it
    if any(allocation.enforced for each in kept.values() for allocation in each):
        return kept
    for row in ("member", "team", "key", "user") if team else ("user", "key"):
        if row in told:
            return {**kept, row: told[row]}
    return kept


def _limited(allocation: Allocation) -> bool:
    return allocation.limit is not None or allocation.soft_limit is not None
