"""What of LiteLLM's answers is read; all else in them, above all other people's rows, is never decoded."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

T = TypeVar("T")


class Budget(msgspec.Struct, frozen=True):
    """The row that a budget lies in, below a key or a membership."""

    max_budget: object = None
    soft_budget: object = None
    budget_duration: str | None = None
    budget_reset_at: object = None
    temp_budget_increase: object = None
    temp_budget_expiry: object = None
    created_at: object = None


class Window(msgspec.Struct, frozen=True):
    """One of several budgets of a key that run side by side."""

    budget_duration: str
    max_budget: object
    reset_at: object = None


class WindowSpend(msgspec.Struct, frozen=True):
    """What was spent in one of them."""

    current_spend: object = 0


class KeyMetadata(msgspec.Struct, frozen=True):
    """Where a key's temporary increase is."""

    temp_budget_increase: object = None
    temp_budget_expiry: object = None


class Key(msgspec.Struct, frozen=True):
    """The key's own row."""

    spend: object
    key_name: str | None = None
    key_alias: str | None = None
    user_id: str | None = None
    team_id: str | None = None
    max_budget: object = None
    budget_duration: str | None = None
    budget_reset_at: object = None
    created_at: object = None
    metadata: KeyMetadata | None = None
    budget_limits: tuple[Window, ...] | None = None
    budget_limits_usage: dict[str, WindowSpend] | None = None
    litellm_budget_table: Budget | None = None


class KeyInfo(msgspec.Struct, frozen=True):
    """`GET /key/info`."""

    info: Key


class User(msgspec.Struct, frozen=True):
    """`GET /v2/user/info`; older servers have it inside `/user/info`."""

    spend: object
    user_id: str | None = None
    user_email: str | None = None
    user_role: str | None = None
    max_budget: object = None
    budget_duration: str | None = None
    budget_reset_at: object = None
    created_at: object = None
    teams: tuple[str | None, ...] | None = None


class UserOfOld(msgspec.Struct, frozen=True):
    """`GET /user/info`: the keys and teams that it lists as well are left where they are."""

    user_info: User | None = None


class Member(msgspec.Struct, frozen=True):
    """`GET /team/{id}/members/me`."""

    spend: object = 0
    user_id: str | None = None
    team_alias: str | None = None
    litellm_budget_table: Budget | None = None


class Team(msgspec.Struct, frozen=True):
    """A team's own row."""

    spend: object = 0
    team_alias: str | None = None
    max_budget: object = None
    soft_budget: object = None
    budget_duration: str | None = None
    budget_reset_at: object = None
    created_at: object = None
    team_member_budget_table: Budget | None = None
    """What every member gets who has no budget of their own."""


class TeamInfo(msgspec.Struct, frozen=True):
    """`GET /team/info`: of all that it shows of the other members, only whose it is is read."""

    team_info: Team
    team_memberships: tuple[msgspec.Raw, ...] | None = None
    keys: tuple[msgspec.Raw, ...] | None = None

    def member(self, user: str) -> Member | None:
        """Return the user's own share, if it is among them. Raises `msgspec.DecodeError`."""
        return _own(self.team_memberships, Member, lambda row: bool(user) and row.user_id == user)

    def key(self, token: str) -> Key | None:
        """Return the row of the key with this hash, if it is among them. Raises as `member` does."""
        return _own(self.keys, Key, lambda row: row.token == token)


class _Whose(msgspec.Struct, frozen=True):
    user_id: str | None = None
    token: str | None = None


def _own(rows: tuple[msgspec.Raw, ...] | None, shape: type[T], is_own: Callable[[_Whose], bool]) -> T | None:
    """Return the one row that is ours, and look at no other."""
    return next((msgspec.json.decode(row, type=shape) for row in rows or () if is_own(msgspec.json.decode(row, type=_Whose))), None)
