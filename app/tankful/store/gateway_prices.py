"""Puts the gateway's word above the price table: what it booked for a call, else what its stated prices make of it."""

import sqlite3
from collections.abc import Callable
from decimal import Decimal

from tankful.core.usage import Basis, UsageEvent
from tankful.store.rows import Pricer

_BOOKED = """
    SELECT cost_nano FROM booked WHERE call = :call AND call != ''
        AND (response IS NULL OR response = :response OR NOT EXISTS (SELECT 1 FROM usage WHERE id = response))
    UNION ALL SELECT cost_nano FROM booked WHERE response = :response
    LIMIT 1
"""
"""A relay may give all responses one id: the call is only one of them. A response that is being written again is not there."""


class GatewayPrices:
    """Remembers what the ledger knows of gateways' prices until it changes.

    To the pricer the gateway's word is a recorded cost: the user's own price beats it, and it beats the table.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Go by this ledger; nothing is read yet."""
        self._connection = connection
        self._version = -1
        self._has_booked = False
        self._stated: Callable[[UsageEvent], Decimal | None] | None = None

    def forget(self) -> None:
        """Read everything again: this program itself changed it."""
        self._version = -1

    def over(self, price: Pricer) -> Pricer:
        """Return a pricer that asks the gateways first; the same one where no gateway said anything."""
        return (lambda event: self.of(event, price)) if self.known() else price

    def known(self) -> bool:
        """Say whether any gateway said anything about prices; read again if another program changed the ledger."""
        self._refresh()
        return self._has_booked or self._stated is not None

    def of(self, event: UsageEvent, price: Pricer, response: int | None = None) -> tuple[int | None, Basis]:
        """Return what a response costs, as far as is `known`; `response` is its number where it has one already."""
        if self._has_booked:
            row = self._connection.execute(_BOOKED, {"call": event.call, "response": response}).fetchone()
            if row is not None:
                return price(event._replace(recorded_cost=Decimal(row[0]).scaleb(-9)))
        stated = None if self._stated is None else self._stated(event)
        if stated is None:
            return price(event)
        nano, basis = price(event._replace(recorded_cost=stated))
        return nano, Basis.PRICED if basis is Basis.RECORDED else basis

    def _refresh(self) -> None:
        version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        if version == self._version:
            return
        self._has_booked = self._connection.execute("SELECT 1 FROM booked LIMIT 1").fetchone() is not None
        self._stated = None
        if self._connection.execute("SELECT 1 FROM offered LIMIT 1").fetchone() is not None:
            from tankful.store.stated import stated_costs  # noqa: PLC0415 - most ledgers know of no gateway

            self._stated = stated_costs(self._connection)
        self._version = version
