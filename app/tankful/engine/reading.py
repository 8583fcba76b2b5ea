"""Everything a skin needs of this machine: scan what is new, and say what is true."""

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from tankful.core.errors import LedgerDamaged, TankfulError, WrongWords
from tankful.core.health import FeedHealth
from tankful.core.parsing import Form, form_of
from tankful.core.problems import Flaw, Problem
from tankful.core.report import UsageRow
from tankful.core.settings import Settings
from tankful.engine import bulk
from tankful.engine.asking_again import may_be_asked, note_asked
from tankful.engine.awareness import Awareness
from tankful.engine.backlog import alone_with_backlog
from tankful.engine.begun_anew import begun_anew
from tankful.engine.booking import book_logs
from tankful.engine.carrying import carry_out, enough, pricer
from tankful.engine.closed_folders import roots_of
from tankful.engine.foreseen import Question
from tankful.engine.looking import Looking
from tankful.engine.machine import places
from tankful.engine.resting import Resting, rest_of
from tankful.engine.source_feeds import source_feeds
from tankful.engine.survey import SourceSurvey
from tankful.engine.together import can_fork, usable_cores
from tankful.pricing.revision import revision
from tankful.sources.registry import SOURCES
from tankful.sources.source import AgentSource, Log, Places, Root
from tankful.store.ledger import Ledger
from tankful.system.paths import Folders, resource
from tankful.system.zone import zone_named
from tankful.watch.folders import Found
from tankful.watch.mounts import Polled

if TYPE_CHECKING:
    from tankful.core.heard import Heard
    from tankful.core.links import Link
    from tankful.core.snapshot import Scan, Snapshot
    from tankful.engine.account_book import AccountBook, Routed
    from tankful.engine.messages import GatewayMessage
    from tankful.pricing.cost import Pricer

Progress = Callable[[int, int], None]
"""Bytes read, bytes to read."""
_PROJECTS_MOST = 300
"""So many of the folders that agents worked in last are looked into for records that are kept there."""


class Reading:
    """The logs of this machine and the ledger they go into. For one thread.

    Every method may raise `LedgerUnusable`; a ledger found damaged is begun anew and read again without a word from the
    caller, `moved_aside` says where the old one went.
    """

    def __init__(self, folders: Folders, settings: Settings, now: Callable[[], datetime], environ: Mapping[str, str]) -> None:
        """Open the ledger; nothing is read yet."""
        self.folders = folders
        self._now = now
        self._environ = environ
        self._looking = Looking()
        self._scanned_at: datetime | None = None
        self._price: Pricer | None = None
        self._ledger: Ledger | None = None
        self._projects: tuple[str, ...] = ()
        self._resting = Resting()
        self._links: tuple[Link, ...] = ()
        self._account_book: AccountBook | None = None
        self.aware = Awareness(folders)
        """What is noticed beside plain figures."""
        self.routed: tuple[Routed, ...] = ()
        """What was spent through the linked accounts lately, as of the last snapshot."""
        self.adopt(settings)

    def adopt(self, settings: Settings) -> None:
        """Go by these settings from now on."""
        if self._price is not None and (settings.prices, settings.aliases) != (self.settings.prices, self.settings.aliases):
            self._price = None
        self.settings = settings
        self._zone = None
        with suppress(WrongWords):  # whoever read the settings says so
            self._zone = zone_named(settings.timezone) if settings.timezone else None

    @property
    def _accounts(self) -> "AccountBook":
        """What is known of the linked accounts, opened when there are any or somebody looks."""
        if self._account_book is None:
            from tankful.engine.account_book import AccountBook  # noqa: PLC0415 - a plain report needs none of it

            self._account_book = AccountBook()
        return self._account_book

    def adopt_links(self, links: "tuple[Link, ...]") -> None:
        """Go by these accounts from now on."""
        self._links = links
        self._accounts.adopt(self.ledger, links, self.settings.routes, lambda: self.price)

    def readopt_links(self) -> None:
        """Send calls through the accounts anew: the user chose other ways for them."""
        self.adopt_links(self._links)

    def hear(self, messages: "Sequence[GatewayMessage]") -> None:
        """Take in what gateways said."""
        self._accounts.hear(self.ledger, messages, lambda: self.price, self._now())

    def hear_telemetry(self, heard: "Sequence[Heard]") -> None:
        """Book what agents reported live, but for those whose records the user does not want read."""
        from tankful.engine.hearing import keyed_calls, keyed_prompts  # noqa: PLC0415 - most people receive nothing

        off = self.settings.sources_off
        calls = [keyed for keyed in keyed_calls(heard) if keyed.event.agent not in off]
        prompts = [prompt for prompt in keyed_prompts(heard) if prompt.agent not in off]
        self.ledger.hear(calls, prompts, self.price)

    def heard(self) -> tuple[object, ...]:
        """Return something that changes when a gateway speaks or fails, whoever asked it."""
        failed = tuple(self.ledger.fact(f"failed {link.name}") for link in self._links)
        with self.ledger.accounts() as kept:
            return (*failed, *(statement.as_of for statement in kept.statements()))

    def due(self, links: "Sequence[Link]", least_s: float) -> "tuple[Link, ...]":
        """Return those of these accounts that may be asked again: not within `least_s` seconds, nor sooner than their gateway wants."""
        with self.ledger.accounts() as kept:
            said = {statement.account: statement for statement in kept.statements()}
        return tuple(link for link in links if may_be_asked(self.ledger, link.name, said.get(link.name), least_s, self._now()))

    def looked_around(self, links: "Sequence[Link]", lasts_s: float) -> "dict[str, TankfulError | None]":
        """Return what was found where it was looked within so many seconds whether another kind of gateway answers; by account."""
        from tankful.engine.account_book import looked_around  # noqa: PLC0415 - see `_accounts`

        found = {link.name: looked_around(self.ledger, link.name) for link in links}
        now = self._now()
        return {name: look.other for name, look in found.items() if look is not None and abs((now - look.at).total_seconds()) < lasts_s}

    def note_asked(self, links: "Sequence[Link]") -> None:
        """Remember that these accounts were asked now, for other commands to come."""
        for link in links:
            note_asked(self.ledger, link.name, self._now())

    def banners_seen(self) -> None:
        """Show none of the present messages of administrators again."""
        self._accounts.banners_seen(self.ledger)

    @property
    def zone(self) -> tzinfo:
        """The time zone in which days begin; this machine's own is looked up when it is first needed."""
        if self._zone is None:
            self._zone = zone_named("")
        return self._zone

    @property
    def ledger(self) -> Ledger:
        """The ledger, opened when it is first needed."""
        if self._ledger is None:
            self._ledger = Ledger(self.folders.ledger, self._now)
        return self._ledger

    @property
    def price(self) -> "Pricer":
        """What prices events, loaded when it is first needed."""
        if self._price is None:
            self._price = pricer(self.settings)
        return self._price

    @property
    def known_projects(self) -> tuple[str, ...]:
        """Folders that agents worked in, as of the last scan: some agents keep their records there."""
        return self._projects

    @property
    def _machine(self) -> Places:
        return places(self.settings, self._environ, self._projects)

    def sources(self) -> tuple[AgentSource, ...]:
        """Return the sources that the user lets us read."""
        return tuple(source for source in SOURCES if source.id not in self.settings.sources_off)

    def scan(self, progress: Progress | None = None) -> int:
        """Read everything that is new into the ledger; returns how many responses are new."""
        try:
            return self._scan(progress)
        except LedgerDamaged:
            return self._scan(progress)

    def _scan(self, progress: Progress | None) -> int:
        self._projects = tuple(self.ledger.projects(_PROJECTS_MOST))
        machine = self._machine
        self._resting.forget_changes()
        helped = self._looking.wants_help(self.ledger)
        if helped:
            self.close()  # an open ledger must not be carried into another process
        changed = self._looking.look(self.sources(), machine, self._now(), lambda: self.ledger, helped=helped)
        todo = [(log, self._unread_bytes(found) if was_read else found.size) for log, found, was_read in changed]
        total = sum(size for _, size in todo)
        done = 0

        def read_bytes(size: int) -> None:
            nonlocal done
            done += size
            if progress is not None:
                progress(done, max(total, done))

        logs = [log for log, _ in todo]
        if total >= bulk.BIG_BYTES and len(todo) > 1 and usable_cores() > 1:
            with alone_with_backlog(self.folders.ledger, lambda: read_bytes(0)) as was_read:
                before = self.ledger.responses()
                if not was_read and not self._read_in_processes(todo, read_bytes):
                    done = 0
                    book_logs(logs, self.ledger, self.price, self._now, read_bytes)  # what a process left undone
            if was_read:
                return self._scan(progress)
            new = self.ledger.responses() - before
        else:
            new = 0 if not logs else book_logs(logs, self.ledger, self.price, self._now, read_bytes)
        self.ledger.settle(lambda: self.price)
        self._scanned_at = self._now()
        return new

    def _unread_bytes(self, found: Found) -> int:
        mark = self.ledger.checkpoint(found.path)
        return found.size - mark.offset if mark is not None and found.size >= mark.offset else found.size

    def _read_in_processes(self, todo: Sequence[tuple[Log, int]], read_bytes: Callable[[int], None]) -> bool:
        jobs = [((log.source, log.path, log.route), size) for log, size in todo]
        cores = usable_cores()
        ledger = self.folders.ledger
        self.ledger.pass_over_text()
        if can_fork():
            price, now = self.price, self._now  # prices are loaded before the fork: once for all
            filling = self.ledger.begin_filling()
            self.close()  # an open ledger must not be carried into another process
            parent, whole = os.getpid(), sum(size for _, size in jobs)

            def work(jobs: Iterable[bulk.Job], tell: bulk.Tell, left: Callable[[], int]) -> None:
                early, hasty = os.getpid() == parent, filling is not None
                carry_out(ledger, jobs, price, now, tell, hasty=hasty, enough_for=lambda: enough(left(), whole, early=early))

            done = bulk.read_together(jobs, cores, work, read_bytes)
            if filling is not None:
                self.ledger.end_filling(filling)
            return done
        settings = self.folders.settings
        return bulk.read_in_processes([bulk.Order(str(ledger), str(settings), share) for share in bulk.shares(jobs, cores)], read_bytes)

    def look_at(self, paths: Sequence[str]) -> int:
        """Read what is new in these files, as far as they are known logs; an unknown one calls for `scan`."""
        known = [
            log for path in paths for seen in self._looking.surveys.values() if (log := seen.log(path)) is not None and self._is_rested(log)
        ]
        new = book_logs(known, self.ledger, self.price, self._now, lambda _: None)
        if new:
            self._scanned_at = self._now()
        for log in known:
            if form_of(log.path) is Form.STORE and (mark := self.ledger.checkpoint(log.path)) is not None and mark.size < 0:
                self._resting.come_back(log.path, self._now())  # locked: the change that was heard of may have been its last one
        return new

    def _is_rested(self, log: Log) -> bool:
        """Say whether a record may be read now; one that changes all the time is left alone for a while, up to the next scan."""
        return self._resting.may_be_read(log.path, rest_of(log.path, self._looking.surveys[log.source].source.rest_s), self._now())

    def rested(self) -> frozenset[str]:
        """Return the records that changed while they were left alone, and may be looked at now."""
        return self._resting.over(self._now())

    def rest_left_s(self) -> float | None:
        """Return in how many seconds one of them may be; `None` when none changed."""
        return self._resting.left_s(self._now())

    def paths(self) -> frozenset[str]:
        """Return the files that the last scan met."""
        return frozenset(path for seen in self._looking.surveys.values() for path in seen.paths())

    def is_new(self, path: str) -> bool:
        """Say whether a file that the last scan did not meet looks like a record of an agent, or a folder that came or went may hold one.

        Agents may have worked in folders where others come and go all the time, such as that for temporary files.
        """
        folder = path.removesuffix(os.sep)
        return any(seen.takes(path) if folder == path else seen.enters(folder) for seen in self._looking.surveys.values())

    @property
    def folders_below(self) -> int:
        """How many folders the last scan entered."""
        return sum(seen.folders for seen in self._looking.surveys.values())

    def followed(self) -> tuple[str, ...]:
        """Return the links that the last scan followed, to logs and to folders of them."""
        return tuple(path for seen in self._looking.surveys.values() for path in seen.followed)

    def keep_polled(self, polled: Sequence[Polled]) -> None:
        """Let `doctor` know which folders are looked at on a timer, and why."""
        said = json.dumps([[each.folder, each.reason] for each in polled])
        if (self.ledger.fact("polled") or "[]") != said:
            self.ledger.keep_fact("polled", said)

    def polled(self) -> tuple[Polled, ...]:
        """Return which folders the running program looks at on a timer, and why."""
        return tuple(Polled(folder, reason) for folder, reason in json.loads(self.ledger.fact("polled") or "[]"))

    def snapshot(self, scan: "Scan | None" = None) -> "Snapshot":
        """Return what is true now."""
        from tankful.engine.picture import picture  # noqa: PLC0415 - a plain report needs none of it
        from tankful.engine.served_otherwise import with_changes  # noqa: PLC0415 - same

        now, feeds, problems, zone = self._now(), self.feeds(), self.problems(), self.zone
        aware = scan is None and self._scanned_at is not None  # what is booked out of order teaches nonsense
        with self.ledger.history() as history:
            stand = self._accounts.stand(history, now)
            self.routed, routing = stand.routed, self._accounts.routing
            if aware:
                self.aware.look(self.ledger, history, zone, now)
            seen = picture(history, self.settings, zone, now, feeds, problems, scan, stand, routing, self.aware.spikes)
            if aware:
                seen = self.aware.suggest(self.ledger, history, seen, lambda: self.price, self.settings, zone)
                seen = self.aware.check_switches(history, seen, self.folders.data)
            seen = with_changes(seen, history, lambda: self.price)
        if aware:
            seen = self.aware.keep(self.ledger, seen, zone, self.settings)
        return seen

    def expect(self, question: Question) -> None:
        """Look up what will be asked, while the next scan has other processes look at logs."""
        self._looking.expect(question)

    def rows(self, question: Question) -> Sequence[UsageRow]:
        """Return sums broken down as asked."""
        return self._looking.rows(question, self.ledger)

    def feeds(self, *, prompts: bool = True) -> tuple[FeedHealth, ...]:
        """Return how each source does; without `prompts`, none of those are counted."""
        counts = self._looking.counts(self.ledger, prompts=prompts)
        feeds = source_feeds(self.sources(), self._looking.surveys, counts, self._scanned_at)
        kept = self.ledger.moved_aside
        if kept is None:
            return feeds
        return (*feeds, *begun_anew(self.folders.data / kept, self._now()))

    def problems(self) -> tuple[Problem, ...]:
        """Return the newest flaws met in logs, and what could not be read at all or was passed over."""
        return (*self.passed_over(), *(noted.problem for noted in self.ledger.problems()))

    def look_at_text(self) -> None:
        """Look for broken characters in text that was passed over while a backlog was read; no figure hangs on them."""
        if self.ledger.is_text_unseen():
            from tankful.watch.broken_text import broken_in  # noqa: PLC0415 - after a backlog only

            self.ledger.note_broken_text(broken_in((seen.source.id, seen.paths()) for seen in self._looking.surveys.values()))

    def passed_over(self) -> tuple[Problem, ...]:
        """Return what the last scan could not read at all, and what is no log though it looks like one."""
        refused = [Problem(Flaw.UNREADABLE, path) for seen in self._looking.surveys.values() for path in seen.refused]
        return (*refused, *(problem for seen in self._looking.surveys.values() for problem in seen.odd))

    def roots_of(self, source: AgentSource) -> tuple[Root, ...]:
        """Return the folders a source writes below, existing or not."""
        return roots_of(source, self._machine)

    def surveys(self) -> tuple[SourceSurvey, ...]:
        """Return what the last scan found of every source."""
        return tuple(self._looking.surveys.values())

    def insist_on_writing(self) -> None:
        """Write something into the ledger, which fails where nothing can be written."""
        self.ledger.keep_fact("written", self._now().isoformat())

    def keep_tidy(self) -> None:
        """Fold what is too old, as the settings say; cheap when there is nothing to do."""
        self.ledger.fold(self.settings.keep_events_days, self.settings.keep_sums_days)

    def reprice(self) -> int:
        """Price everything that is kept again; returns how many costs changed."""
        return self.ledger.reprice(self.price, self._revision())

    def reprice_if_due(self) -> int:
        """Price everything again if the prices are not those of last time."""
        if self.ledger.fact("prices") == self._revision():
            return 0
        return self.reprice()

    def _revision(self) -> str:
        return revision(resource("prices.json"), self.settings.prices, self.settings.aliases)

    def close(self) -> None:
        """Close the ledger; it opens again when it is next needed."""
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None


def open_reading(folders: Folders, settings: Settings, now: Callable[[], datetime], environ: Mapping[str, str] | None = None) -> Reading:
    """Return a reading of this machine."""
    return Reading(folders, settings, now, os.environ if environ is None else environ)
