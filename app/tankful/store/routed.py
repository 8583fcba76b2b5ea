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

_Way = tuple[int, int, int]
"""Agent, project and route of a context, as numbers of table `name`."""
_FAR = 2**62

_THAT_WAY = """
    (context.agent, context.project, context.route)
    IN (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]') FROM json_each(:ways))
"""
_CALLS = f"""
    SELECT usage.id, usage.call, usage.at, usage.cost_nano, context.model, coalesce(named.cost_nano, found.cost_nano)
    FROM usage JOIN context ON context.id = usage.context
    LEFT JOIN booked AS named ON usage.call != '' AND named.call = usage.call AND named.account = :account
    LEFT JOIN booked AS found ON found.response = usage.id AND found.account = :account
    WHERE usage.at > :since AND (coalesce(named.cost_nano, found.cost_nano) IS NOT NULL OR {_THAT_WAY})
    ORDER BY usage.at, usage.id
"""  # noqa: S608 - only our own text is put in
_SUMS = f"""
    SELECT coalesce(sum(cost_nano), 0), coalesce(sum(requests), 0), coalesce(sum(requests * (basis = 'unpriced')), 0)
    FROM sums JOIN context ON context.id = sums.context WHERE quarter >= :start AND quarter < :end AND {_THAT_WAY}
"""  # noqa: S608 - same
_ROWS = f"""
    SELECT coalesce(sum(cost_nano), 0), count(*), coalesce(sum(basis = 'unpriced'), 0)
    FROM usage JOIN context ON context.id = usage.context WHERE at >= :start AND at < :end AND {_THAT_WAY}
"""  # noqa: S608 - same
_BOOKED = f"""
    SELECT coalesce(sum(usage.cost_nano), 0), count(*), coalesce(sum(basis = 'unpriced'), 0), {_THAT_WAY} AS expected
    FROM (SELECT DISTINCT response FROM booked WHERE response IS NOT NULL AND (:account = '' OR account = :account)) AS known
    JOIN usage ON usage.id = known.response JOIN context ON context.id = usage.context
    WHERE usage.at >= :start AND usage.at < :end GROUP BY expected
"""  # noqa: S608 - same


class Routed:
    """Read-only questions to the ledger, which must have its sums settled.

    A call that a gateway lists went through it, whatever its log says of the way.
    """

    def __init__(self, connection: sqlite3.Connection, names: Names) -> None:
        """Ask this ledger."""
        self._connection = connection
        self._names = names
        self._newest = -1
        self._routing = Routing()
        self._ways: Mapping[_Way, tuple[str, ...]] = {}

    def calls(self, account: str, routing: Routing, since: datetime) -> tuple[RoutedCall, ...]:
        """Return the calls after `since` that went through an account, the oldest first."""
        rows = self._connection.execute(
            _CALLS, {"account": account, "since": microseconds(since), "ways": self._through(account, routing)}
        ).fetchall()
        return tuple(
            RoutedCall(
                number,
                call,
                moment(at),
                None if nano is None else dollars(nano),
                self._names.text(model),
                None if booked is None else dollars(booked),
            )
            for number, call, at, nano, model, booked in rows
        )

    def tally(self, account: str, routing: Routing, start: datetime, end: datetime | None = None) -> Tally:
        """Return the sum of what went through an account from `start` up to `end` (`None`: all there is)."""
        span = microseconds(start), _FAR if end is None else microseconds(end)
        ways = self._through(account, routing)
        expected, strays = self._booked(account, ways, span)
        sums = self._counted(ways, span)
        return Tally(
            cost=dollars(sums[0] + strays[0]),
            requests=sums[1] + strays[1],
            unpriced=sums[2] + strays[2],
            booked=dollars(expected[0] + strays[0]),
        )

    def outside(self, routing: Routing, start: datetime, end: datetime | None = None) -> Tally:
        """Return the sum of what went past every linked account."""
        span = microseconds(start), _FAR if end is None else microseconds(end)
        ways = json.dumps([way for way, accounts in self._known(routing).items() if not accounts])
        strays, _ = self._booked("", ways, span)  # of the ways that lead past all accounts
        sums = self._counted(ways, span)
        return Tally(dollars(sums[0] - strays[0]), sums[1] - strays[1], sums[2] - strays[2])

    def _through(self, account: str, routing: Routing) -> str:
        return json.dumps([way for way, accounts in self._known(routing).items() if account in accounts])

    def _known(self, routing: Routing) -> Mapping[_Way, tuple[str, ...]]:
        """Return where every way that a response ever took leads."""
        newest = self._connection.execute("SELECT coalesce(max(id), 0) FROM context").fetchone()[0]
        if (newest, routing) != (self._newest, self._routing):
            text = self._names.text
            found = self._connection.execute("SELECT DISTINCT agent, project, route FROM context").fetchall()
            self._ways = {
                (agent, project, route): routing.accounts(agent=text(agent), project=text(project), route=text(route))
                for agent, project, route in found
            }
            self._newest, self._routing = newest, routing
        return self._ways

    def _counted(self, ways: str, span: tuple[int, int]) -> tuple[int, int, int]:
        """Sum up cost, requests and unpriced requests: whole quarters from the sums, the rest response by response."""
        start, end = span
        first = -(-start // QUARTER_US)
        last = max(first, end // QUARTER_US)
        pieces: list[tuple[str, int, int]] = [(_SUMS, first, last)]
        if first * QUARTER_US > start:
            pieces.append((_ROWS, start, min(end, first * QUARTER_US)))
        if end < _FAR and last * QUARTER_US < end and last * QUARTER_US >= start:
            pieces.append((_ROWS, last * QUARTER_US, end))
        found = [self._connection.execute(sql, {"start": a, "end": b, "ways": ways}).fetchone() for sql, a, b in pieces]
        cost, requests, unpriced = map(sum, zip(*found, strict=True))
        return cost, requests, unpriced

    def _booked(self, account: str, ways: str, span: tuple[int, int]) -> tuple[Sequence[int], Sequence[int]]:
        """Sum up what gateways listed: of these ways, and of all others."""
        given = {"account": account, "ways": ways, "start": span[0], "end": span[1]}
        sums: dict[int, Sequence[int]] = {row[3]: row[:3] for row in self._connection.execute(_BOOKED, given).fetchall()}
        return sums.get(1, (0, 0, 0)), sums.get(0, (0, 0, 0))
