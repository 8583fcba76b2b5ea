"""What the engine does when something happens: reads, books, and shows the new picture. All of it on one thread."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from tankful.core.errors import LedgerDamaged, LedgerUnwritable, TankfulError
from tankful.core.health import ACCOUNTS, LEDGER, SETTINGS, STATE, TELEMETRY, Condition, FeedHealth
from tankful.core.inbox import NoticeAction
from tankful.core.links import Link
from tankful.core.settings import Settings
from tankful.core.snapshot import Scan, Snapshot
from tankful.engine.account_book import Routed
from tankful.engine.announcing import Herald, Outgoing
from tankful.engine.asking_again import left_alone_until
from tankful.engine.audience import Audience
from tankful.engine.messages import (
    Answer,
    BannersSeen,
    GatewayMessage,
    NoticeAnswered,
    NoticeMessage,
    NudgeAnswered,
    SpikeExpected,
    TelemetryHeard,
    TelemetryMessage,
    TelemetryTroubled,
)
from tankful.engine.notice_keeper import NoticeKeeper
from tankful.engine.reading import Reading
from tankful.engine.remembered_settings import remember
from tankful.engine.usable_settings import usable
from tankful.engine.watching import Watching
from tankful.store.links_file import LinksFile
from tankful.store.settings_file import SettingsFile
from tankful.system.memory import give_back
from tankful.system.paths import Folders
from tankful.watch.folders import WRITE_AHEAD

_BETWEEN_PROGRESS_S = 0.5
_MUCH = 5_000
"""Responses that a look everywhere found: more than a few days of work, and not found again."""
_AGAIN_S = 5
"""How long to leave a ledger alone that does not take in what is new."""
_BOOKING = "booking"
"""The ledger, where it may be read and does not take in what is new."""


class GivenUp(Exception):
    """The program ends."""


class Bookkeeper:
    """Holds the reading and the last picture; an expected failure becomes a failing feed over the last good numbers."""

    def __init__(
        self,
        folders: Folders,
        settings: Settings,
        now: Callable[[], datetime],
        environ: Mapping[str, str],
        audience: Audience,
        watching: Watching,
        remarks: Callable[[], Sequence[TankfulError]] = tuple,
        herald: Herald | None = None,
    ) -> None:
        """Touch nothing yet; what `remarks` returns goes with a picture. Without a `herald` nothing is decided about notices."""
        self._notices = None if herald is None else NoticeKeeper(herald)
        self._folders = folders
        self._reading = Reading(folders, settings, now, environ)
        self._reading.aware.shows_score = herald is not None  # windows show it
        self._settings_file = SettingsFile(folders.settings)
        self._now = now
        self._audience = audience
        self._watching = watching
        self._environ = environ
        self._links: tuple[Link, ...] = ()
        self._latest: Snapshot | None = None
        self._failing: dict[str, FeedHealth] = {}
        self._remarks = remarks
        self._known: frozenset[str] = frozenset()
        self._settings_seen = self._settings_mark()
        self._progress_at = 0.0
        self._looked_at = 0.0
        self._giving_up = False
        self._tried_as_booked = False
        self._has_scanned = self._has_read_much = False

    @property
    def rescan_s(self) -> float:
        """How long to trust notifications before everything is looked at again."""
        return self._reading.settings.rescan_minutes * 60

    def open(self) -> dict[str, datetime]:
        """Begin; the first picture is shown with the accounts. Returns until when gateways want to be left alone, by account."""
        with suppress(OSError):  # then nobody can write a settings file there either, and the ledger says what is wrong
            self._folders.config.mkdir(parents=True, exist_ok=True)
        try:
            usable(self._settings_file)
        except TankfulError as unreadable:  # whoever began with other settings could not tell
            self._miss_settings(unreadable)
        with suppress(TankfulError):  # it is said as soon as the accounts are looked at
            now, ledger = self._now(), self._reading.ledger
            wishes = {link.name: left_alone_until(ledger, link.name, now) for link in LinksFile(self._folders.links).read()}
            return {name: until for name, until in wishes.items() if until is not None}
        return {}

    def adopt_links(self, links: tuple[Link, ...]) -> None:
        """Go by these accounts from now on, and show it."""
        self._failing.pop(ACCOUNTS, None)
        self._links = links
        self._guarded(lambda: self._reading.adopt_links(links))
        self.show()

    def miss_links(self, unreadable: TankfulError) -> None:
        """Go on with the accounts that were known, and say why there may be others."""
        self._fail(ACCOUNTS, unreadable)
        self.show()

    def take_in(self, notices: Sequence[NoticeMessage], reported: Sequence[TelemetryMessage], heard: Sequence[GatewayMessage]) -> None:
        """Take in what was said by notices, agents and gateways, in this order; whatever there is none of costs nothing."""
        if notices:
            self.hear_notices(notices)
        if reported:
            self.hear_telemetry(reported)
        if heard:
            self.hear(heard)

    def hear(self, messages: Sequence[GatewayMessage]) -> None:
        """Take in what gateways said, and show it."""
        self._guarded(lambda: self._reading.hear(messages))
        self.show()

    def hear_telemetry(self, messages: Sequence[TelemetryMessage]) -> None:
        """Take in what agents reported live, and whether they can be heard, and show it."""
        heard = [message.heard for message in messages if isinstance(message, TelemetryHeard)]
        if heard:
            self._guarded(lambda: self._reading.hear_telemetry(heard))
        for message in messages:
            if isinstance(message, TelemetryTroubled):
                self._failing.pop(TELEMETRY, None)
                if message.trouble is not None:
                    self._fail(TELEMETRY, message.trouble)
        self.show()

    def take_answer(self, answer: Answer) -> None:
        """Keep what the user says to a message of an administrator, a spike or a nudge, and show what that changes."""
        reading = self._reading
        match answer:
            case BannersSeen():
                self._guarded(self._reading.banners_seen)
            case SpikeExpected(key=key):
                self._guarded(lambda: reading.aware.expect_spike(reading.ledger, reading.zone, self._now(), key))
            case NudgeAnswered(key=key, answer=said):
                self._guarded(lambda: reading.aware.nudges.answer(reading.ledger, key, said, self._now()))
        self.show()

    def hear_notices(self, messages: Sequence[NoticeMessage]) -> None:
        """Note what became of notices, and what the user said to them, and show it."""
        notices, reading = self._notices, self._reading
        for message in messages:
            if notices is not None:
                self._guarded(lambda message=message: notices.hear(reading.ledger, message, reading.zone, self._now()))
            if isinstance(message, NoticeAnswered) and message.action is NoticeAction.EXPECTED:
                self._guarded(lambda key=message.key: reading.aware.expect_spike(reading.ledger, reading.zone, self._now(), key))
        self.show()

    def take_outgoing(self) -> tuple[Outgoing, ...]:
        """Return which notices are to be shown and withdrawn, once."""
        return () if self._notices is None else self._notices.take_outgoing()

    def routed(self) -> tuple[Routed, ...]:
        """Return what was spent through the linked accounts lately."""
        return self._reading.routed

    def close(self) -> None:
        """Stop watching and close the ledger."""
        self._watching.stop()
        self._reading.close()

    def give_up(self) -> None:
        """End a long scan soon; may be called from another thread."""
        self._giving_up = True

    def adopt(self, settings: Settings) -> None:
        """Go by these settings from now on."""
        routes = self._reading.settings.routes
        self._reading.adopt(settings)
        if settings.routes != routes:
            self._guarded(self._reading.readopt_links)
        self._guarded(self._reading.reprice_if_due)

    def look_everywhere(self) -> None:
        """Scan all sources, watch the folders that exist now, and show the result."""
        if self._settings_mark() != self._settings_seen:  # its notification was missed
            self._reread_settings()
        self._looked_at = time.monotonic()
        links = self._reading.followed()
        self._watch()
        scanned = self._guarded(self._scan)
        if scanned and self._reading.followed() != links:  # what changed behind them before they were watched was not heard of
            self._watch()
            scanned = self._guarded(self._scan)
        if scanned:
            self._has_scanned = True
            self._failing.pop(_BOOKING, None)
            self._watching.compare(self._reading.folders_below)
            self._known = self._reading.paths()
        self.show()
        if self._has_read_much:
            self._has_read_much = False
            self._guarded(self._reading.ledger.rest)
            give_back()

    def _watch(self) -> None:
        """Watch the folders that exist now, and those that links lead to."""
        roots = ((str(root.path), root.depth != 0) for source in self._reading.sources() for root in self._reading.roots_of(source))
        self._watching.renew(roots, self._reading.followed())

    def _scan(self) -> None:
        if _BOOKING in self._failing:
            self._reading.close()  # what was opened while it could not be written goes on refusing to
            self._reading.insist_on_writing()  # there may be nothing new to show it by
            self._reading.readopt_links()
        self._reading.reprice_if_due()
        self._has_read_much = self._reading.scan(self._progress) >= _MUCH
        if SETTINGS not in self._failing:  # else nobody knows for how long things are to be kept
            remember(self._reading.ledger, self._reading.settings)
            self._reading.keep_tidy()
        self._reading.keep_polled(self._watching.polled)

    def _progress(self, done: int, total: int) -> None:
        if self._giving_up:
            raise GivenUp
        if time.monotonic() - self._progress_at > _BETWEEN_PROGRESS_S:
            self._progress_at = time.monotonic()
            self._show(Scan(done, total))

    def look_at(self, paths: Iterable[str]) -> None:
        """Read what is new in these files; a log that nobody knows yet calls for a look everywhere."""
        paths = {path.removesuffix(WRITE_AHEAD) for path in paths}
        if str(self._folders.settings) in paths:
            self._reread_settings()
            self.look_everywhere()
            return
        if any(path not in self._known and self._reading.is_new(path) for path in paths):
            self.look_everywhere()
            return
        logs = sorted(paths & self._known)
        if logs:
            self._guarded(lambda: self._reading.look_at(logs))
            self.show()

    def rested(self) -> frozenset[str]:
        """Return the logs that changed while they were left alone, and may be looked at now."""
        return self._reading.rested()

    def rest_left_s(self) -> float | None:
        """Return in how many seconds one of them may be, or what could not be booked is to be tried again; `None` when there is neither."""
        waits = [left for left in (self._reading.rest_left_s(), self._again_in_s()) if left is not None]
        return min(waits, default=None)

    def _reread_settings(self) -> None:
        self._settings_seen = self._settings_mark()
        try:
            settings = usable(self._settings_file)
        except TankfulError as unreadable:
            self._miss_settings(unreadable)
            off = self._settings_file.understood(self._reading.settings).sources_off
            if off != self._reading.settings.sources_off:  # what may not be read does not wait until a slip elsewhere is mended
                self.adopt(replace(self._reading.settings, sources_off=off))
            return
        self._failing.pop(SETTINGS, None)
        if settings != self._reading.settings:
            self.adopt(settings)

    def _miss_settings(self, unreadable: TankfulError) -> None:
        """Say that the settings cannot be read, and what holds meanwhile."""
        from tankful.engine.remembered_settings import going_by  # noqa: PLC0415 - it is hoped to be rare

        _, meanwhile = going_by(self._settings_file, self._folders.ledger)
        self._fail(SETTINGS, TankfulError(unreadable.title, f"{unreadable.hint} {meanwhile}".strip()))

    def _settings_mark(self) -> tuple[int, int] | None:
        try:
            status = self._folders.settings.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size

    def wants_a_look(self) -> bool:
        """Say whether folders were born or went, some must be looked at on a timer, or something could not be booked."""
        return self._again_in_s() == 0 or self._watching.is_behind() or bool(self._watching.polled)

    def _again_in_s(self) -> float | None:
        """Return in how many seconds to try again to book what could not be booked; `None` when all is booked."""
        if _BOOKING not in self._failing:
            return None
        return max(0.0, self._looked_at + _AGAIN_S - time.monotonic())

    def is_new_day(self) -> bool:
        """Say whether the last picture is of yesterday."""
        zone = self._reading.zone
        return self._latest is not None and self._latest.as_of.astimezone(zone).date() != self._now().astimezone(zone).date()

    def is_fading(self) -> bool:
        """Say whether the picture changes by itself: the burn rate of the last hour falls."""
        latest = self._latest
        return latest is not None and (latest.burn_per_hour != Decimal(0) or latest.active_agents > 0)

    def show(self) -> None:
        """Show what is true now; with the ledger out of reach, the last good numbers with the reason."""
        self._show(None)

    def _show(self, scan: Scan | None) -> None:
        before = self._latest
        if self._guarded(lambda: self._take(self._reading.snapshot(scan)), LEDGER):
            self._failing.pop(LEDGER, None)
            if not self._guarded(self._decide) and before is not None:
                self._latest = replace(self._latest or before, inbox=before.inbox)
        latest = self._latest or Snapshot(as_of=self._now())
        failing = {each.feed: each for each in self._failing.values()}
        remarks = (FeedHealth(STATE, Condition.OK, latest.as_of, remark.title, remark.hint) for remark in self._remarks())
        feeds = (*(feed for feed in latest.feeds if feed.feed not in failing), *failing.values(), *remarks)
        self._audience.show(replace(latest, feeds=feeds, scan=scan))

    def _take(self, snapshot: Snapshot) -> None:
        self._latest = snapshot

    def _decide(self) -> None:
        """Decide what the last picture is worth, unless a first scan still goes on."""
        seen, reading = self._latest, self._reading
        if self._notices is None or seen is None:
            return
        if self._has_scanned and seen.scan is None:
            inbox = self._notices.look(reading.ledger, seen, reading.settings, reading.zone)
        else:
            inbox = reading.ledger.inbox(seen.as_of)
        self._latest = replace(seen, inbox=inbox)

    def _guarded(self, act: Callable[[], object], fails: str = _BOOKING) -> bool:
        """Do something that needs the ledger; says whether it worked. With an empty one in place of a damaged one, again.

        What could not be booked counts as such until a whole look has worked: a picture is no proof, nor is what had nothing to write.
        """
        try:
            try:
                act()
            except LedgerDamaged:
                act()
        except TankfulError as error:
            self._fail(fails, error)
            return False
        except GivenUp:
            return False
        return True

    def _fail(self, what: str, error: TankfulError) -> None:
        if self._latest is None and isinstance(error, LedgerUnwritable):
            self._latest = self._as_booked(error)
        before = self._failing.get(what)
        since = before.as_of if before is not None else None if self._latest is None else self._latest.as_of
        feed = LEDGER if what == _BOOKING else what
        self._failing[what] = FeedHealth(feed, Condition.FAILING, since, error.title, error.hint)

    def _as_booked(self, refused: LedgerUnwritable) -> Snapshot | None:
        """Return the picture of when something was booked last; `None` where nothing can be read, which is not tried twice."""
        if self._tried_as_booked:
            return None
        self._tried_as_booked = True
        from tankful.engine.as_booked import as_booked  # noqa: PLC0415 - hardly ever needed

        try:
            with as_booked(self._folders, self._reading.settings, self._environ, refused) as reading:
                reading.adopt_links(self._links)
                return reading.snapshot()
        except TankfulError:
            return None  # why has been said: it is what was refused
