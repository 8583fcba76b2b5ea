"""The inbox in a terminal, and as a value for programs."""

from datetime import datetime, tzinfo

from tankful.core.inbox import Inbox
from tankful.present import format as words
from tankful.present.exact import instant
from tankful.present.inbox import EMPTY_TITLE, fate_words, snooze_words
from tankful.present.status import Line, Piece, Role


def inbox_lines(inbox: Inbox, now: datetime, zone: tzinfo) -> tuple[Line, ...]:
    """Return what is snoozed, then every notice in two lines, the latest first."""
    lines: list[Line] = [(Piece(f"{snooze_words(each, now, zone)}. `tankful snooze off` ends it."),) for each in inbox.snoozes]
    if not inbox.entries:
        lines.append((Piece(f"{EMPTY_TITLE}."),))
    for entry in inbox.entries:
        at = f"{words.day(entry.at.astimezone(zone).date())}, {words.clock(entry.at, zone)}"
        lines.append((Piece(f"{at}  ", Role.FAINT), Piece(entry.title, Role.STRONG), Piece("  new" if entry.is_new else "", Role.FAINT)))
        lines.append((Piece(f"  {entry.text} {fate_words(entry)}." if entry.text else f"  {fate_words(entry)}."),))
    return tuple(lines)


def snooze_lines(inbox: Inbox, now: datetime, zone: tzinfo) -> tuple[Line, ...]:
    """Return what is snoozed."""
    if not inbox.snoozes:
        return ((Piece("Nothing is snoozed."),),)
    return tuple((Piece(f"{snooze_words(each, now, zone)}."),) for each in inbox.snoozes)


def inbox_json(inbox: Inbox) -> dict[str, object]:
    """Return the inbox for programs, as `resources/schema/notices.json` describes it."""
    return {
        "schema": "tankful.notices/1",
        "unread": inbox.unread,
        "snoozed": [{"about": each.about, "until": instant(each.until)} for each in inbox.snoozes],
        "notices": [
            {
                "key": each.key,
                "at": instant(each.at),
                "class": each.kind.value,
                "rule": each.rule.value,
                "title": each.title,
                "text": each.text,
                "why": each.why,
                "outcome": each.outcome.value,
                "detail": each.detail,
                "about": each.subject,
                "open": each.is_open,
                "new": each.is_new,
            }
            for each in inbox.entries
        ],
    }
