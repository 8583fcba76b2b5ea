"""Notices through the real engine: decided with each picture, written down, shown once, and answered."""

import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from engine_rig import PATIENCE_S, Machine, Watcher
from tankful.core.announcement import Announcement
from tankful.core.choices import Digest
from tankful.core.inbox import Hold, NoticeAction, NoticeClass, Outcome, Rule, Span
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.engine.announcing import Herald, Messenger
from tankful.engine.engine import Engine
from tankful.engine.messages import InboxSeen, NoticeAnswered, RefreshAsked, SettingsChanged, SnoozeAsked, SnoozeEnded
from tankful.present.notices import notice_words

NEVER_QUIET = Settings(budget_usd=Decimal(3), quiet_from_h=0, quiet_to_h=0, notice_days="1234567", digest=Digest.OFF)
"""A summary would depend on the hour."""


class Desktop:
    """Remembers what it is to show; presses a button when told to."""

    def __init__(self, refuses: Hold | None = None) -> None:
        self.refuses = refuses
        self.shown: list[Announcement] = []
        self.withdrawn: list[str] = []
        self.answers: dict[str, Callable[[NoticeAction], None]] = {}
        self.ended = False
        self._changed = threading.Condition()

    async def show(self, announcement: Announcement, answer: Callable[[NoticeAction], None]) -> Hold | None:
        with self._changed:
            self.shown.append(announcement)
            self.answers[announcement.key] = answer
            self._changed.notify_all()
        return self.refuses

    async def withdraw(self, key: str) -> None:
        with self._changed:
            self.withdrawn.append(key)
            self._changed.notify_all()

    async def end(self) -> None:
        self.ended = True

    def until(self, claim: Callable[["Desktop"], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: claim(self), PATIENCE_S), (self.shown, self.withdrawn)


class Summoned(Watcher):
    """An audience with windows."""

    def __init__(self) -> None:
        super().__init__()
        self.summoned: list[NoticeAction] = []

    def summon(self, action: NoticeAction) -> None:
        self.summoned.append(action)


class Clock:
    """The real time, moved."""

    def __init__(self) -> None:
        self.off = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.off


class Live:
    """A machine whose engine says what is worth a notice."""

    def __init__(self, home: Path) -> None:
        self.machine, self.clock, self.desktop = Machine(home), Clock(), Desktop()

    @contextmanager
    def engine(self, settings: Settings = NEVER_QUIET, desktop: Desktop | None = None) -> Generator[tuple[Engine, Summoned]]:
        shown = desktop or self.desktop
        running = Engine(self.machine.folders, settings, self.clock, self.machine.environ, herald=Herald(notice_words, lambda: shown))
        audience = Summoned()
        running.start(audience)
        try:
            yield running, audience
        finally:
            running.stop()


@pytest.fixture
def live(tmp_path: Path) -> Live:
    return Live(tmp_path)


def spends(live: Live, count: int) -> None:
    """Spend in the latest minutes of this period, so that a day's end does not matter."""
    live.machine.spend(count, at=live.clock())


def said(seen: Snapshot) -> list[tuple[Rule, Outcome]]:
    return [(entry.rule, entry.outcome) for entry in seen.inbox.entries]


def test_a_budget_that_is_nearly_gone_is_said_once_over_restarts(live: Live) -> None:
    spends(live, 93)
    with live.engine() as (_, audience):
        live.desktop.until(lambda desktop: len(desktop.shown) == 1)
        (entry,) = audience.until(lambda seen: seen.inbox.unread == 1).inbox.entries
        assert (entry.kind, entry.rule, entry.outcome, entry.is_open) == (NoticeClass.STATE, Rule.LEVEL, Outcome.SHOWN, True)
        assert entry.title == "Your budget of $3 is 90% used"
        assert entry.why
    (announced,) = live.desktop.shown
    assert announced.urgency == "normal"
    assert [action for action, _ in announced.buttons] == [NoticeAction.OPEN, NoticeAction.SNOOZE_TODAY]
    assert live.desktop.ended
    with live.engine() as (engine, audience):
        audience.until(lambda seen: bool(seen.inbox.entries))
        engine.post(RefreshAsked())
        audience.until(lambda _: len(audience.seen) > 2)
    assert live.desktop.shown == [announced]


def test_what_is_gone_replaces_what_was_nearly_gone(live: Live) -> None:
    spends(live, 93)
    with live.engine() as (engine, audience):
        live.desktop.until(lambda desktop: len(desktop.shown) == 1)
        spends(live, 10)
        engine.post(RefreshAsked())
        live.desktop.until(lambda desktop: len(desktop.shown) == 2 and len(desktop.withdrawn) == 1)
        seen = audience.until(lambda seen: len(seen.inbox.entries) == 2)
    assert live.desktop.withdrawn == [live.desktop.shown[0].key]
    assert said(seen) == [(Rule.LEVEL, Outcome.SHOWN), (Rule.LEVEL, Outcome.WITHDRAWN)]


def test_a_button_comes_back_as_a_snooze_that_can_be_seen_and_ended(live: Live) -> None:
    spends(live, 93)
    with live.engine() as (engine, audience):
        live.desktop.until(lambda desktop: len(desktop.shown) == 1)
        (key,) = live.desktop.answers
        live.desktop.answers[key](NoticeAction.SNOOZE_TODAY)
        seen = audience.until(lambda seen: bool(seen.inbox.snoozes))
        (snooze,) = seen.inbox.snoozes
        assert snooze.about == "budget:personal"
        assert timedelta(0) < snooze.until - live.clock() <= timedelta(days=1)
        assert (seen.inbox.entries[0].outcome, seen.inbox.entries[0].detail) == (Outcome.ANSWERED, "snooze-today")
        assert seen.inbox.unread == 0
        spends(live, 10)
        engine.post(RefreshAsked())
        held = audience.until(lambda seen: len(seen.inbox.entries) == 2).inbox.entries[0]
        assert (held.outcome, held.detail) == (Outcome.HELD, Hold.SNOOZED)
        engine.post(SnoozeEnded())
        live.desktop.until(lambda desktop: len(desktop.shown) == 2)
        assert audience.until(lambda seen: not seen.inbox.snoozes).inbox.entries[0].outcome is Outcome.SHOWN


def test_a_button_that_opens_a_window_reaches_the_windows(live: Live) -> None:
    spends(live, 93)
    with live.engine() as (engine, audience):
        live.desktop.until(lambda desktop: len(desktop.shown) == 1)
        (key,) = live.desktop.answers
        live.desktop.answers[key](NoticeAction.OPEN)
        audience.until(lambda seen: seen.inbox.entries[0].outcome is Outcome.ANSWERED)
        assert audience.summoned == [NoticeAction.OPEN]
        engine.post(NoticeAnswered("spike:of-long-ago", NoticeAction.EXPECTED))
        engine.post(SnoozeAsked(Span.HOUR))
        audience.until(lambda seen: bool(seen.inbox.snoozes))


@pytest.mark.parametrize("hold", [Hold.NOBODY, Hold.DISTURBED])
def test_where_nothing_is_shown_the_inbox_says_why(live: Live, hold: Hold) -> None:
    spends(live, 93)
    with live.engine(desktop=Desktop(hold)) as (engine, audience):
        (entry,) = audience.until(lambda seen: bool(seen.inbox.entries) and seen.inbox.entries[0].outcome is Outcome.HELD).inbox.entries
        assert (entry.detail, entry.is_new) == (hold, True)
        engine.post(InboxSeen())
        audience.until(lambda seen: seen.inbox.unread == 0)


def test_an_installation_that_cannot_show_notices_has_an_inbox_all_the_same(live: Live) -> None:
    def missing() -> Messenger:
        raise ImportError("desktop_notifier")

    spends(live, 93)
    engine = Engine(live.machine.folders, NEVER_QUIET, live.clock, live.machine.environ, herald=Herald(notice_words, missing))
    audience = Watcher()
    engine.start(audience)
    try:
        entry = audience.until(lambda seen: bool(seen.inbox.entries) and seen.inbox.entries[0].detail != "").inbox.entries[0]
        assert entry.detail == Hold.NOBODY
        engine.post(SettingsChanged(replace(NEVER_QUIET, budget_usd=Decimal(9000))))
        audience.until(lambda seen: not seen.inbox.entries[0].is_open)
    finally:
        engine.stop()


def test_nothing_that_shows_notices_is_loaded_before_the_first_one_is_due() -> None:
    loads = "import sys, tankful.main as main; main._herald(); import tankful.ui.app, tankful.engine.engine; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", loads], capture_output=True, text=True, check=True)
    assert not {"desktop_notifier", "dbus_fast"} & set(done.stdout.split())


def test_pop_ups_that_are_off_leave_the_inbox(live: Live) -> None:
    spends(live, 93)
    off = Settings(budget_usd=Decimal(3), quiet_from_h=0, quiet_to_h=0, notice_days="1234567", pop_ups=False)
    with live.engine(off) as (_, audience):
        (entry,) = audience.until(lambda seen: bool(seen.inbox.entries)).inbox.entries
    assert (entry.outcome, entry.detail) == (Outcome.HELD, Hold.OFF)
    assert live.desktop.shown == []


def test_quiet_days_hold_back_until_the_settings_change(live: Live) -> None:
    spends(live, 93)
    quiet = Settings(budget_usd=Decimal(3), notice_days="")
    with live.engine(quiet) as (engine, audience):
        (entry,) = audience.until(lambda seen: bool(seen.inbox.entries)).inbox.entries
        assert (entry.outcome, entry.detail) == (Outcome.HELD, Hold.QUIET)
        engine.post(SettingsChanged(NEVER_QUIET))
        live.desktop.until(lambda desktop: len(desktop.shown) == 1)


@pytest.mark.parametrize("budget", [None, Decimal(0)])
def test_no_budget_and_one_of_nothing_say_nothing(live: Live, budget: Decimal | None) -> None:
    spends(live, 200)
    with live.engine(Settings(budget_usd=budget, quiet_from_h=0, quiet_to_h=0, notice_days="1234567")) as (_, audience):
        seen = audience.until(lambda seen: bool(seen.meters) and seen.meters[0].spent > 5)
    assert seen.inbox.entries == ()


def test_a_year_asleep_and_a_clock_set_back_say_nothing_again(live: Live) -> None:
    spends(live, 93)
    with live.engine():
        live.desktop.until(lambda desktop: len(desktop.shown) == 1)
    for off in (timedelta(days=366), timedelta(0), timedelta(days=-40), timedelta(0)):
        live.clock.off = off
        with live.engine() as (_, audience):
            audience.until(lambda seen: len(audience.seen) > 1 and bool(seen.meters))
    assert len(live.desktop.shown) == 1


def test_a_raised_budget_says_nothing_and_a_lowered_one_once(live: Live) -> None:
    spends(live, 93)
    with live.engine() as (engine, _):
        live.desktop.until(lambda desktop: len(desktop.shown) == 1)
        engine.post(SettingsChanged(replace(NEVER_QUIET, budget_usd=Decimal(9000))))
        live.desktop.until(lambda desktop: len(desktop.withdrawn) == 1)
        engine.post(SettingsChanged(replace(NEVER_QUIET, budget_usd=Decimal("2.5"))))
        live.desktop.until(lambda desktop: len(desktop.shown) == 2)
        engine.post(SettingsChanged(replace(NEVER_QUIET, budget_usd=Decimal(9000))))
        live.desktop.until(lambda desktop: len(desktop.withdrawn) == 2)
    assert live.desktop.shown[-1].title == "Your budget of $2.50 is used up"


def test_pictures_for_windows_tell_what_became_of_suggestions(live: Live) -> None:
    with live.engine() as (_, audience):
        nudged = audience.until(lambda seen: seen.nudged is not None).nudged
        assert nudged is not None
        assert nudged.scores == ()
