"""Books what agents report live, so that a call is one response whether its log or its report is met first.

A report and its log know each other by the vendor's request id where both have it: then they share a key, and the recorder joins them like
any two sightings. Else a report waits in table `heard` for a response of the same session that was given as many tokens and gave as many,
at about the same time; each report takes one response and each response one report, so that two calls alike stay two.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from operator import add
from typing import NamedTuple

from tankful.core.heard import Disagreement, HeardCall
from tankful.core.making import made
from tankful.core.usage import AskedOtherwise, Prompt, UsageEvent
from tankful.store.contexts import Contexts
from tankful.store.moments import QUARTER_US, microseconds, moment
from tankful.store.names import Names
from tankful.store.prepared import Prepared, prepare
from tankful.store.recorder import Booked
from tankful.store.rows import COST, PLACEHOLDER, Pricer, dollars, event_of, nano_of, row_of
from tankful.store.transaction import insert

HEARD = 64
"""Flag of a response that nothing but a live report told of. The recorder does not know what it means: what it joins with a log's event, it
writes anew and without the flag."""
APART_US = 600_000_000
"""A log and a report date a call by its beginning or its end, and no call takes longer."""
_TURN_US = 300_000_000
"""A turn whose log says when it began may have its calls for so long after that."""
_SAME_PROMPT_US = 5_000_000
_KEYED = timedelta(days=2)
"""A log that is read later does not give its responses the key of their request."""
_REMEMBERED = timedelta(days=7)
"""For so long a log may be late."""
_PROMPT_REMEMBERED = timedelta(hours=1)

_WAITING = f"""
    SELECT heard.id, heard.usage, log.id
    FROM usage AS log CROSS JOIN context ON context.id = log.context
    CROSS JOIN heard ON heard.settled = 0 AND heard.agent = context.agent AND heard.session = context.session
        AND heard.prompt = log.input + log.cache_read + log.cache_write
    CROSS JOIN usage AS mine ON mine.id = heard.usage
    WHERE {{which}} AND log.flags & {HEARD} = 0 AND mine.flags & {HEARD} AND heard.of_turn = 0
        AND (heard.by_request = 0 OR heard.at < :keyed_from)
        AND abs(log.at - heard.at) <= {APART_US}
        AND (log.output = heard.output OR (log.flags & {PLACEHOLDER} AND log.output < heard.output))
        AND NOT EXISTS (SELECT 1 FROM heard AS taken WHERE taken.usage = log.id)
    ORDER BY log.output = heard.output DESC, context.model = (SELECT model FROM context WHERE id = mine.context) DESC,
        abs(log.at - heard.at), heard.id, log.id
"""  # noqa: S608 - our own whole numbers
_TURNS = f"""
    SELECT log.id FROM usage AS log CROSS JOIN context ON context.id = log.context
    WHERE {{which}} AND log.flags & {HEARD} = 0 AND EXISTS (
        SELECT 1 FROM heard WHERE heard.of_turn = 1 AND heard.agent = context.agent AND heard.session = context.session
            AND heard.at BETWEEN log.at - {_SAME_PROMPT_US} AND log.at + {_TURN_US})
        AND NOT EXISTS (SELECT 1 FROM heard AS taken WHERE taken.usage = log.id)
"""  # noqa: S608 - our own whole numbers
_NEW = "log.id > :after AND +log.at >= :since"
_CHANGED = f"""
    log.at >= max(:since, (SELECT min(quarter) FROM behind) * {QUARTER_US})
    AND log.at < (SELECT max(quarter) + 1 FROM behind) * {QUARTER_US}
    AND log.at / {QUARTER_US} IN (SELECT quarter FROM behind)
"""  # noqa: S608 - our own whole number
_SINCE = "log.at >= :since"
_CANDIDATE = f"""
    SELECT log.id FROM usage AS log WHERE log.at BETWEEN :at - {APART_US} AND :at + {APART_US} AND log.flags & {HEARD} = 0
        AND log.context IN (SELECT value FROM json_each(:contexts)) AND log.input + log.cache_read + log.cache_write = :prompt
        AND (log.output = :output OR (log.flags & {PLACEHOLDER} AND log.output < :output))
        AND NOT EXISTS (SELECT 1 FROM heard AS taken WHERE taken.usage = log.id)
    ORDER BY log.output = :output DESC, abs(log.at - :at), log.id LIMIT 1
"""  # noqa: S608 - our own whole numbers
_BEHIND = """
    SELECT EXISTS (SELECT 1 FROM heard_prompt) OR (EXISTS (SELECT 1 FROM heard) AND (EXISTS (SELECT 1 FROM behind)
        OR coalesce((SELECT value FROM fact WHERE name = 'heard_until'), '0')
            != coalesce((SELECT value FROM fact WHERE name = 'last_response'), '0')))
"""
_HEARD_ONLY = f"SELECT id FROM usage WHERE id IN (SELECT value FROM json_each(?)) AND flags & {HEARD}"  # noqa: S608 - our own whole number
_TOLD = "SELECT key FROM identity WHERE key IN (SELECT value FROM json_each(?))"
_TOLD_BY_REQUEST = """
    SELECT identity.key FROM json_each(?) AS asked CROSS JOIN identity ON identity.key = asked.value
    LEFT JOIN forward ON forward.usage = identity.usage
    CROSS JOIN heard ON heard.usage IN (identity.usage, coalesce(forward.now, identity.usage))
"""
_NOTED = "SELECT usage FROM heard WHERE usage IN (SELECT value FROM json_each(?))"
_NOTE = "INSERT INTO heard (usage, agent, session, at, prompt, output, by_request, of_turn, settled)"
_TWINS = f"""
    DELETE FROM prompt WHERE key IN (
        SELECT heard_prompt.key FROM heard_prompt CROSS JOIN prompt AS mine ON mine.key = heard_prompt.key
        WHERE EXISTS (SELECT 1 FROM prompt AS log WHERE log.at BETWEEN mine.at - {_SAME_PROMPT_US} AND mine.at + {_SAME_PROMPT_US}
            AND log.agent = mine.agent AND log.session = mine.session AND log.key NOT IN (SELECT key FROM heard_prompt)))
"""  # noqa: S608 - our own whole numbers


class HeardOf(NamedTuple):
    """What an agent reported in the last week."""

    agent: str
    calls: int
    last: datetime


class Keyed(NamedTuple):
    """A reported call whose event has its key: that of the request, if there is one, else its own."""

    call: HeardCall
    event: UsageEvent


Book = Callable[[Sequence[UsageEvent], Prepared], Booked]
"""Books events inside the open transaction; what is new is marked as `HEARD`."""


class Hearing:
    """Works on the ledger inside the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection, names: Names, contexts: Contexts) -> None:
        self._connection = connection
        self._names = names
        self._contexts = contexts

    def is_behind(self) -> bool:
        """Say whether logs may have told of something that reports told of before."""
        return self._one(_BEHIND) == 1

    def hear(self, calls: Sequence[Keyed], prompts: Sequence[Prompt], price: Pricer, book: Book, now: datetime) -> int:
        """Book calls and prompts; returns how many calls are neither known from a log nor told of before."""
        self.settle(price, now)
        fresh = self._unknown(calls)
        for keyed in fresh:
            response = self._in_the_log(keyed)
            if response is not None:
                self._connection.executemany("INSERT INTO identity VALUES (?, ?)", [(key, response) for key in keyed.event.keys])
                self._note([(keyed, response, True)])
        new = self._book(fresh, price, book) if fresh else 0
        asked = [*filter(None, map(_asked, fresh))]
        if asked:
            from tankful.store.asked import note_asked  # noqa: PLC0415 - seldom does another model answer

            note_asked(self._connection, self._names, asked)
        self._hear_prompts(prompts)
        self._forget(now)
        self._keep_mark()
        of_turns = [microseconds(keyed.event.at) for keyed in fresh if keyed.call.is_of_a_turn]
        if of_turns:
            self._turns(_SINCE, {"since": min(of_turns) - _TURN_US})
        return new

    def settle(self, price: Pricer, now: datetime) -> None:
        """Let what logs have told since the last time take the place of reports."""
        self._connection.execute(_TWINS)
        since = self._one("SELECT min(at) FROM heard")
        if since is None:
            return
        given = {"after": self._mark(), "since": since - APART_US, "keyed_from": microseconds(now - _KEYED)}
        for which in (_NEW, _CHANGED):
            self._join_pairs(which, given, price)
            self._turns(which, given)
        self._keep_mark()

    def _join_pairs(self, which: str, given: dict[str, int], price: Pricer) -> None:
        taken: set[int] = set()
        for heard, mine, log in self._connection.execute(_WAITING.format(which=which), given).fetchall():
            if mine not in taken and log not in taken:
                taken |= {mine, log}
                self._join(mine, log, price)
                self._connection.execute("UPDATE heard SET usage = ?, settled = 1 WHERE id = ?", (log, heard))

    def _join(self, mine: int, log: int, price: Pricer) -> None:
        """Make one response of two: the log's row stays, with what only the report knew."""
        execute = self._connection.execute
        told = execute("SELECT * FROM usage WHERE id = ?", (log,)).fetchone()
        said = execute("SELECT * FROM usage WHERE id = ?", (mine,)).fetchone()
        whole = event_of(told, self._contexts).merged(event_of(said, self._contexts))
        execute("DELETE FROM usage WHERE id IN (?, ?)", (mine, log))
        row = row_of(log, whole, self._contexts, price(whole))
        insert(self._connection, "INSERT INTO usage", len(row), [row])
        execute("UPDATE forward SET now = ? WHERE now = ?", (log, mine))
        execute("INSERT INTO forward VALUES (?, ?)", (mine, log))
        execute("UPDATE booked SET response = ? WHERE response = ?", (log, mine))
        self._behind({told[1], said[1], row[1]})

    def _turns(self, which: str, given: dict[str, int]) -> None:
        """Take the sums of turns out whose calls were reported one by one; their keys stay, so that they are not booked again."""
        if self._one("SELECT EXISTS (SELECT 1 FROM heard WHERE of_turn = 1)") == 1:
            for (log,) in self._connection.execute(_TURNS.format(which=which), given).fetchall():
                self._behind({self._connection.execute("DELETE FROM usage WHERE id = ? RETURNING at", (log,)).fetchone()[0]})

    def _unknown(self, calls: Sequence[Keyed]) -> list[Keyed]:
        """Return the calls that no report told of before; of one that is here twice, the first. A log may know the key of a request."""
        own = {keyed.event.keys[0]: keyed for keyed in reversed(calls)}
        known: set[int] = set()
        for told, by_request in ((_TOLD, False), (_TOLD_BY_REQUEST, True)):
            keys = [key for key, keyed in own.items() if bool(keyed.call.request) is by_request]
            if keys:
                known.update(key for (key,) in self._connection.execute(told, (json.dumps(keys),)).fetchall())
        return [keyed for key, keyed in reversed(own.items()) if key not in known]

    def _in_the_log(self, keyed: Keyed) -> int | None:
        """Return the response that a log has told of already; one with the key of its request is found by the recorder."""
        event = keyed.event
        if keyed.call.request or keyed.call.is_of_a_turn:
            return None
        session, agent = self._names.known(event.session), self._names.known(event.agent)
        contexts = self._connection.execute(
            # What is known from reports alone has neither a folder nor a vendor.
            "SELECT id FROM context WHERE session = ? AND agent = ? AND (project OR provider)",
            (session, agent),
        ).fetchall()
        if not contexts:
            return None
        given = {
            "at": microseconds(event.at),
            "contexts": json.dumps([number for (number,) in contexts]),
            "prompt": event.tokens.prompt,
            "output": event.tokens.output,
        }
        row = self._connection.execute(_CANDIDATE, given).fetchone()
        return None if row is None else int(row[0])

    def _book(self, fresh: Sequence[Keyed], price: Pricer, book: Book) -> int:
        """Book calls, and note which response each became, unless a call of that response is noted already; returns how many are new."""
        events = [keyed.event for keyed in fresh]
        ready = prepare(events, price)
        self._compare(fresh, [row[COST] for _, row in ready.sketches], price)
        booked = book(events, ready)
        owners: dict[int, tuple[Keyed, bool]] = {}
        for keyed in fresh:
            response = booked.owner.get(keyed.event.keys[0])
            if response is not None and response not in owners:
                owners[response] = (keyed, response < booked.first_new)
        known = json.dumps([response for response, (_, is_known) in owners.items() if is_known])
        for (response,) in self._connection.execute(_HEARD_ONLY, (known,)).fetchall():
            owners[response] = (owners[response][0], False)
        for (response,) in self._connection.execute(_NOTED, (known,)).fetchall():
            owners.pop(response, None)
        self._note([(keyed, response, settled) for response, (keyed, settled) in owners.items()])
        return booked.new

    def _note(self, notes: Iterable[tuple[Keyed, int, bool]]) -> None:
        """Note which response each call is, and whether a log has told of it."""
        number = self._names.number
        rows: list[tuple[int, ...]] = []
        for (call, event), response, settled in notes:
            agent, _, at, tokens, _, session = event[:6]
            given, output, read, write, _, _ = tokens
            whose = number(agent), number(session)
            rows.append((response, *whose, microseconds(at), given + read + write, output, bool(call.request), call.is_of_a_turn, settled))
        insert(self._connection, _NOTE, 9, rows)

    def _compare(self, fresh: Sequence[Keyed], costs: Sequence[int | None], price: Pricer) -> None:
        """Add up what agents say that their calls cost, and what our prices make of them.

        Only where an agent says more than `costs` is it asked what the call costs if it wrote to the cache for an hour.
        """
        sums: dict[tuple[str, str], list[int]] = {}
        for (call, event), low in zip(fresh, costs, strict=True):
            if call.stated_cost is None or low is None:
                continue
            stated, tokens, high = nano_of(call.stated_cost), event.tokens, low
            if stated > low and tokens.cache_write_1h != tokens.cache_write:
                high = price(made(UsageEvent, (*event[:3], tokens._replace(cache_write_1h=tokens.cache_write), *event[4:])))[0] or low
            of_model = sums.setdefault((event.agent, event.model or ""), [0, 0, 0, 0])
            of_model[:] = map(add, of_model, (1, stated, low, high))
        number = self._names.number
        self._connection.executemany(
            "INSERT INTO compared VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET calls = calls + excluded.calls,"
            " stated_nano = stated_nano + excluded.stated_nano, low_nano = low_nano + excluded.low_nano,"
            " high_nano = high_nano + excluded.high_nano",
            [(number(agent), number(model), *summed) for (agent, model), summed in sums.items()],
        )

    def heard(self) -> list[HeardOf]:
        """Return which agents reported in the last week, in the order of their names."""
        rows = self._connection.execute("SELECT agent, count(*), max(at) FROM heard GROUP BY agent").fetchall()
        return sorted(HeardOf(self._names.text(agent), calls, moment(last)) for agent, calls, last in rows)

    def compared(self) -> list[Disagreement]:
        """Return what agents said that their calls cost, by model."""
        rows = self._connection.execute("SELECT * FROM compared").fetchall()
        return [
            Disagreement(self._names.text(agent), self._names.text(model), calls, *map(dollars, nano))
            for agent, model, calls, *nano in rows
        ]

    def _hear_prompts(self, prompts: Sequence[Prompt]) -> None:
        for prompt in prompts:
            at, number = microseconds(prompt.at), self._names.number
            row = (prompt.key, at, number(prompt.agent), number(prompt.session), number(prompt.project))
            told = self._connection.execute(
                "SELECT 1 FROM prompt WHERE at BETWEEN ? AND ? AND agent = ? AND session = ? AND key NOT IN (SELECT key FROM heard_prompt)",
                (at - _SAME_PROMPT_US, at + _SAME_PROMPT_US, *row[2:4]),
            ).fetchone()
            if told is None:
                self._connection.execute("INSERT OR IGNORE INTO prompt VALUES (?, ?, ?, ?, ?)", row)
                self._connection.execute("INSERT OR IGNORE INTO heard_prompt VALUES (?, ?)", (prompt.key, at))

    def _forget(self, now: datetime) -> None:
        """Drop notes of what no log will tell of any more; what was booked stays."""
        for table, kept in (("heard", _REMEMBERED), ("heard_prompt", _PROMPT_REMEMBERED)):
            self._connection.execute(f"DELETE FROM {table} WHERE at < ?", (microseconds(now - kept),))  # noqa: S608 - our own

    def _behind(self, times: set[int]) -> None:
        self._connection.executemany("INSERT OR IGNORE INTO behind VALUES (?)", [(at // QUARTER_US,) for at in times])

    def _last_response(self) -> int:
        return int(self._one("SELECT value FROM fact WHERE name = 'last_response'") or 0)

    def _mark(self) -> int:
        return int(self._one("SELECT value FROM fact WHERE name = 'heard_until'") or 0)

    def _keep_mark(self) -> None:
        self._connection.execute("INSERT OR REPLACE INTO fact VALUES ('heard_until', ?)", (str(self._last_response()),))

    def _one(self, sql: str) -> int | None:
        row = self._connection.execute(sql).fetchone()
        return None if row is None else row[0]


def _asked(keyed: Keyed) -> AskedOtherwise | None:
    """Return of which model a call was asked, where the report says that another one answered."""
    (call, event), served = keyed, keyed.event.model
    if not call.asked or not served:
        return None
    from tankful.core.model_names import are_one  # noqa: PLC0415 - few reports name both

    return None if are_one(call.asked, served) else AskedOtherwise(event.keys[0], event.at, call.asked, served)
