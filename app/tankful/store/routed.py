"""Answers which of our responses went through which linked account, and what went past them all."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

from tankful.core.difference import Tally
from tankful.core.reconciliation import RoutedCall
from tankful.core.routing import Routing
from tankful.store.moments import QUARTER_US, microseconds, moment
from tankful.store.names import Names
from tankful.store.rows import dollars

_FAR = 2**62

_THAT_WAY = "context IN (SELECT value FROM json_each(:contexts))"
_CALLS = f"""
    SELECT usage.id, usage.call, usage.at, usage.cost_nano, usage.context, coalesce(named.cost_nano, found.cost_nano)
    FROM usage
    LEFT JOIN booked AS named ON usage.call != '' AND named.call = usage.call AND named.account = :account
        AND (named.response IS NULL OR NOT EXISTS (SELECT 1 FROM usage AS its WHERE its.id = named.response))
    LEFT JOIN booked AS found ON found.response = usage.id AND found.account = :account
    WHERE usage.at > :since AND (coalesce(named.cost_nano, found.cost_nano) IS NOT NULL OR {_THAT_WAY})
    ORDER BY usage.at, usage.id
"""  # noqa: S608 - only our own text is put in
_SUMS = f"""
    SELECT coalesce(sum(cost_nano), 0), coalesce(sum(requests), 0), coalesce(sum(requests * (basis = 'unpriced')), 0),
           coalesce(sum(cost_nano * (basis = 'recorded')), 0)
    FROM sums WHERE quarter >= :start AND quarter < :end AND {_THAT_WAY}
"""  # noqa: S608 - same
_ROWS = f"""
    SELECT coalesce(sum(cost_nano), 0), count(*), coalesce(sum(basis = 'unpriced'), 0), coalesce(sum(cost_nano * (basis = 'recorded')), 0)
    FROM usage WHERE at >= :start AND at < :end AND {_THAT_WAY}
"""  # noqa: S608 - same
_PROVEN = "SELECT DISTINCT usage.context, booked.account FROM booked JOIN usage ON usage.id = booked.response"


class Routed:
    """Read-only questions to the ledger, which must have its sums settled.

    Where a gateway lists a call, all calls of the same session and model went through it, whatever their log says of the way.
    """

    def __init__(self, connection: sqlite3.Connection, names: Names) -> None:
        """Ask this ledger."""
        self._connection = connection
        self._names = names
        self._seen = (-1, -1)
        """Newest context, and version of the ledger as other programs change it."""
        self._routing = Routing()
        self._contexts: Mapping[str, str] = {}
        """By account, and of `""` those that go past all of them: numbers of table `context` as a JSON list."""

    def calls(self, account: str, routing: Routing, since: datetime) -> tuple[RoutedCall, ...]:
        """Return the calls after `since` that went through an account, the oldest first."""
        rows = self._connection.execute(
            _CALLS, {"account": account, "since": microseconds(since), "contexts": self._through(account, routing)}
        ).fetchall()
        return tuple(
            RoutedCall(
                number,
                call,
                moment(at),
                None if nano is None else dollars(nano),
                self._model(context),
                None if booked is None else dollars(booked),
            )
            for number, call, at, nano, context, booked in rows
        )

    def tally(self, account: str, routing: Routing, start: datetime, end: datetime | None = None) -> Tally:
        """Return the sum of what went through an account from `start` up to `end` (`None`: all there is)."""
        return self._counted(self._through(account, routing), start, end)

    def outside(self, routing: Routing, start: datetime, end: datetime | None = None) -> Tally:
        """Return the sum of what went past every linked account."""
        return self._counted(self._through("", routing), start, end)

    def forget(self) -> None:
        """Look at what was booked again: this program itself changed it."""
        self._seen = (-1, -1)

    def _through(self, account: str, routing: Routing) -> str:
        """Return the contexts that lead through an account, whatever is new among them."""
        one = self._connection.execute
        seen = one("SELECT coalesce(max(id), 0) FROM context").fetchone()[0], one("PRAGMA data_version").fetchone()[0]
        if (seen, routing) != (self._seen, self._routing):
            self._contexts = {name: json.dumps(numbers) for name, numbers in self._led(routing).items()}
            self._seen, self._routing = seen, routing
        return self._contexts.get(account, "[]")

    def _led(self, routing: Routing) -> Mapping[str, Sequence[int]]:
        text = self._names.text
        known: dict[tuple[int, int, int], tuple[str, ...]] = {}
        proven: dict[int, set[str]] = {}
        for number, account in self._connection.execute(_PROVEN).fetchall():
            proven.setdefault(number, set()).add(account)
        led: dict[str, list[int]] = {}
        for number, *way in self._connection.execute("SELECT id, agent, project, route FROM context").fetchall():
            agent, project, route = way
            accounts = known.get((agent, project, route))
            if accounts is None:
                accounts = routing.accounts(agent=text(agent), project=text(project), route=text(route))
                known[agent, project, route] = accounts
            for account in proven.get(number, set()).union(accounts) or ("",):
                led.setdefault(account, []).append(number)
        return led

    def _model(self, context: int) -> str:
        return self._names.text(self._connection.execute("SELECT model FROM context WHERE id = ?", (context,)).fetchone()[0])

    def _counted(self, contexts: str, start: datetime, end: datetime | None) -> Tally:
        """Sum up: whole quarters from the sums, the rest response by response."""
        since, until = microseconds(start), _FAR if end is None else microseconds(end)
        first = -(-since // QUARTER_US)
        last = max(first, until // QUARTER_US)
        pieces = [(_SUMS, first, last)]
        if first * QUARTER_US > since:
            pieces.append((_ROWS, since, min(until, first * QUARTER_US)))
        if end is not None and last * QUARTER_US < until:
            pieces.append((_ROWS, last * QUARTER_US, until))
        found = [self._connection.execute(sql, {"start": a, "end": b, "contexts": contexts}).fetchone() for sql, a, b in pieces]
        cost, requests, unpriced, recorded = map(sum, zip(*found, strict=True))
        return Tally(dollars(cost), requests, unpriced, dollars(recorded))
