"""What Tankful said or kept to itself: the inbox, and what is not to be spoken of for a while."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

EVERYTHING = "*"
"""What a snooze of everything is about."""


class NoticeClass(StrEnum):
    """How pressing a notice is."""

    ACT = "A"
    DECISION = "B"
    STATE = "C"
    DIGEST = "D"
    SYSTEM = "E"


class Rule(StrEnum):
    """Why a notice is there."""

    SPIKE = "spike"
    MORE_SPIKES = "more-spikes"
    CAP = "cap"
    BLOCKED = "blocked"
    RUN_OUT = "run-out"
    LEVEL = "level"
    DIGEST = "digest"
    OTHER = "other"
    MODEL = "model"
    """Another model answered than the one that was asked."""
    SWITCHED = "switched"
    """What became of a model that an agent was given."""


class Hold(StrEnum):
    """What keeps a notice from being shown outside the windows."""

    INBOX = "inbox-only"
    """Its class is never shown elsewhere."""
    QUIET = "quiet-hours"
    SNOOZED = "snoozed"
    ENOUGH = "enough-for-now"
    """As many were shown as the user wants to see."""
    DISTURBED = "do-not-disturb"
    """The desktop is not to be disturbed."""
    NOBODY = "no-notifications"
    """Nothing on this desktop shows notifications."""
    OFF = "pop-ups-off"
    SOONER = "another-budget-first"
    """Another budget stops the user before this one."""


class Outcome(StrEnum):
    """What became of a notice."""

    SHOWN = "shown"
    HELD = "held-back"
    WITHDRAWN = "withdrawn"
    """It was shown, and is true no more."""
    ANSWERED = "answered"


class NoticeAction(StrEnum):
    """What the user may do about a notice."""

    OPEN = "open"
    INBOX = "open-inbox"
    EXPECTED = "expected"
    SNOOZE_HOUR = "snooze-hour"
    SNOOZE_TODAY = "snooze-today"
    SNOOZE_PERIOD = "snooze-period"
    SNOOZE_PROJECT = "snooze-project"
    SETTINGS = "settings"
    SWITCHES = "switches"
    """The agents that were given another model."""


class Span(StrEnum):
    """How long to say nothing."""

    HOUR = "hour"
    TODAY = "today"
    PERIOD = "period"
    """To the reset of the budget that binds."""


class Snooze(NamedTuple):
    """Something that is not spoken of outside the windows until then."""

    about: str
    """`budget:ID`, `project:FOLDER`, or `EVERYTHING`."""
    until: datetime


class InboxEntry(NamedTuple):
    """One notice with what became of it; the words are those it was given with."""

    key: str
    at: datetime
    kind: NoticeClass
    rule: Rule
    title: str
    text: str
    why: str
    outcome: Outcome
    detail: str = ""
    """A `Hold`, or the `NoticeAction` that answered it."""
    subject: str = EVERYTHING
    """What a snooze of the like would be about."""
    is_open: bool = False
    """It is true still, as far as is known."""
    is_new: bool = False
    """Nobody has looked since."""


class Inbox(NamedTuple):
    """The newest notices, the latest first, and what is snoozed."""

    entries: tuple[InboxEntry, ...] = ()
    snoozes: tuple[Snooze, ...] = ()

    @property
    def unread(self) -> int:
        """How many nobody has looked at."""
        return sum(1 for entry in self.entries if entry.is_new)


NOTHING_SAID = Inbox()
