"""Answers questions about what was spent, from the sums; single responses are read where a quarter of an hour is too coarse."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from tankful.core.periods import midnight
from tankful.core.report import By, RowBasis, UsageRow
from tankful.core.usage import Basis, TokenUsage
from tankful.store.moments import QUARTER_US, microseconds, moment, quarter_of
from tankful.store.names import Names
from tankful.store.presence import Presence, Working
from tankful.store.rows import dollars
from tankful.store.stretches import OF_LAST_ROWS, OF_ROWS, OF_SUMS, stretch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tankful.core.calibration import Foretold
    from tankful.core.nudges.nudge import Typed
    from tankful.core.post_check import BegunSession
    from tankful.core.served import Answered
    from tankful.core.spending import Part
    from tankful.core.spike import Spend
    from tankful.core.usage import UsageEvent
    from tankful.store.accounts import Accounts
    from tankful.store.routed import Routed

_QUARTERS_A_DAY = 96
_LATELY = timedelta(hours=12)
_BURNT = f"""
    SELECT coalesce((SELECT sum(cost_nano) FROM sums WHERE {OF_SUMS}), 0) + coalesce((SELECT sum(cost_nano) FROM usage WHERE {OF_ROWS}), 0)
        + coalesce((SELECT sum(cost_nano) FROM usage WHERE {OF_LAST_ROWS}), 0)
"""  # noqa: S608 - only our own text is put in


class AgentDay(NamedTuple):
    """What one agent spent in a stretch of time; money in dollars."""

    agent: str
    cost: Decimal
    requests: int
    unpriced_requests: int


class Gaps(NamedTuple):
    """What a figure leaves out or guesses."""

    unpriced_requests: int
    unpriced_models: tuple[str, ...]
    placeholder_requests: int


class History:
    """Read-only questions to the ledger; times aware, days in the zone that is asked for."""

    def __init__(self, connection: sqlite3.Connection, names: Names) -> None:
        self._connection = connection
        self._names = names
        self._presence = Presence(connection, names)
        self._routed: Routed | None = None

    @property
    def routed(self) -> "Routed":
        """What went through gateways, and what past them."""
        if self._routed is None:
            from tankful.store.routed import Routed  # noqa: PLC0415 - only whoever has an account asks

            self._routed = Routed(self._connection, self._names)
        return self._routed

    @property
    def accounts(self) -> "Accounts":
        """What the linked accounts were told last."""
        from tankful.store.accounts import Accounts  # noqa: PLC0415 - a plain report needs none of it

        return Accounts(self._connection)

    def days(self, first: date, last: date, zone: tzinfo) -> list[tuple[date, Decimal]]:
        """Return the known spend of every day from `first` to `last`, both included, zeros too."""
        span = quarter_of(midnight(first, zone)), quarter_of(midnight(last + timedelta(days=1), zone))
        rows = self._connection.execute(
            f"SELECT {_day_number(first, last, zone)} AS day, sum(cost_nano) FROM sums WHERE quarter >= ? AND quarter < ? GROUP BY day",  # noqa: S608 - our own expression
            span,
        )
        spent = dict(rows.fetchall())
        return [(first + timedelta(days=n), dollars(spent.get(n, 0))) for n in range((last - first).days + 1)]

    def spent(self, start: datetime, end: datetime) -> Decimal:
        """Return the known spend of a stretch of time with whole quarters."""
        row = self._connection.execute("SELECT coalesce(sum(cost_nano), 0) FROM sums WHERE quarter >= ? AND quarter < ?", _span(start, end))
        return dollars(row.fetchone()[0])

    def agents(self, start: datetime, end: datetime) -> list[AgentDay]:
        """Return what each agent spent in a stretch of time, largest first."""
        rows = self._connection.execute(
            "SELECT agent, sum(cost_nano), sum(requests), sum(requests * (basis = 'unpriced'))"
            " FROM sums JOIN context ON context.id = sums.context"
            " WHERE quarter >= ? AND quarter < ? GROUP BY agent ORDER BY 2 DESC, 3 DESC",
            _span(start, end),
        )
        return [AgentDay(self._names.text(agent), dollars(nano), requests, unpriced) for agent, nano, requests, unpriced in rows.fetchall()]

    def parts(self, key: str, start: datetime, end: datetime) -> "Iterator[Part]":
        """Yield what each `agent` or each `project` spent in a stretch of time, largest first."""
        from tankful.core.spending import Part  # noqa: PLC0415 - a plain report needs none of it

        column = {"agent": "agent", "project": "project"}[key]
        rows = self._connection.execute(
            f"SELECT {column}, sum(cost_nano), sum(requests), sum(requests * (basis = 'unpriced'))"  # noqa: S608 - one of two words of ours
            " FROM sums JOIN context ON context.id = sums.context"
            f" WHERE quarter >= ? AND quarter < ? GROUP BY {column} ORDER BY 2 DESC, 3 DESC",
            _span(start, end),
        ).fetchall()
        return (Part(self._names.text(name), dollars(nano), requests, unpriced) for name, nano, requests, unpriced in rows)

    def prompting(self, start: datetime, end: datetime) -> dict[str, int]:
        """Return how often a human was seen typing to each agent in a stretch of time."""
        rows = self._connection.execute(
            "SELECT agent, count(*) FROM prompt WHERE at >= ? AND at < ? GROUP BY agent ORDER BY 2 DESC",
            (microseconds(start), microseconds(end)),
        )
        return {self._names.text(agent): prompts for agent, prompts in rows.fetchall()}

    def gaps(self, start: datetime, end: datetime) -> Gaps:
        """Return what the spend of this stretch leaves out or guesses."""
        rows = self._connection.execute(
            "SELECT model, sum(requests * (basis = 'unpriced')), sum(placeholders) FROM sums JOIN context ON context.id = sums.context"
            " WHERE quarter >= ? AND quarter < ?"
            " AND (basis = 'unpriced' OR placeholders) GROUP BY model",
            _span(start, end),
        ).fetchall()
        models = sorted(self._names.text(model) for model, unpriced, _ in rows if unpriced)
        return Gaps(sum(row[1] for row in rows), tuple(models), sum(row[2] for row in rows))

    def burn_per_hour(self, now: datetime) -> Decimal:
        """Return the dollars of the last hour."""
        hour = stretch(self._connection, microseconds(now - timedelta(hours=1)), microseconds(now))
        return dollars(self._connection.execute(_BURNT, hour._asdict()).fetchone()[0])

    def spends(self, start: datetime, end: datetime) -> "Iterator[tuple[Spend, int]]":
        """Yield every response and prompt of a stretch of time, in order, with its exact nano-dollars: what spikes look at."""
        from tankful.store.spends import spends  # noqa: PLC0415 - a plain report needs none of it

        return spends(self._connection, self._names, start, end)

    def requests(self, start: datetime, end: datetime, most: int) -> "tuple[UsageEvent, ...]":
        """Return the newest requests after `start` up to `end`, at most so many, in order of time: what suggestions look at."""
        from tankful.store.requests import requests  # noqa: PLC0415 - same

        return requests(self._connection, self._names, start, end, most)

    def typed(self, start: datetime, end: datetime, most: int) -> "tuple[Typed, ...]":
        """Return what humans were seen typing after `start` up to `end`, the newest so many, in order of time."""
        from tankful.store.requests import typed  # noqa: PLC0415 - same

        return typed(self._connection, self._names, start, end, most)

    def told_of_spikes(self, start: datetime, end: datetime) -> tuple[datetime, ...]:
        """Return when notices told of spikes after `start` up to `end`."""
        from tankful.store.requests import told  # noqa: PLC0415 - same

        return told(self._connection, start, end)

    def foretold(self) -> "Iterator[Foretold]":
        """Yield what was foretold of periods that are over, and how they ended."""
        from tankful.store.forecasts import foretold  # noqa: PLC0415 - same

        return foretold(self._connection)

    def answered(self, since: datetime) -> "Iterator[Answered]":
        """Yield calls since then for which another model was asked than the one that answered, going by names alone."""
        from tankful.store.asked import answered  # noqa: PLC0415 - same

        return answered(self._connection, self._names, since)

    def working(self, now: datetime) -> list[Working]:
        """Return the sessions that are at work, the latest first."""
        return self._presence.working(now)

    def begun_since(self, agent: str, since: datetime) -> "list[BegunSession]":
        """Return the sessions of an agent that began after a moment, with the models that they used."""
        from tankful.store.begun import begun_since  # noqa: PLC0415 - only who gave an agent another model asks

        return begun_since(self._connection, self._names, agent, since)

    def responses(self, agent: str, session: str, now: datetime) -> int:
        """Return how many responses a session has lately: none, one, or two for any more."""
        row = self._connection.execute(
            "SELECT count(*) FROM (SELECT 1 FROM usage JOIN context ON context.id = usage.context"
            " WHERE at > ? AND at <= ? AND agent = ? AND session = ? ORDER BY at DESC LIMIT 2)",
            (microseconds(now - _LATELY), microseconds(now), self._names.known(agent), self._names.known(session)),
        )
        return int(row.fetchone()[0])

    def last_event(self) -> datetime | None:
        """Return the time of the newest response."""
        newest = self._connection.execute("SELECT max(at) FROM usage").fetchone()[0]
        return None if newest is None else moment(newest)

    def rows(self, by: Sequence[By], first: date | None, last: date | None, zone: tzinfo, agents: Sequence[str]) -> list[UsageRow]:
        """Return sums broken down as asked, in order of their keys; no breakdown gives one row, or none when nothing is there."""
        start = None if first is None else quarter_of(midnight(first, zone))
        end = None if last is None else quarter_of(midnight(last + timedelta(days=1), zone))
        wanted = [self._names.known(agent) for agent in agents]
        oldest, newest = self._connection.execute("SELECT min(quarter), max(quarter) FROM sums").fetchone()
        if oldest is None:
            return []
        day_one = moment(oldest * QUARTER_US).astimezone(zone).date()
        day = _day_number(day_one, moment(newest * QUARTER_US).astimezone(zone).date(), zone)
        columns = [(f"{day} AS day" if key is By.DAY else key.value) for key in by]
        keys_of = "".join(key.value + ", " for key in by)
        sql = f"""
            SELECT {"".join(column + ", " for column in columns)} basis, sum(requests), sum(placeholders), sum(input), sum(output),
                   sum(cache_read), sum(cache_write), sum(cache_write_1h), sum(reasoning), sum(cost_nano)
            FROM sums JOIN context ON context.id = sums.context
            WHERE (:start IS NULL OR quarter >= :start) AND (:end IS NULL OR quarter < :end)
                  AND ({int(not agents)} OR agent IN ({", ".join(str(int(number)) for number in wanted if number is not None)}))
            GROUP BY {keys_of} basis
        """  # noqa: S608 - column names come from an enumeration, the rest are whole numbers
        sums: dict[tuple[Any, ...], _Sum] = {}
        for found in self._connection.execute(sql, {"start": start, "end": end}):
            keys = tuple(
                day_one + timedelta(days=value) if column is By.DAY else self._names.text(value)
                for column, value in zip(by, found, strict=False)
            )
            sums.setdefault(keys, _Sum()).add(found[len(columns) :])
        return [_row(by, keys, sums[keys]) for keys in sorted(sums)]


@dataclass(slots=True)
class _Sum:
    counts: list[int] = field(default_factory=lambda: [0] * 8)
    nano: int = 0
    requests: dict[str, int] = field(default_factory=dict[str, int])

    def add(self, found: Sequence[Any]) -> None:
        basis, requests, *counts, nano = found
        self.requests[basis] = self.requests.get(basis, 0) + requests
        self.counts = [have + more for have, more in zip(self.counts, [requests, *counts], strict=True)]
        self.nano += nano


def _row(by: Sequence[By], keys: tuple[Any, ...], total: _Sum) -> UsageRow:
    requests, placeholders, *tokens = total.counts
    known = [basis for basis in (Basis.RECORDED, Basis.PRICED) if basis.value in total.requests]
    basis = RowBasis.UNPRICED if not known else RowBasis.MIXED if len(known) > 1 else RowBasis(known[0].value)
    return UsageRow(
        requests=requests,
        tokens=TokenUsage(*tokens),
        cost=dollars(total.nano) if known else None,
        basis=basis,
        unpriced_requests=total.requests.get(Basis.UNPRICED.value, 0),
        placeholder_requests=placeholders,
        **{key.value: value for key, value in zip(by, keys, strict=True)},
    )


@lru_cache(8)
def _day_number(first: date, last: date, zone: tzinfo) -> str:
    """Return an SQL expression: how many days after `first` a `quarter` lies, up to `last`, with the zone's long and short days."""
    borders = [quarter_of(midnight(first + timedelta(days=n), zone)) for n in range((last - first).days + 2)]
    begun = 0
    cases: list[str] = []
    for number in range(1, len(borders)):
        if borders[number] - borders[number - 1] != _QUARTERS_A_DAY:
            cases.append(f"WHEN quarter < {borders[number - 1]} THEN {begun} + (quarter - {borders[begun]}) / {_QUARTERS_A_DAY}")
            cases.append(f"WHEN quarter < {borders[number]} THEN {number - 1}")
            begun = number
    rest = f"{begun} + (quarter - {borders[begun]}) / {_QUARTERS_A_DAY}"
    return f"CASE {' '.join(cases)} ELSE {rest} END" if cases else rest


def _span(start: datetime, end: datetime) -> tuple[int, int]:
    return quarter_of(start), quarter_of(end)
