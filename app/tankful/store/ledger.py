"""The ledger: everything that was ever spent, and how far every log was read."""

import sqlite3
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tankful.core.batch import Batch, Checkpoint
from tankful.core.errors import LedgerDamaged
from tankful.core.heard import Disagreement
from tankful.core.problems import Flaw, NotedProblem, Problem
from tankful.core.usage import Prompt
from tankful.store import haste
from tankful.store.contexts import Contexts
from tankful.store.database import explained, is_damage, move_aside, open_database
from tankful.store.event_counts import EventCounts
from tankful.store.file_lock import FileLock
from tankful.store.gateway_prices import GatewayPrices
from tankful.store.hearing import HEARD, HeardOf, Hearing, Keyed
from tankful.store.history import History
from tankful.store.moments import microseconds
from tankful.store.names import Names, storable
from tankful.store.prepared import Prepared, prepare
from tankful.store.recorder import Recorder
from tankful.store.repricing import Repricing
from tankful.store.retention import fold, forgotten
from tankful.store.rows import Pricer
from tankful.store.shape import in_shape
from tankful.store.sums import settle_sums
from tankful.store.transaction import begin_if_free, writing

if TYPE_CHECKING:
    from tankful.core.inbox import Inbox
    from tankful.store.account_recorder import AccountRecorder
    from tankful.store.accounts import Accounts
    from tankful.store.forecasts import Forecasts
    from tankful.store.notices import Notices

T = TypeVar("T")
_TEXT_UNSEEN = "text_unseen"
"""A fact that holds until somebody has looked for broken characters in the text that was passed over."""

Glance = tuple[str, int, int, int, int]
"""Path, device, inode, size, time of change."""
Left = dict[str, Glance]
"""By path."""


class Ledger:
    """One open ledger file.

    Every method may raise `LedgerUnusable` (disk full, locked, no permission) or, once, `LedgerDamaged`: then an empty
    ledger has taken the place of the broken one, and every log must be read again from its beginning.
    """

    def __init__(self, path: Path, now: Callable[[], datetime], *, hasty: bool = False) -> None:
        """Open or create the ledger at `path`; `hasty`: between `begin_filling` and `end_filling` of another one."""
        self.path = path
        self._now = now
        self._connection, moved_aside = open_database(path, now())
        if hasty:
            haste.be_hasty(self._connection)
        self._begin()
        if moved_aside is not None:
            self.keep_fact("moved_aside", moved_aside.name)

    def _begin(self) -> None:
        self._opened = object()  # what is counted of one connection says nothing of another
        self._booked: set[str] = set()
        self._names = Names(self._connection)
        self._contexts = Contexts(self._connection, self._names)
        self._recorder = Recorder(self._connection, self._names, self._contexts)
        self._prices = GatewayPrices(self._connection)
        self._history = History(self._connection, self._names)
        self._counts = EventCounts(self._connection, self._names)
        self._hearing = Hearing(self._connection, self._names, self._contexts)

    @contextmanager
    def _guarded(self) -> Generator[None]:
        try:
            with explained(self.path), in_shape(self._connection):
                yield
        except sqlite3.DatabaseError as broken:
            if not is_damage(broken):
                raise
            self.close()
            moved_aside = move_aside(self.path, self._now())
            self._connection, _ = open_database(self.path, self._now())
            self._begin()
            self.keep_fact("moved_aside", moved_aside.name)
            raise LedgerDamaged("The ledger was damaged", f"It was kept as {moved_aside.name}; the logs are read again.") from broken

    def prepared(self, batch: Batch, price: Pricer) -> Prepared | None:
        """Work out what can be known of a batch before it is recorded; `None` where what gateways say decides about prices."""
        with self._guarded():
            return None if self._prices.known() else prepare(batch.events, price)

    def record(self, batches: Sequence[Batch], price: Pricer, prepared: Sequence[Prepared | None] = ()) -> int:
        """Book batches with their checkpoints, all or nothing; returns how many responses are new.

        `prepared`: what was worked out for each of them before, if it was.
        """
        self._booked.update(batch.checkpoint.path for batch in batches)
        with self._guarded():
            gateways_first = self._prices.over(price)
            new = self._recorder.record(batches, gateways_first, self._now(), self._usable(prepared))
            self._settle_heard(gateways_first)
            return new

    def _usable(self, prepared: Sequence[Prepared | None]) -> Sequence[Prepared]:
        """Return what was worked out, unless a gateway has stated prices, be it since then."""
        ready = [each for each in prepared if each is not None]
        return ready if len(ready) == len(prepared) and not self._prices.known() else ()

    def record_if_free(self, batches: Sequence[Batch], price: Pricer, prepared: Sequence[Prepared | None] = ()) -> int | None:
        """Book batches as `record` does, unless another process is writing just now: then nothing happens."""
        with self._guarded():
            gateways_first = self._prices.over(price)
            if not begin_if_free(self._connection):
                return None
            self._booked.update(batch.checkpoint.path for batch in batches)
            new = self._recorder.record(batches, gateways_first, self._now(), self._usable(prepared), begun=True)
            self._settle_heard(gateways_first)
            return new

    def hear(self, calls: Sequence[Keyed], prompts: Sequence[Prompt], price: Pricer) -> int:
        """Book what agents reported live, all or nothing; returns how many calls are new to the ledger."""
        with self._guarded():
            gateways_first = self._prices.over(price)
            book = partial(self._recorder.book, price=gateways_first, flag=HEARD)
            return self._hearing_on(lambda: self._hearing.hear(calls, prompts, price, book, self._now()))

    def _settle_heard(self, price: Pricer) -> None:
        """Join what was reported live with what logs have told of it meanwhile."""
        if self._hearing.is_behind():
            self._hearing_on(lambda: self._hearing.settle(price, self._now()))

    def _hearing_on(self, work: Callable[[], T]) -> T:
        try:
            with writing(self._connection):
                return work()
        except BaseException:
            self._contexts.forget()
            raise

    def heard(self) -> list[HeardOf]:
        """Return which agents reported live in the last week: how many calls, and when the last one was."""
        with self._guarded():
            return self._hearing.heard()

    def compared(self) -> list[Disagreement]:
        """Return what agents said that their calls cost, beside what our prices make of them."""
        with self._guarded():
            return self._hearing.compared()

    def begin_filling(self) -> FileLock | None:
        """Let ledgers opened in haste fill this one, if it is empty and that is safe here; keep what is returned until `end_filling`."""
        with self._guarded():
            return haste.begin_filling(self._connection, self.path)

    def put_in_place(self) -> None:
        """Copy what was written into its place while another process still writes, so that the last one has less to do."""
        with self._guarded():
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def rest(self) -> None:
        """Let go of the pages that are kept in memory: what is needed again is read again."""
        with self._guarded():
            self._connection.execute("PRAGMA shrink_memory").fetchall()

    def end_filling(self, lock: FileLock) -> None:
        """Have on disk what they wrote."""
        with self._guarded():
            haste.end_filling(self._connection, self.path, lock)

    def settle(self, price: Callable[[], Pricer] | None = None) -> None:
        """Bring the sums up to date with what was recorded; with prices at hand also what was reported live."""
        with self._guarded():
            if price is not None and self._hearing.is_behind():
                self._settle_heard(self._prices.over(price()))
            self._recorder.settle()

    @contextmanager
    def history(self) -> Generator[History]:
        """Ask questions about what was spent, all answered from one state of the ledger."""
        with self._guarded():
            self._recorder.settle()
            self._connection.execute("BEGIN")
            try:
                yield self._history
            finally:
                with suppress(sqlite3.Error):  # a failed read may have ended it
                    self._connection.execute("COMMIT")

    @contextmanager
    def accounts(self) -> "Generator[Accounts]":
        """Ask what the linked accounts were told last, all answered from one state of the ledger."""
        from tankful.store.accounts import Accounts  # noqa: PLC0415 - only whoever has an account asks

        with self._guarded():
            self._connection.execute("BEGIN")
            try:
                yield Accounts(self._connection)
            finally:
                with suppress(sqlite3.Error):  # a failed read may have ended it
                    self._connection.execute("COMMIT")

    @contextmanager
    def forecasts(self) -> "Generator[Forecasts]":
        """Keep what is foretold, all of it or nothing."""
        from tankful.store.forecasts import Forecasts  # noqa: PLC0415 - a plain report needs none of it

        with self._guarded(), writing(self._connection):
            yield Forecasts(self._connection)

    @contextmanager
    def notices(self) -> "Generator[Notices]":
        """Keep what is said to the user, all of it or nothing."""
        from tankful.store.notices import Notices  # noqa: PLC0415 - a plain report needs none of it

        with self._guarded(), writing(self._connection):
            yield Notices(self._connection)

    def inbox(self, now: datetime) -> "Inbox":
        """Return what was said to the user lately, and what is snoozed at `now`."""
        from tankful.store.notices import Notices  # noqa: PLC0415 - a plain report needs none of it

        with self._guarded():
            return Notices(self._connection).inbox(now)

    @contextmanager
    def account_recorder(self) -> "Generator[AccountRecorder]":
        """Keep what an account was told, all of it or nothing; sums are settled when history is asked."""
        from tankful.store.account_recorder import AccountRecorder  # noqa: PLC0415 - only whoever has an account is told anything

        with self._guarded():
            try:
                with writing(self._connection):
                    yield AccountRecorder(self._connection, self._contexts, self._history.routed, self._prices)
            except BaseException:
                self._contexts.forget()
                self._prices.forget()
                self._history.routed.forget()
                raise

    def left(self) -> dict[str, Left]:
        """Return by source what a glance at every file showed when it was last read."""
        with self._guarded():
            left: dict[str, Left] = {}
            rows = self._connection.execute("SELECT path, device, inode, size, modified_ns, source FROM checkpoint")
            for source, some in groupby(rows, itemgetter(5)):  # in order of paths, so mostly one agent's all at once
                left.setdefault(source, {}).update([(row[0], row[:5]) for row in some])
            return left

    def logs(self, most: int) -> int:
        """Return how many logs were read, counted up to `most`."""
        with self._guarded():
            row = self._connection.execute("SELECT count(*) FROM (SELECT 1 FROM checkpoint LIMIT ?)", (most,)).fetchone()
            return int(row[0])

    def mark(self) -> object:
        """Return something that is equal later if nothing was written meanwhile, through this ledger or by another process."""
        return (self._opened, self.version(), self._connection.total_changes)

    def mark_of_others(self) -> object:
        """Return something that is equal later if no other process wrote meanwhile."""
        return (self._opened, self.version())

    def booked(self) -> frozenset[str]:
        """Return the logs whose checkpoints were written through this ledger since it was asked last."""
        booked = frozenset(self._booked)
        self._booked.clear()
        return booked

    def projects(self, most: int) -> list[str]:
        """Return folders that agents worked in, the latest first."""
        with self._guarded():
            rows = self._connection.execute(
                "SELECT text FROM name WHERE id IN (SELECT DISTINCT project FROM context WHERE project) ORDER BY id DESC LIMIT ?", (most,)
            )
            return [str(text) for (text,) in rows]

    def checkpoint(self, path: str) -> Checkpoint | None:
        """Return how far one file was read."""
        with self._guarded():
            row = self._connection.execute("SELECT * FROM checkpoint WHERE path = ?", (storable(path),)).fetchone()
            return None if row is None else Checkpoint._make((*row[:8], bool(row[8]), *row[9:]))

    def problems(self) -> list[NotedProblem]:
        """Return the flaws that were met in logs, newest first."""
        with self._guarded():
            rows = self._connection.execute("SELECT path, flaw, source, line, times FROM problem ORDER BY seen DESC, path LIMIT 200")
            return [NotedProblem(Problem(Flaw[flaw], path, line), source, times) for path, flaw, source, line, times in rows]

    def pass_over_text(self) -> None:
        """Note that a backlog is about to be read without looking for broken characters in text that is kept nowhere."""
        self.keep_fact(_TEXT_UNSEEN, "1")

    def is_text_unseen(self) -> bool:
        """Say whether nobody has looked for them since."""
        return self.fact(_TEXT_UNSEEN) is not None

    def note_broken_text(self, broken: Sequence[tuple[str, str, int, int]]) -> None:
        """Keep where such characters are (source, path, how many lines, the last one): all that was passed over is seen."""
        with self._guarded(), writing(self._connection):
            seen = microseconds(self._now())
            self._connection.executemany(
                "INSERT OR REPLACE INTO problem VALUES (?, ?, ?, ?, ?, ?)",
                [(storable(path), Flaw.BAD_TEXT.name, source, line, times, seen) for source, path, times, line in broken],
            )
            self._connection.execute("DELETE FROM fact WHERE name = ?", (_TEXT_UNSEEN,))

    def responses(self) -> int:
        """Return how many responses are kept one by one."""
        with self._guarded():
            return int(self._connection.execute("SELECT count(*) FROM usage").fetchone()[0])

    def events(self) -> dict[str, int]:
        """Return how many responses of every agent are booked."""
        with self._guarded():
            return self._counts.by_agent()

    def prompts(self) -> dict[str, int]:
        """Return how many prompts of every agent were seen."""
        with self._guarded():
            rows = self._connection.execute("SELECT agent, count(*) FROM prompt GROUP BY agent").fetchall()
            return {self._names.text(agent): int(prompts) for agent, prompts in rows}

    def undated(self) -> dict[str, int]:
        """Return how many bookings of every agent stand at the last change of a sum, because nothing says when it grew."""
        with self._guarded():
            rows = self._connection.execute(
                "SELECT agent, count(*) FROM usage INDEXED BY usage_undated JOIN context ON context.id = usage.context"
                " WHERE flags & 16 GROUP BY agent"
            ).fetchall()
            return {self._names.text(agent): int(events) for agent, events in rows}

    def fold(self, keep_events_days: int, keep_sums_days: int) -> None:
        """Fold responses that are too old into their sums, and drop sums that are too old."""
        with self._guarded():
            fold(self._connection, self._now(), keep_events_days, keep_sums_days)

    def forgotten(self) -> dict[str, int]:
        """Return how many requests of every agent are older than even sums are kept."""
        with self._guarded():
            return forgotten(self._connection)

    def reprice(self, price: Pricer, revision: str) -> int:
        """Price everything again; returns how many costs changed."""
        with self._guarded():
            with writing(self._connection):
                changed = Repricing(self._connection, self._contexts, self._prices, price).everything()
                settle_sums(self._connection)
            self.keep_fact("prices", revision)
            return changed

    def fact(self, name: str) -> str | None:
        """Return something that was kept about the ledger itself."""
        with self._guarded():
            row = self._connection.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
            return None if row is None else str(row[0])

    def keep_fact(self, name: str, value: str) -> None:
        """Keep something about the ledger itself."""
        with self._guarded(), writing(self._connection):
            self._connection.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))

    def swap_fact(self, name: str, before: str | None, after: str) -> bool:
        """Keep something in place of what was there (`None`: nothing); says whether that was there still."""
        with self._guarded(), writing(self._connection):
            row = self._connection.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
            if (None if row is None else str(row[0])) != before:
                return False
            self._connection.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, after))
            return True

    @property
    def moved_aside(self) -> str | None:
        """Name of the damaged ledger that this one took the place of, if any."""
        return self.fact("moved_aside")

    def version(self) -> int:
        """Return a number that changes when another process changes the ledger."""
        with self._guarded():
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def flaws_inside(self) -> str:
        """Check the whole file; returns what is wrong, empty when it is sound."""
        with self._guarded():
            said = str(self._connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            return "" if said == "ok" else said

    def close(self) -> None:
        """Close the file; nothing is lost without it."""
        self._connection.close()
