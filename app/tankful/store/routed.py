"""Answers which of our responses went through which linked account, and what went past them all."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime

from tankful.core.allocation import ScopeKind, Via
from tankful.core.difference import Tally
from tankful.core.reconciliation import RoutedCall
from tankful.core.routing import Routing
from tankful.store.moments import QUARTER_US, microseconds, moment
from tankful.store.names import Names
from tankful.store.rows import dollars
from tankful.store.ways import Ways, ways

_FAR = 2**62

_OF_ITS_KEY = int(Via.KEY)
_THAT_WAY = "context IN (SELECT value FROM json_each(:contexts))"
_CALLS = f"""
    SELECT usage.id, usage.call, usage.at, usage.cost_nano, usage.context,
           coalesce(named.cost_nano, found.cost_nano), coalesce(named.via, found.via)
    FROM usage
    LEFT JOIN booked AS named ON usage.call != '' AND named.call = usage.call AND named.account = :account
        AND (named.response IS NULL OR NOT EXISTS (SELECT 1 FROM usage AS its WHERE its.id = named.response))
    LEFT JOIN booked AS found ON found.response = usage.id AND found.account = :account
    WHERE usage.at > :since AND (coalesce(named.cost_nano, found.cost_nano) IS NOT NULL OR ({_THAT_WAY}
        AND NOT EXISTS (SELECT 1 FROM booked AS other
            WHERE usage.call != '' AND other.call = usage.call AND other.account != :account AND other.via = {_OF_ITS_KEY})
        AND NOT EXISTS (SELECT 1 FROM booked AS other
            WHERE other.response = usage.id AND other.account != :account AND other.via = {_OF_ITS_KEY})))
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
_LISTED = f"""
    SELECT coalesce(sum(usage.cost_nano), 0), count(*), coalesce(sum(basis = 'unpriced'), 0),
           coalesce(sum(usage.cost_nano * (basis = 'recorded')), 0)
    FROM booked JOIN usage ON usage.id = booked.response
    WHERE booked.account = :account AND booked.via >= :least AND usage.at >= :start AND usage.at < :end AND {_THAT_WAY}
"""  # noqa: S608 - same


class Routed:
    """Read-only questions to the ledger, which must have its sums settled.

    Where a gateway lists a call, all calls of the same session and model went through it, whatever their log says of the way;
    where several accounts are linked at one address, what one of them lists decides for the whole session.
    """

    def __init__(self, connection: sqlite3.Connection, names: Names) -> None:
        """Ask this ledger."""
        self._connection = connection
        self._names = names
        self._seen = (-1, -1)
        """Newest context, and version of the ledger as other programs change it."""
        self._routing = Routing()
        self._known = Ways()

    def calls(self, account: str, routing: Routing, since: datetime, *, maybe: bool = False) -> tuple[RoutedCall, ...]:
        """Return the calls after `since` that went through an account, the oldest first; with `maybe` those too that may have."""
        there = self._ways(routing)
        led = there.led.get(account, {})
        contexts = json.dumps([*led, *(there.maybe.get(account, ()) if maybe else ())])
        rows = self._connection.execute(_CALLS, {"account": account, "since": microseconds(since), "contexts": contexts}).fetchall()
        return tuple(
            RoutedCall(
                number,
                call,
                moment(at),
                None if nano is None else dollars(nano),
                self._model(context),
                None if booked is None else dollars(booked),
                led.get(context, Via.KEY) if via is None else Via(via),
                tuple(name for name in there.perhaps.get(context, ()) if name != account) if booked is None else (),
                context,
            )
            for number, call, at, nano, context, booked, via in rows
        )

    def tally(self, account: str, routing: Routing, start: datetime, end: datetime | None = None, kind: ScopeKind = ScopeKind.YOU) -> Tally:
        """Return the sum of what was spent from an account's budgets of a kind, from `start` up to `end` (`None`: all there is)."""
        there = self._ways(routing)
        led = {context for context, via in there.led.get(account, {}).items() if via.counts_for(kind)}
        elsewhere = [context for context in there.listed.get(account, ()) if context not in led]
        if not elsewhere:
            return self._counted(led, start, end)
        least = min(via for via in Via if via.counts_for(kind))
        listed = {"account": account, "least": int(least), "contexts": json.dumps(elsewhere)}
        return self._counted(led, start, end, (_LISTED, listed))

    def outside(self, routing: Routing, start: datetime, end: datetime | None = None) -> Tally:
        """Return the sum of what went past every linked account."""
        return self._counted(self._ways(routing).led.get("", {}), start, end)

    def forget(self) -> None:
        """Look at what was booked again: this program itself changed it."""
        self._seen = (-1, -1)

    def _ways(self, routing: Routing) -> Ways:
        """Return where contexts lead, whatever is new among them."""
        one = self._connection.execute
        seen = one("SELECT coalesce(max(id), 0) FROM context").fetchone()[0], one("PRAGMA data_version").fetchone()[0]
        if (seen, routing) != (self._seen, self._routing):
            self._known = ways(self._connection, self._names, routing)
            self._seen, self._routing = seen, routing
        return self._known

    def _model(self, context: int) -> str:
        return self._names.text(self._connection.execute("SELECT model FROM context WHERE id = ?", (context,)).fetchone()[0])

    def _counted(self, contexts: Iterable[int], start: datetime, end: datetime | None, *more: tuple[str, Mapping[str, object]]) -> Tally:
        """Sum up: whole quarters from the sums, the rest response by response, and what `more` asks for."""
        since, until = microseconds(start), _FAR if end is None else microseconds(end)
        first = -(-since // QUARTER_US)
        last = max(first, until // QUARTER_US)
        spans = [(_SUMS, first, last)]
        if first * QUARTER_US > since:
            spans.append((_ROWS, since, min(until, first * QUARTER_US)))
        if end is not None and last * QUARTER_US < until:
            spans.append((_ROWS, last * QUARTER_US, until))
        numbers = json.dumps(list(contexts))
        pieces = [*((sql, {"start": a, "end": b, "contexts": numbers}) for sql, a, b in spans)]
        pieces += [(sql, {"start": since, "end": until, **given}) for sql, given in more]
        found = [self._connection.execute(sql, given).fetchone() for sql, given in pieces]
        cost, requests, unpriced, recorded = map(sum, zip(*found, strict=True))
        return Tally(dollars(cost), requests, unpriced, dollars(recorded))
