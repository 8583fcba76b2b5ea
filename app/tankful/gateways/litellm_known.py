"""Remembers where LiteLLM keeps the budgets of one account, and says which of its rows is worth the next question.

One question a poll: the row that stops the user first is asked time and again, and in between, one at a time, the others whose
last word has grown old, or whose period has ended since. Each budget keeps the time of its own row.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Self

import msgspec

from tankful.core.allocation import Allocation, ScopeKind, Statement
from tankful.core.meter import Meter, binding
from tankful.gateways.litellm_shapes import Budget

ROWS: Mapping[ScopeKind, str] = {ScopeKind.KEY: "key", ScopeKind.MEMBER: "member", ScopeKind.TEAM: "team", ScopeKind.YOU: "user"}
"""Which row a budget lies in."""
_LOOK_EVERY = timedelta(hours=6)
_LOOK_EVERY_WHEN_OVER = timedelta(minutes=15)
_OTHERS_EVERY = timedelta(minutes=10)
_NAME = "known"


class Known(msgspec.Struct, frozen=True):
    """What the last look at everything showed, and what was asked since."""

    looked_at: datetime
    user: str
    """Id of the user, empty for a key of nobody's."""
    team: str
    """Id of the team that is spent for, empty without one."""
    user_path: str
    administrator: bool
    told: dict[str, datetime] = {}
    """The rows that hold the budgets, and when each was told last; none where a used-up budget kept them from being seen."""
    usual: Budget | None = None
    """What every member of the team gets who has no budget of their own; it lies in the team's row and is needed for the share."""
    asked: str = ""
    """The row that was asked last."""
    over: str = ""
    """The row in whose place a used-up budget was spoken of last; empty: none was."""

    @classmethod
    def of(cls, last: Statement | None) -> Self | None:
        """Return what an earlier statement holds of it."""
        learnt = None if last is None else last.learnt.get(_NAME)
        return None if learnt is None else msgspec.json.decode(learnt, type=cls)

    def written(self) -> dict[str, str]:
        """Return it as a statement keeps it."""
        return {_NAME: msgspec.json.encode(self).decode()}

    def holds(self, now: datetime) -> bool:
        """Say whether it need not be looked at everything again: budgets come and go, and clocks are set back."""
        every = _LOOK_EVERY_WHEN_OVER if self.over else _LOOK_EVERY
        return timedelta(0) <= now - self.looked_at < every

    def next_row(self, allocations: tuple[Allocation, ...], now: datetime) -> str:
        """Return the row to ask now, by what was told before.

        As long as a budget is used up, the row that said so: when it says so no more, everything may have changed.
        """
        if self.over:
            return self.over
        first = next((ROWS[meter.allocation.kind] for meter in binding([Meter(each) for each in allocations]) if meter.binding), "")
        ends = [(ROWS[each.kind], each.resets_at) for each in allocations if each.resets_at is not None]
        if self.usual is not None:  # when the members' usual budget is reset is said in the team's row
            ends += [("team", end) for row, end in ends if row == "member"]
        ended = {row for row, end in ends if self.told[row] < end <= now}
        old = {row for row, at in self.told.items() if now - at >= _OTHERS_EVERY}
        wanted = ended or (old if self.asked == first else set[str]())
        return first if first in wanted or not wanted else min(wanted, key=lambda row: (self.told[row], row))
