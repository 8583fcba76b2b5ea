"""The inbox, decided: what was said or kept back, what became of it, and what can be done about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from tankful.core.inbox import EVERYTHING, Hold, Inbox, InboxEntry, NoticeAction, NoticeClass, Outcome, Rule, Snooze
from tankful.core.snapshot import Snapshot
from tankful.core.tone import Tone
from tankful.present import format as words
from tankful.present.working import folder_name

EMPTY_TITLE = "Nothing to say so far"
EMPTY_TEXT = (
    "Tankful speaks up seldom: when a budget is likely to run out, at 90% and at 100% of it, and while an agent spends unusually much. "
    "All of it is kept here."
)
_HELD = {
    Hold.INBOX: "For this inbox only",
    Hold.QUIET: "Held back: quiet hours",
    Hold.SNOOZED: "Held back: snoozed",
    Hold.ENOUGH: "Held back: enough for now",
    Hold.DISTURBED: "Held back: do not disturb",
    Hold.NOBODY: "Held back: this desktop shows no notifications",
    Hold.OFF: "Held back: pop-ups are off",
    Hold.SOONER: "Held back: another budget comes first",
}
_DONE = {
    NoticeAction.OPEN: "You opened the panel",
    NoticeAction.INBOX: "You opened the inbox",
    NoticeAction.EXPECTED: "You said it is expected",
    NoticeAction.SNOOZE_HOUR: "You snoozed it for an hour",
    NoticeAction.SNOOZE_TODAY: "You snoozed it today",
    NoticeAction.SNOOZE_PERIOD: "You snoozed it until the reset",
    NoticeAction.SNOOZE_PROJECT: "You snoozed this project",
    NoticeAction.SETTINGS: "You opened the settings",
    NoticeAction.SWITCHES: "You looked at it",
}
_SPANS = (
    (NoticeAction.SNOOZE_HOUR, "for 1 hour"),
    (NoticeAction.SNOOZE_TODAY, "today"),
    (NoticeAction.SNOOZE_PERIOD, "until the reset"),
)


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One notice."""

    key: str
    title: str
    text: str
    when: str
    fate: str
    why: str
    tone: Tone
    is_new: bool
    buttons: tuple[tuple[NoticeAction, str], ...]
    snoozes: tuple[tuple[NoticeAction, str], ...] = ()
    """How long to say nothing more of what it is about."""


@dataclass(frozen=True, slots=True)
class SnoozeRow:
    """Something that is not spoken of now."""

    about: str
    text: str


@dataclass(frozen=True, slots=True)
class InboxView:
    """Everything in the inbox."""

    summary: str
    snoozes: tuple[SnoozeRow, ...]
    days: tuple[tuple[str, tuple[InboxRow, ...]], ...]
    """Headings with their notices, the latest first."""


def inbox_view(snapshot: Snapshot | None, now: datetime, zone: tzinfo) -> InboxView:
    """Return the inbox as it reads at `now`."""
    inbox = Inbox() if snapshot is None else snapshot.inbox
    days: dict[str, list[InboxRow]] = {}
    for entry in inbox.entries:
        days.setdefault(_day(entry.at, now, zone), []).append(_row(entry, zone))
    return InboxView(
        summary=f"{inbox.unread} new" if inbox.unread else "",
        snoozes=tuple(SnoozeRow(snooze.about, snooze_words(snooze, now, zone)) for snooze in inbox.snoozes),
        days=tuple((day, tuple(rows)) for day, rows in days.items()),
    )


def inbox_link(snapshot: Snapshot | None) -> str:
    """Return what opens the inbox is called."""
    unread = 0 if snapshot is None else snapshot.inbox.unread
    return f"Inbox · {unread}" if unread else "Inbox"


def snooze_words(snooze: Snooze, now: datetime, zone: tzinfo) -> str:
    """Return what is snoozed and until when: `Snoozed until 15:04`, `Project shop is snoozed until Tue 1 Dec`."""
    what, _, name = snooze.about.partition(":")
    whose = "Snoozed" if snooze.about == EVERYTHING else f"Project {folder_name(name)} is snoozed" if what == "project" else _budget(name)
    local, today = snooze.until.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return f"{whose} until {words.clock(snooze.until, zone)}"
    if local.date() == today + timedelta(days=1) and not (local.hour or local.minute):
        return f"{whose} until midnight"
    return f"{whose} until {words.day(local.date())}"


def _budget(name: str) -> str:
    return "Your budget is snoozed" if name == "personal" else f"The budget {name} is snoozed"


def _day(at: datetime, now: datetime, zone: tzinfo) -> str:
    day, today = at.astimezone(zone).date(), now.astimezone(zone).date()
    return "Today" if day == today else "Yesterday" if day == today - timedelta(days=1) else words.day(day)


def _row(entry: InboxEntry, zone: tzinfo) -> InboxRow:
    return InboxRow(
        key=entry.key,
        title=entry.title,
        text=entry.text,
        when=words.clock(entry.at, zone),
        fate=fate_words(entry),
        why=entry.why,
        tone=_tone(entry),
        is_new=entry.is_new,
        buttons=_buttons(entry),
        snoozes=_snoozes(entry),
    )


def fate_words(entry: InboxEntry) -> str:
    """Return what became of a notice."""
    if entry.outcome is Outcome.SHOWN:
        return "Shown"
    if entry.outcome is Outcome.WITHDRAWN:
        return "Shown, and over"
    said = _HELD[Hold(entry.detail)] if entry.outcome is Outcome.HELD else _DONE[NoticeAction(entry.detail)]
    return said if entry.is_open or entry.rule is Rule.DIGEST else f"{said} · over"


def _tone(entry: InboxEntry) -> Tone:
    if not entry.is_open:
        return Tone.UNKNOWN
    if entry.kind is NoticeClass.DECISION:
        return Tone.CALM
    return Tone.ACT if entry.kind is NoticeClass.ACT else Tone.WATCH


def _buttons(entry: InboxEntry) -> tuple[tuple[NoticeAction, str], ...]:
    """Return what can be done about something that is true still."""
    if not entry.is_open:
        return ()
    match entry.rule:
        case Rule.SPIKE:
            return ((NoticeAction.EXPECTED, "That is expected"),)
        case Rule.OTHER:
            return ((NoticeAction.SETTINGS, "Open settings"),)
        case Rule.MODEL:
            return ((NoticeAction.OPEN, "Open panel"),)
        case Rule.SWITCHED:
            return ((NoticeAction.SWITCHES, "Show the switch"),)
        case _:
            return ((NoticeAction.OPEN, "Open panel"),)


def _snoozes(entry: InboxEntry) -> tuple[tuple[NoticeAction, str], ...]:
    """Return for how long what a notice is about may be left unsaid."""
    kind = entry.subject.partition(":")[0]
    if not entry.is_open or kind not in {"project", "budget"}:
        return ()
    return tuple((action, f"This {kind} {span}") for action, span in _SPANS)
