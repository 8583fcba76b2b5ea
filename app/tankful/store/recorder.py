"""Books responses: each once, whatever identities and copies it is met under, together with the checkpoint it came from."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import compress, islice
from operator import itemgetter
from typing import NamedTuple

from tankful.core.batch import Batch, Checkpoint
from tankful.core.totals import SessionTotal
from tankful.core.usage import ECHO_MASK, Prompt, UsageEvent
from tankful.store.by_products import sort_out
from tankful.store.contexts import Contexts
from tankful.store.moments import QUARTER_US, microseconds
from tankful.store.names import Names, storable
from tankful.store.prepared import Prepared, joined, prepare
from tankful.store.rows import AT, COLUMNS, CONTEXT, FLAGS, Pricer, Row, Sketch, event_of, row_of
from tankful.store.sums import add, settle_sums
from tankful.store.transaction import insert, writing

_KEYS_AT_ONCE = (8, 64, 512)
"""How many identities a statement looks up: few statements to prepare, and a list of numbers as JSON takes a quarter longer."""
_KEYS_MOST = _KEYS_AT_ONCE[-1]
_NOBODY = 0
"""Stands in `forward` for the response that has an identity now, where a by-product had it that gave way to a better record."""


class Booked(NamedTuple):
    """What became of events."""

    new: int
    """How many responses are new."""
    first_new: int
    """The number of the first one; all that are new follow it."""
    owner: Mapping[int, int]
    """The response that each identity is known under by now."""


class Recorder:
    """The only writer of responses. Not for use by two threads at once; two processes may."""

    def __init__(self, connection: sqlite3.Connection, names: Names, contexts: Contexts) -> None:
        self._connection = connection
        self._names = names
        self._contexts = contexts

    def record(
        self, batches: Sequence[Batch], price: Pricer, now: datetime, prepared: Sequence[Prepared] = (), *, begun: bool = False
    ) -> int:
        """Book these batches in one transaction and return how many responses are new.

        `begun`: the transaction is open already. `prepared`: what was worked out beforehand, for all of them or for none. What is new is
        added to the sums; quarters in which something changed are marked as behind, and `settle` brings them up to date.
        """
        new = 0
        try:
            with writing(self._connection, begun=begun):
                events = [event for batch in batches for event in batch.events]
                ready = [*prepared] if prepared or not events else [prepare(events, price)]
                totals = [total for batch in batches for total in batch.totals]
                if totals:
                    grown = self._grown(totals, now)
                    events += grown
                    ready.append(prepare(grown, price))
                if events:
                    new = _Booking(self._connection, self._names, self._contexts, price).book(events, joined(ready))
                self._note(batches, microseconds(now))
        except BaseException:
            self._contexts.forget()
            raise
        return new

    def _grown(self, totals: Sequence[SessionTotal], now: datetime) -> list[UsageEvent]:
        from tankful.store.counters import Counters  # noqa: PLC0415 - most agents keep single responses

        return Counters(self._connection).grown(totals, now)

    def book(self, events: Sequence[UsageEvent], ready: Prepared, price: Pricer, flag: int) -> Booked:
        """Book these events inside the caller's transaction, as `record` does; what is new is marked with a flag."""
        booking = _Booking(self._connection, self._names, self._contexts, price, flag)
        new = booking.book(events, ready)
        return Booked(new, booking.first_new, booking.owner)

    def settle(self) -> bool:
        """Bring the sums up to date; says whether any were behind."""
        if self._connection.execute("SELECT 1 FROM behind LIMIT 1").fetchone() is None:
            return False
        with writing(self._connection):
            settle_sums(self._connection)
        return True

    def _note(self, batches: Sequence[Batch], seen: int) -> None:
        """Keep what batches hold besides responses; `seen` in microseconds."""
        many = self._connection.executemany
        self._note_prompts(sorted((prompt for batch in batches for prompt in batch.prompts), key=_PROMPT_KEY))
        asked = [each for batch in batches for each in batch.asked]
        if asked:
            from tankful.store.asked import note_asked  # noqa: PLC0415 - seldom does another model answer

            note_asked(self._connection, self._names, asked)
        many(
            "INSERT INTO problem VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT DO UPDATE SET"
            " times = times + (excluded.line > line), line = max(line, excluded.line), seen = excluded.seen",
            [
                (storable(flaw.path), flaw.flaw.name, batch.checkpoint.source, flaw.line, seen)
                for batch in batches
                for flaw in batch.problems
            ],
        )
        readable = [(storable(batch.checkpoint.path), seen) for batch in batches if batch.checkpoint.inode]
        many("DELETE FROM problem WHERE path = ? AND line = 0 AND seen < ?", readable)
        _keep_checkpoints(self._connection, [batch.checkpoint for batch in batches])

    def _note_prompts(self, prompts: Iterable[Prompt]) -> None:
        number = self._names.number
        numbers: dict[tuple[str, str, str], tuple[int, int, int]] = {}
        rows: list[tuple[int, ...]] = []
        for agent, key, at, session, project in prompts:
            whose = (agent, session, project)
            numbered = numbers.get(whose)
            if numbered is None:
                numbered = numbers[whose] = (number(agent), number(session), number(project))
            rows.append((key, microseconds(at), *numbered))
        insert(self._connection, "INSERT OR IGNORE INTO prompt", 5, rows)


def _keep_checkpoints(connection: sqlite3.Connection, marks: Iterable[Checkpoint]) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                storable(mark.path),
                mark.source,
                mark.device,
                mark.inode,
                mark.size,
                mark.modified_ns,
                mark.offset,
                mark.line,
                mark.passing_over,
                mark.head,
                mark.tail,
                mark.fields,
            )
            for mark in {mark.path: mark for mark in marks}.values()
        ],
    )


_KEYS = itemgetter(UsageEvent._fields.index("keys"))
_PROMPT_KEY = itemgetter(Prompt._fields.index("key"))


class _Booking:
    """One batch on its way into the ledger, inside an open transaction."""

    def __init__(self, connection: sqlite3.Connection, names: Names, contexts: Contexts, price: Pricer, flag: int = 0) -> None:
        self._connection = connection
        self._names = names
        self._contexts = contexts
        self._price = price
        self._flag = flag
        """What new responses are marked with."""
        self.first_new = 0
        """The number of the first one."""
        self.owner: dict[int, int] = {}
        """Response by identity, as far as this batch asks for it."""
        self._response: dict[int, UsageEvent | None] = {}
        """What is known of the responses met here; `None`: folded into sums long ago."""
        self._sketch: dict[int, Sketch] = {}
        """What will stand in the columns of responses that are new, in their order, but for those that a second sighting has changed."""
        self._changed: set[int] = set()
        self._behind: set[int] = set()

    def book(self, events: Sequence[UsageEvent], ready: Prepared) -> int:
        gone, kept = sort_out(self._connection, self._names, events)
        if gone:
            self._behind.update(at // QUARTER_US for _, at in gone)
            self._set_free([number for number, _ in gone])
        if kept is not None:
            events, ready = [*compress(events, kept)], ready.only(kept)
        self._look_up(sorted(ready.asked))
        known = len(self.owner)
        self.first_new = following = _last_number(self._connection) + 1
        owner, response, sketches = self.owner, self._response, self._sketch
        owners = owner.keys()
        for event, keys, mate, sketch in zip(events, map(_KEYS, events), ready.mates, ready.sketches, strict=True):
            beside = None if mate is None else mate ^ ECHO_MASK
            alone = owners.isdisjoint(keys) and mate not in owner and beside not in owner
            met = None if alone else self._met(keys, mate, beside, event)
            if not met:
                number = sketch[1][0] = following
                following += 1
                response[number] = event
                sketches[number] = sketch
            else:
                number = self._join(met, event)
            for key in keys if beside is None else (*keys, beside):
                if key not in owner:
                    owner[key] = number
        # What was looked up comes first: the rest is new. In their order, since all that belongs on a page is written at once then.
        fresh = sorted(islice(owner, known, None))
        insert(self._connection, "INSERT OR IGNORE INTO identity", 2, zip(fresh, map(owner.__getitem__, fresh), strict=True))
        new = self._write(following)
        self._connection.executemany("INSERT OR IGNORE INTO behind VALUES (?)", [(quarter,) for quarter in self._behind])
        return new

    def _set_free(self, numbers: list[int]) -> None:
        """Let whoever is met next under an identity of these responses have it: they gave way, and are not folded."""
        self._connection.executemany("UPDATE forward SET now = ? WHERE now = ?", [(_NOBODY, number) for number in numbers])
        self._connection.executemany("INSERT INTO forward VALUES (?, ?)", [(number, _NOBODY) for number in numbers])

    def _look_up(self, asked: list[int]) -> None:
        if self._connection.execute("SELECT 1 FROM identity LIMIT 1").fetchone() is None:
            return
        found: list[tuple[int, int]] = []
        for start in range(0, len(asked), _KEYS_MOST):
            some = asked[start : start + _KEYS_MOST]
            places = next(count for count in _KEYS_AT_ONCE if count >= len(some))
            found += self._connection.execute(_owners(places), some + [None] * (places - len(some))).fetchall()
        free = [(key,) for key, number in found if number == _NOBODY]
        if free:
            self._connection.executemany("DELETE FROM identity WHERE key = ?", free)
            found = [(key, number) for key, number in found if number != _NOBODY]
        if not found:
            return
        self.owner.update(found)
        numbers = {number for _, number in found}
        self._response.update(dict.fromkeys(numbers))
        rows = self._connection.execute("SELECT * FROM usage WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(numbers)),))
        for row in rows.fetchall():
            self._response[row[0]] = event_of(row, self._contexts)

    def _met(self, keys: Sequence[int], mate: int | None, beside: int | None, event: UsageEvent) -> set[int]:
        """Return the responses that a sighting belongs to; `beside` is where echoes and bare ones of its kind are found.

        An original joins an echo only as long as that has found no other: a relay may give all originals one message id. For
        the same reason a bare one and what it may be a copy of have to look alike, and a bare one joins no other.
        """
        owner = self.owner
        met = {owner[key] for key in keys if key in owner and (key != beside or _may_be_one(event, self._response[owner[key]]))}
        for place in (mate, beside) if event.echo or event.is_bare else (mate,):
            if place in owner and (_are_one(event, self._response[owner[place]]) or (event.echo and place == mate)):
                met.add(owner[place])
        return met

    def _join(self, met: Iterable[int], event: UsageEvent) -> int:
        """Add a sighting to the response it belongs to; one that bridges two makes them one."""
        first, *others = sorted(met)
        held = whole = self._response[first]
        for other in others:
            twin = self._response[other]
            whole = None if whole is None or twin is None else whole.merged(twin)
            self._forget(other, first)
        if whole is None:  # a part of it was folded: it is in the sums already
            if held is not None:
                self._erase(first)
                self._response[first] = None
            return first
        whole = whole.merged(event)
        if whole != held:
            self._sketch.pop(first, None)
            self._response[first] = whole
            self._changed.add(first)
        return first

    def _forget(self, number: int, now: int) -> None:
        self._erase(number)
        for key, owner in self.owner.items():
            if owner == number:
                self.owner[key] = now
        self._connection.execute("UPDATE forward SET now = ? WHERE now = ?", (now, number))
        self._connection.execute("INSERT INTO forward VALUES (?, ?)", (number, now))

    def _erase(self, number: int) -> None:
        self._response.pop(number, None)
        self._sketch.pop(number, None)
        self._changed.discard(number)
        row = self._connection.execute("DELETE FROM usage WHERE id = ? RETURNING at", (number,)).fetchone()
        if row:
            self._behind.add(row[0] // QUARTER_US)

    def _write(self, following: int) -> int:
        """Insert what is new and rewrite what changed; returns how many are new."""
        connection, first_new = self._connection, self.first_new
        changed = [number for number in self._changed if number < first_new]
        if changed:
            before = connection.execute(
                "DELETE FROM usage WHERE id IN (SELECT value FROM json_each(?)) RETURNING at", (json.dumps(changed),)
            )
            self._behind.update(at // QUARTER_US for (at,) in before.fetchall())
        rows, new = self._rows(changed), self._new_rows()
        booked = len(new)
        if self._flag:
            for row in new:
                row[FLAGS] |= self._flag
        self._behind.update(row[AT] // QUARTER_US for row in rows)
        folded = connection.execute("SELECT value FROM fact WHERE name = 'folded_until'").fetchone()
        if folded is not None:
            border = int(folded[0]) * QUARTER_US
            add(connection, [row for row in rows + new if row[AT] < border])
            rows, new = [row for row in rows if row[AT] >= border], [row for row in new if row[AT] >= border]
            self._behind = {quarter for quarter in self._behind if quarter >= int(folded[0])}
        insert(connection, "INSERT INTO usage", COLUMNS, rows + new)
        add(connection, new)
        connection.execute("INSERT OR REPLACE INTO fact VALUES ('last_response', ?)", (str(following - 1),))
        return booked

    def _new_rows(self) -> list[Row]:
        """Return the columns of the responses that are new: mostly as they were sketched."""
        context = self._contexts.numbers
        rows: list[Row] = []
        for shared, row in self._sketch.values():
            row[CONTEXT] = context[shared]
            rows.append(row)
        return rows + self._rows([number for number in self._changed if number >= self.first_new])

    def _rows(self, numbers: Iterable[int]) -> list[Row]:
        """Return the columns of responses of which more was seen than at first."""
        rows: list[Row] = []
        for number in numbers:
            event = self._response[number]
            if event is not None:
                rows.append(row_of(number, event, self._contexts, self._price(event)))
        return rows


@cache
def _owners(places: int) -> str:
    """Return the question which responses so many identities belong to."""
    return (
        f"WITH asked (key) AS (VALUES {', '.join(['(?)'] * places)}) SELECT identity.key, coalesce(now, identity.usage)"  # noqa: S608 - only marks are put in
        " FROM asked CROSS JOIN identity ON identity.key = asked.key LEFT JOIN forward ON forward.usage = identity.usage"
    )


def _last_number(connection: sqlite3.Connection) -> int:
    """Return the largest number ever given: none is given again, even where its response was joined to another or folded."""
    row = connection.execute("SELECT value FROM fact WHERE name = 'last_response'").fetchone()
    return int(row[0]) if row else 0


def _are_one(event: UsageEvent, held: UsageEvent | None) -> bool:
    """Say whether a sighting and a response that it met under an echo's number are one; `None`: folded, so nothing tells."""
    if held is None:
        return False
    if event.echo:
        return held.is_bare and _may_be_one(event, held)
    if event.is_bare and event.aside:
        return held.echo and event.looks_like(held)
    return held.echo or (event.is_bare != held.is_bare and not held.aside and event.looks_like(held))


def _may_be_one(echo: UsageEvent, held: UsageEvent | None) -> bool:
    """Say whether nothing speaks against an echo and what is found where echoes are being one: a sub-agent's bare one looks like it."""
    return held is None or not (held.is_bare and held.aside) or echo.looks_like(held)
