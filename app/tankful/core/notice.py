"""What a notice is, and the facts that one may be about."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from tankful.core.inbox import EVERYTHING, Hold, NoticeClass, Rule
from tankful.core.pace import Forecast
from tankful.core.post_check import PostCheck
from tankful.core.spike import Spike


@dataclass(frozen=True, slots=True)
class BudgetFact:
    """What is true of one budget; money in dollars."""

    budget: str
    """Its id, the same over restarts."""
    limit: Decimal | None
    spent: Decimal
    start: datetime
    end: datetime | None
    forecast: Forecast | None = None
    stops_in_min: float | None = None
    """Minutes until a limit that stops the user is reached at the present rate; `None`: it does not, or not soon."""
    is_blocked: bool = False
    name: str = ""
    """Whose it is, in words; empty: the user's own."""
    binds: bool = True
    """It is the one that stops the user first, or the user's own; others are spoken of only where they matter sooner."""

    @property
    def subject(self) -> str:
        """What a snooze of it is about."""
        return f"budget:{self.budget}"


class OtherFact(NamedTuple):
    """Something for the inbox and the badge, said by whoever knows of it: a nudge, or a source that is stale."""

    kind: NoticeClass
    key: str
    text: str
    rule: Rule = Rule.OTHER
    check: PostCheck | None = None
    """What became of a switch, where it is about one."""


class Summary(NamedTuple):
    """What was held back, each by its title."""

    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to say; `key` is its only identity: the same key again replaces what is shown."""

    at: datetime
    kind: NoticeClass
    rule: Rule
    key: str
    about: BudgetFact | Spike | OtherFact | Summary | None = None
    level: int = 0
    """Percent, or how many."""
    is_shown: bool = True
    """Outside the window; else it is for badge and inbox alone."""
    held_by: Hold | None = None
    """What keeps it there."""
    subject: str = EVERYTHING
    """What a snooze of the like would be about: `budget:ID`, `project:FOLDER`, or everything."""
    covers: tuple[str, ...] = ()
    """The keys of what it sums up."""

    def held(self, hold: Hold) -> "Notice":
        """Return it as it is for badge and inbox alone."""
        return replace(self, is_shown=False, held_by=hold)


TrueNotice = tuple[Notice, Callable[[], None]]
"""What is true, and what to remember once it was said."""
