"""Prices responses that are in the ledger again, when prices change or a gateway says what it booked."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from tankful.store.contexts import Contexts
from tankful.store.gateway_prices import GatewayPrices
from tankful.store.moments import QUARTER_US
from tankful.store.rows import AT, BASIS, COST, Pricer, event_of

_CHUNK = 2000
_NEXT = "SELECT * FROM usage WHERE id > ? AND (? OR context IN (SELECT value FROM json_each(?))) ORDER BY id LIMIT ?"


class Repricing:
    """Changes costs inside the caller's transaction; quarters in which one changed are marked as behind."""

    def __init__(self, connection: sqlite3.Connection, contexts: Contexts, prices: GatewayPrices, price: Pricer) -> None:
        """Price as gateways say, else with `price`."""
        self._connection = connection
        self._contexts = contexts
        self._prices = prices
        self._price = price

    def everything(self, contexts: Sequence[int] | None = None) -> int:
        """Price all responses again, or those of some contexts; returns how many costs changed."""
        changed = after = 0
        given = contexts is None, json.dumps(contexts or [])
        while rows := self._connection.execute(_NEXT, (after, *given, _CHUNK)).fetchall():
            after = rows[-1][0]
            changed += self._rows(rows)
        return changed

    def responses(self, numbers: Iterable[int]) -> int:
        """Price these responses again, as far as they are still kept one by one; returns how many costs changed."""
        given = json.dumps(list(numbers))
        return self._rows(self._connection.execute("SELECT * FROM usage WHERE id IN (SELECT value FROM json_each(?))", (given,)).fetchall())

    def _rows(self, rows: Sequence[Sequence[Any]]) -> int:
        known = self._prices.known()
        changed = 0
        for row in rows:
            event = event_of(row, self._contexts)
            nano, basis = self._prices.of(event, self._price, row[0]) if known else self._price(event)
            if (nano, basis.value) != (row[COST], row[BASIS]):
                self._connection.execute("UPDATE usage SET cost_nano = ?, basis = ? WHERE id = ?", (nano, basis.value, row[0]))
                self._connection.execute("INSERT INTO behind VALUES (?) ON CONFLICT DO NOTHING", (row[AT] // QUARTER_US,))
                changed += 1
        return changed
