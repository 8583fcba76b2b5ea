"""Keeps the book of notices in the ledger: decides with every picture, writes it down, and only then lets it be shown."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any, NamedTuple

from tankful.core.announcement import Announcement, Withdrawal
from tankful.core.errors import TankfulError
from tankful.core.inbox import EVERYTHING, Hold, Inbox, InboxEntry, NoticeAction, NoticeClass, Outcome, Rule, Snooze, Span
from tankful.core.notices import Decided, Notice, NoticeBook, Summary
from tankful.core.periods import midnight
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.core.spike import Spike, SpikeState
from tankful.engine.announcing import Herald, Outgoing, Worded
from tankful.engine.messages import InboxSeen, NoticeAnswered, NoticeDelivered, NoticeMessage, SnoozeAsked, SnoozeEnded
from tankful.engine.notice_facts import budget_facts, manners_of, model_facts, switch_facts, system_facts
from tankful.store.ledger import Ledger
from tankful.store.notices import Notices

_GREW = Decimal("1.25")
"""A spike that has cost so many times what was said of it is told anew, in place."""
_KEPT_EVERY = timedelta(minutes=10)
"""How old the most that was seen spent may be in the ledger; all else is written at once."""
_LONGEST = timedelta(days=62)
"""No snooze is longer, whatever a gateway says of its reset."""


_SPANS = {
    NoticeAction.SNOOZE_HOUR: Span.HOUR,
    NoticeAction.SNOOZE_TODAY: Span.TODAY,
    NoticeAction.SNOOZE_PERIOD: Span.PERIOD,
    NoticeAction.SNOOZE_PROJECT: Span.PERIOD,
}
"""How long a button says nothing about what its notice is about."""


class Said(NamedTuple):
    """A notice in the words that the inbox has of it."""

    title: str
    text: str
    why: str
    buttons: tuple[tuple[NoticeAction, str], ...]


class NoticeKeeper:
    """For the thread that owns the ledger; everything raises `LedgerUnusable`, and then nothing is said."""

    def __init__(self, herald: Herald) -> None:
        """Know nothing yet."""
        self._words = herald.words
        self._book: NoticeBook | None = None
        self._kept: tuple[str, str] = ("", "")
        """What the ledger remembers: all but the most that was spent, and the whole."""
        self._kept_at = datetime.min.replace(tzinfo=UTC)
        self._told: dict[str, Decimal] = {}
        """What was last said that each running spike cost."""
        self._outgoing: list[Outgoing] = []
        self._resets: dict[str, datetime | None] = {}
        """When each budget is filled up again, by what a snooze of it is about; that of the one that binds by `EVERYTHING`."""

    def look(self, ledger: Ledger, seen: Snapshot, settings: Settings, zone: tzinfo) -> Inbox:
        """Decide what a picture is worth, keep it, and return the inbox as it stands then."""
        now = seen.as_of
        self._resets = {fact.subject: fact.end for fact in budget_facts(seen)}
        self._resets[EVERYTHING] = None if seen.binding is None else seen.binding.allocation.resets_at
        try:
            with ledger.notices() as notices:
                outgoing = self._looked(notices, seen, settings, zone)
                inbox = notices.inbox(now)
        except TankfulError:
            self._book = None  # what was not kept was not said
            raise
        self._outgoing += outgoing
        return inbox

    def take_outgoing(self) -> tuple[Outgoing, ...]:
        """Return what is to be shown and withdrawn, once."""
        outgoing, self._outgoing = tuple(self._outgoing), []
        return outgoing

    def hear(self, ledger: Ledger, message: NoticeMessage, zone: tzinfo, now: datetime) -> None:
        """Note what became of a notice, or what the user said to one."""
        with ledger.notices() as notices:
            match message:
                case NoticeDelivered(key=key, held=held):
                    self._delivered(notices, key, held, zone, now)
                case NoticeAnswered(key=key, action=action):
                    notices.note(key, Outcome.ANSWERED, action)
                    self._act(notices, key, action, zone, now)
                case InboxSeen():
                    notices.see()
                case SnoozeAsked(span=span, about=about):
                    notices.snooze(Snooze(about, self._until(span, about, zone, now)))
                case SnoozeEnded(about=about):
                    notices.wake(about, now)

    def _delivered(self, notices: Notices, key: str, held: Hold | None, zone: tzinfo, now: datetime) -> None:
        """Note that a notice reached the desktop, or why not; one that is not to be disturbed now is tried again."""
        if held is None:
            notices.reach(key)
            return
        notices.note(key, Outcome.HELD, held)
        entry = notices.entry(key)
        if held is Hold.DISTURBED and entry is not None:
            book = self._begun(notices, zone)
            book.missed(key, entry.kind, entry.rule, entry.subject, now)
            self._keep(notices, book, now)

    def _act(self, notices: Notices, key: str, action: NoticeAction, zone: tzinfo, now: datetime) -> None:
        """Snooze what a notice is about, if that is what its button says."""
        span = _SPANS.get(action)
        if span is not None:
            entry = notices.entry(key)
            subject = EVERYTHING if entry is None else entry.subject
            notices.snooze(Snooze(subject, self._until(span, subject, zone, now)))

    def _until(self, span: Span, about: str, zone: tzinfo, now: datetime) -> datetime:
        return snoozed_until(span, zone, now, self._resets.get(about, self._resets.get(EVERYTHING)))

    def _looked(self, notices: Notices, seen: Snapshot, settings: Settings, zone: tzinfo) -> list[Outgoing]:
        now = seen.as_of
        book = self._begun(notices, zone)
        book.behave(zone, manners_of(settings))
        book.snoozed = notices.snoozes(now)
        others = *system_facts(seen), *model_facts(seen), *switch_facts(seen)
        decided = book.decide(now, budget_facts(seen), seen.spikes, others, surely=notices.surely(now))
        outgoing: list[Outgoing] = [Withdrawal(key) for key in decided.withdrawn]
        for notice in decided.notices:
            words = self._worded(notices, notice, zone)
            hold = notice.held_by if settings.pop_ups else notice.held_by or Hold.OFF
            outcome = Outcome.HELD if hold is not None else Outcome.SHOWN
            entry = InboxEntry(
                notice.key, now, notice.kind, notice.rule, words.title, words.text, words.why, outcome, hold or "",
                notice.subject, is_open=notice.rule is not Rule.DIGEST, is_new=True,
            )  # fmt: skip
            notices.keep((entry,), now)
            if hold is None:
                outgoing.append(_announced(notice, words))
            if isinstance(notice.about, Spike):
                self._told[notice.key] = notice.about.actual
        over = {*decided.withdrawn, *(notices.open_keys() - book.true)}
        if over:
            notices.close(over)
        if settings.pop_ups:
            outgoing += self._again(notices, decided, zone)
        outgoing += self._grown(notices, seen, book, zone)
        self._keep(notices, book, now)
        return outgoing

    def _again(self, notices: Notices, decided: Decided, zone: tzinfo) -> list[Outgoing]:
        """Return what is tried once more, and what takes its own place, in the words of now where those of then are not all there is."""
        shown: list[Outgoing] = []
        for notice in (*decided.again, *decided.grown):
            entry = notices.entry(notice.key)
            if entry is None:
                continue  # so much came since that the inbox has it no more
            words = self._worded(notices, notice, zone)
            if notice.about is None and not notice.covers:
                words = Said(entry.title, entry.text, entry.why, words.buttons)
            notices.retell(notice.key, words.title, words.text)
            shown.append(_announced(notice, words, is_update=notice in decided.grown))
        return shown

    def _worded(self, notices: Notices, notice: Notice, zone: tzinfo) -> Worded:
        return self._words(replace(notice, about=Summary(notices.titles(notice.covers))) if notice.covers else notice, zone)

    def _grown(self, notices: Notices, seen: Snapshot, book: NoticeBook, zone: tzinfo) -> list[Outgoing]:
        """Return how spikes that were shown go on, where they have grown much since."""
        updates: list[Outgoing] = []
        self._told = {spike.key: self._told[spike.key] for spike in seen.spikes if spike.key in self._told}
        for spike in seen.spikes:
            before = self._told.setdefault(spike.key, spike.actual)
            if not book.is_open(spike.key) or spike.state is not SpikeState.RUNNING or spike.actual < before * _GREW:
                continue
            self._told[spike.key] = spike.actual
            notice = Notice(seen.as_of, NoticeClass.ACT, Rule.SPIKE, spike.key, spike)
            words = self._words(notice, zone)
            notices.retell(spike.key, words.title, words.text)
            updates.append(_announced(notice, words, is_update=True))
        return updates

    def _begun(self, notices: Notices, zone: tzinfo) -> NoticeBook:
        """Return the book, which goes on from what is kept; that of another version, or a broken one, is begun anew."""
        if self._book is None:
            book = NoticeBook(zone)
            text = notices.book()
            if text is not None:
                with suppress(KeyError, TypeError, ValueError, AttributeError):
                    known: Any = json.loads(text)
                    book.remember(known)
            self._kept, self._kept_at = ("", ""), datetime.min.replace(tzinfo=UTC)
            self._book = book
        return self._book

    def _keep(self, notices: Notices, book: NoticeBook, now: datetime) -> None:
        known = book.kept()
        whole = json.dumps(known, separators=(",", ":"))
        for budget in known["budgets"].values():
            budget[2] = ""
        steady = json.dumps(known, separators=(",", ":"))
        if (steady, whole) == self._kept or (steady == self._kept[0] and abs(now - self._kept_at) < _KEPT_EVERY):
            return
        notices.keep_book(whole)
        self._kept, self._kept_at = (steady, whole), now


def snoozed_until(span: Span, zone: tzinfo, now: datetime, reset: datetime | None) -> datetime:
    """Return when a snooze ends that begins now; `reset`: of the budget that binds, without one a period is as good as today."""
    if span is Span.HOUR:
        return now + timedelta(hours=1)
    tonight = midnight(now.astimezone(zone).date() + timedelta(days=1), zone)
    if span is Span.PERIOD and reset is not None and reset > now:
        return min(reset, now + _LONGEST)
    return tonight


def _announced(notice: Notice, words: Worded, *, is_update: bool = False) -> Announcement:
    """Return a notice as the desktop gets it: what and how much, and why it is there at all."""
    text = "\n".join(part for part in (words.text, f"Why am I seeing this? {words.why}") if part)
    return Announcement(notice.key, words.title, text, words.buttons, _urgency(notice), is_update)


def _urgency(notice: Notice) -> str:
    """Return how loud it is: what is critical stays on many screens until it is closed, so that is for a hard stop alone."""
    if notice.kind is NoticeClass.DIGEST:
        return "low"
    return "critical" if notice.rule is Rule.BLOCKED else "normal"
