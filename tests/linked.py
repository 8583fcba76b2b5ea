"""Made-up linked accounts, one for each state, for tests and pictures."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from pictured import NOW, WATCH
from tankful.core.accounts import AccountState
from tankful.core.allocation import Allocation, QuotaWindow, ScopeKind, Statement
from tankful.core.difference import Difference, Reason
from tankful.core.health import Condition, FeedHealth
from tankful.core.links import Link, Method

_START, _END = datetime(2026, 10, 31, 23, tzinfo=UTC), datetime(2026, 11, 30, 23, tzinfo=UTC)
TITLES = {"litellm": "LiteLLM", "claude-quota": "Claude plan"}


def budget(scope: str, limit: str | None, settled: str, kind: ScopeKind = ScopeKind.YOU) -> Allocation:
    """Return one budget of November."""
    return Allocation("ai.example.com", scope, None if limit is None else Decimal(limit), Decimal(settled), _START, _END, kind)


GATEWAY = Link("ai.example.com", "litellm", "https://ai.example.com", Method.BROWSER, "alice@example.com", NOW - timedelta(days=3))
STATEMENT = Statement(
    "ai.example.com",
    NOW - timedelta(seconds=4),
    who="alice@example.com",
    allocations=(budget("you", "600", "402.17"), budget("team platform", "5000", "3118.40", ScopeKind.TEAM)),
    books_within=timedelta(seconds=10),
)
LINKED = AccountState(GATEWAY, FeedHealth(GATEWAY.name, Condition.OK, NOW - timedelta(seconds=4)), STATEMENT)
PLAN = Link("claude-quota", "claude-quota", "https://api.anthropic.com", Method.FILE)
WINDOWS = Statement(
    PLAN.name,
    NOW - timedelta(hours=50),
    windows=(
        QuotaWindow(PLAN.name, "5 hours", Decimal(41), NOW + timedelta(hours=2)),
        QuotaWindow(PLAN.name, "week", Decimal(63), None),
    ),
)
RAN_OUT = AccountState(
    PLAN,
    FeedHealth(PLAN.name, Condition.FAILING, WINDOWS.as_of, "Claude Code's sign-in ran out on Tuesday", "Use Claude Code once."),
    WINDOWS,
)
NOT_ASKED = AccountState(replace(GATEWAY, name="spare"), FeedHealth("spare", Condition.WAITING))
DIFFERING = replace(LINKED, difference=Difference(Decimal("3.20"), (Reason.OTHER_MACHINE, Reason.SHARED_KEY)))
WITH_ACCOUNTS = replace(WATCH, accounts=(LINKED, RAN_OUT))
