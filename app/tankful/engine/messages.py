"""Everything the engine can be told, as a closed union of immutable messages."""

from dataclasses import dataclass
from datetime import datetime

from tankful.core.allocation import Banner, BookedCalls, BookedDay, OfferedModel, Statement
from tankful.core.errors import TankfulError
from tankful.core.heard import Heard
from tankful.core.inbox import EVERYTHING, Hold, NoticeAction, Span
from tankful.core.links import Link
from tankful.core.nudges.nudge import Answer as NudgeAnswer
from tankful.core.settings import Settings


@dataclass(frozen=True, slots=True)
class RefreshAsked:
    """Somebody wants fresh numbers now: look at every log again."""


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """The user wants something else from now on."""

    settings: Settings


@dataclass(frozen=True, slots=True)
class LogsTouched:
    """These files may hold new lines; an empty tuple: look everywhere."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatementFetched:
    """A gateway answered."""

    link: Link
    statement: Statement | None
    """`None`: nothing changed since the last one, which is as good as new."""
    as_of: datetime
    calls: BookedCalls | None = None
    """Our own calls that it booked lately; `None`: not asked for, or it does not list them."""


@dataclass(frozen=True, slots=True)
class MessageFetched:
    """The administrator's message, or that there is none."""

    link: Link
    banner: Banner | None


@dataclass(frozen=True, slots=True)
class ModelsFetched:
    """What a gateway offers."""

    link: Link
    models: tuple[OfferedModel, ...]


@dataclass(frozen=True, slots=True)
class DaysFetched:
    """What we spent on each day of the period, on whatever machine."""

    link: Link
    days: tuple[BookedDay, ...]


@dataclass(frozen=True, slots=True)
class FeedFailed:
    """A gateway could not be read; its last numbers stay."""

    link: Link
    error: TankfulError


@dataclass(frozen=True, slots=True)
class LookedAround:
    """It was looked whether another kind of gateway has come to answer where an account is linked."""

    link: Link
    other: TankfulError | None
    """What to say of that kind; `None`: none has."""


@dataclass(frozen=True, slots=True)
class LinksChanged:
    """An account was linked, changed or unlinked."""


@dataclass(frozen=True, slots=True)
class BannersSeen:
    """The user has read what administrators said."""


@dataclass(frozen=True, slots=True)
class SpikeExpected:
    """The user says that a spike, known by its key, is expected."""

    key: str


@dataclass(frozen=True, slots=True)
class NudgeAnswered:
    """The user says what becomes of a nudge, known by its key."""

    key: str
    answer: NudgeAnswer


@dataclass(frozen=True, slots=True)
class TelemetryHeard:
    """An agent reported live what it did."""

    heard: Heard


@dataclass(frozen=True, slots=True)
class TelemetryTroubled:
    """Agents cannot be heard, or can again."""

    trouble: TankfulError | None


@dataclass(frozen=True, slots=True)
class NoticeDelivered:
    """A notice reached the desktop, or why it did not."""

    key: str
    held: Hold | None = None


@dataclass(frozen=True, slots=True)
class NoticeAnswered:
    """The user did something about a notice."""

    key: str
    action: NoticeAction


@dataclass(frozen=True, slots=True)
class InboxSeen:
    """The user has looked at the inbox."""


@dataclass(frozen=True, slots=True)
class SnoozeAsked:
    """The user wants to hear nothing for a while, of everything or of one thing."""

    span: Span
    about: str = EVERYTHING


@dataclass(frozen=True, slots=True)
class SnoozeEnded:
    """The user wants to hear again of something; `None`: of everything that is snoozed."""

    about: str | None = None


Answer = BannersSeen | SpikeExpected | NudgeAnswered
"""What the user says to what was shown."""
TelemetryMessage = TelemetryHeard | TelemetryTroubled
"""What live telemetry says."""
GatewayMessage = StatementFetched | MessageFetched | ModelsFetched | DaysFetched | FeedFailed | LookedAround
"""What gateways are heard to say."""
NoticeMessage = NoticeDelivered | NoticeAnswered | InboxSeen | SnoozeAsked | SnoozeEnded
"""What becomes of notices, and what the user says to them."""
Message = RefreshAsked | SettingsChanged | LogsTouched | LinksChanged | Answer | NoticeMessage | TelemetryMessage | GatewayMessage
