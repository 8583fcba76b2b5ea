"""Makes budgets of LiteLLM's rows, and says which of them stop the user.

A key of a team spends from the team's budget and the member's; the user's own is counted too, but not applied to it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from tankful.core.allocation import Allocation, ScopeKind
from tankful.gateways.figures import begun, dollars, instant, limit
from tankful.gateways.litellm_periods import Period, period, words
from tankful.gateways.litellm_refusals import Exceeded
from tankful.gateways.litellm_shapes import Budget, Key, Member, Team, User

_NONE = Budget()


def of_user(account: str, user: User, *, applied: bool, now: datetime) -> Allocation:
    """Return the user's own budget; `applied` is whether the linked key spends from it. Raises `GatewayConfused` for odd figures."""
    most, settled = limit(user.max_budget, "max_budget"), dollars(user.spend, "spend")
    times = period(user.budget_duration, user.budget_reset_at, user.created_at, now)
    return replace(_budget(account, ScopeKind.YOU, "", most, settled, times), enforced=applied, owner_id="user")


def of_key(account: str, key: Key, now: datetime) -> tuple[Allocation, ...]:
    """Return the key's budget, and those that run side by side with it; the first may have no limit. Raises as `of_user` does."""
    row = key.litellm_budget_table or _NONE
    most = limit(key.max_budget if key.max_budget is not None else row.max_budget, "max_budget")
    if most is not None and key.metadata is not None:
        most += _increase(key.metadata.temp_budget_increase, key.metadata.temp_budget_expiry, now)
    times = period(key.budget_duration or row.budget_duration, key.budget_reset_at or row.budget_reset_at, key.created_at, now)
    whole = _budget(account, ScopeKind.KEY, key_words(key), most, dollars(key.spend, "spend"), times)
    return replace(whole, soft_limit=limit(row.soft_budget, "soft_budget"), owner_id="key"), *_windows(account, key, now)


def _windows(account: str, key: Key, now: datetime) -> Iterable[Allocation]:
    """Skip those whose spend the gateway does not tell, as older ones do not: a limit alone is no reading."""
    spends = key.budget_limits_usage or {}
    for window in key.budget_limits or ():
        spent = spends.get(window.budget_duration)
        if spent is not None:
            scope = f"{key_words(key)}, {words(window.budget_duration)}"
            most, settled = limit(window.max_budget, "max_budget"), dollars(spent.current_spend, "current_spend")
            times = period(window.budget_duration, window.reset_at, key.created_at, now)
            window_id = f"key {window.budget_duration}"
            yield replace(_budget(account, ScopeKind.KEY, scope, most, settled, times), owner_id=window_id)


def of_member(account: str, member: Member, usual: Budget | None, now: datetime) -> Allocation:
    """Return the user's share of the team's budget, which may be the `usual` one of its members. Raises as `of_user` does."""
    own = member.litellm_budget_table or _NONE
    row = own if usual is None or own.max_budget is not None else usual
    most = limit(row.max_budget, "max_budget")
    if most == 0 and row is usual:
        most = None  # as LiteLLM takes it: a zero forbids one member, but not all of them
    if most is not None:
        most += _increase(own.temp_budget_increase, own.temp_budget_expiry, now)
    alias = _name(member.team_alias)
    times = period(row.budget_duration, row.budget_reset_at, row.created_at, now)
    share = _budget(account, ScopeKind.MEMBER, f"you in {alias}" if alias else "", most, dollars(member.spend, "spend"), times)
    return replace(share, soft_limit=limit(row.soft_budget, "soft_budget"))


def of_team(account: str, team: Team, now: datetime) -> Allocation:
    """Return the budget of the whole team. Raises as `of_user` does."""
    alias = _name(team.team_alias)
    most, settled = limit(team.max_budget, "max_budget"), dollars(team.spend, "spend")
    times = period(team.budget_duration, team.budget_reset_at, team.created_at, now)
    whole = _budget(account, ScopeKind.TEAM, f"team {alias}" if alias else "", most, settled, times)
    return replace(whole, soft_limit=limit(team.soft_budget, "soft_budget"))


def of_exceeded(account: str, over: Exceeded, spent: Decimal, most: Decimal, now: datetime) -> Allocation:
    """Return a budget of which nothing is known but that it is used up: taken to have begun with the month, and no word of its reset."""
    kind = over.kind or ScopeKind.YOU
    scope = f"key {over.name}" if kind is ScopeKind.KEY and over.name else kind.value
    if over.window:
        scope += f", {words(over.window)}"
    times = period(over.window, None, None, now) if over.window else Period(begun(now, "month"), None)
    return _budget(account, kind, scope, most, spent, times)


def aged(allocation: Allocation, now: datetime) -> Allocation:
    """Return a budget as it was told earlier; its reset may have come due since."""
    return replace(allocation, resetting=allocation.resets_at is not None and now >= allocation.resets_at)


def key_words(key: Key) -> str:
    """Return `key alice`; without an alias its masked name, which tells it from others and gives nothing away."""
    name = _name(key.key_alias) or _name(key.key_name)
    return f"key {name}" if name else ScopeKind.KEY.value


def _budget(account: str, kind: ScopeKind, scope: str, most: Decimal | None, settled: Decimal, times: Period) -> Allocation:
    return Allocation(account, scope or kind.value, most, settled, times.start, times.end, kind, resetting=times.resetting)


def _name(given: str | None) -> str:
    """Return a name; LiteLLM writes `None` as a word for keys without a team."""
    return "" if given is None or given == "None" else given.strip()


def _increase(amount: object, until: object, now: datetime) -> Decimal:
    end = instant(until, "temp_budget_expiry")
    if amount is None or end is None or end <= now:
        return Decimal(0)
    return dollars(amount, "temp_budget_increase")
