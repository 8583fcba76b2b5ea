"""Answers what the linked accounts were told last: budgets, quota windows, models on offer, a message, and when."""

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from tankful.core.allocation import Allocation, Banner, OfferedModel, QuotaWindow, ScopeKind, Statement
from tankful.core.reconciliation import Books
from tankful.core.routing import Routing
from tankful.store.moments import moment

ROUTING = "routing"
"""The fact that holds where calls go."""


class Question(StrEnum):
    """What an account is asked for now and then."""

    CALLS = "calls"
    MODELS = "models"
    MESSAGE = "message"


class Accounts:
    """Read-only questions to the ledger; money in dollars, times aware UTC."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Ask this ledger."""
        self._connection = connection

    def statements(self) -> tuple[Statement, ...]:
        """Return the last statement of every account that ever gave one, by name."""
        rows = self._connection.execute("SELECT account FROM statement ORDER BY account").fetchall()
        return tuple(statement for (account,) in rows if (statement := self.statement(account)) is not None)

    def statement(self, account: str) -> Statement | None:
        """Return what an account was told last; `as_of` is its age."""
        row = self._connection.execute(
            "SELECT as_of, who, books_within, tag, poll_after_s FROM statement WHERE account = ?", (account,)
        ).fetchone()
        if row is None:
            return None
        as_of, who, books_within, tag, poll_after_s = row
        return Statement(
            account,
            moment(as_of),
            who,
            self._allocations(account),
            self._windows(account),
            timedelta(microseconds=books_within),
            tag,
            poll_after_s,
        )

    def _allocations(self, account: str) -> tuple[Allocation, ...]:
        rows = self._connection.execute(
            "SELECT scope, kind, most, settled, soft, period_start, resets_at, enforced, resetting, owner_id, as_of, severity"
            " FROM allocation"
            " WHERE account = ? ORDER BY place",
            (account,),
        )
        return tuple(
            Allocation(
                account,
                scope,
                _money(most),
                Decimal(settled),
                moment(period_start),
                _moment(resets_at),
                ScopeKind(kind),
                _money(soft),
                bool(enforced),
                bool(resetting),
                owner_id,
                _moment(as_of),
                severity,
            )
            for (
                scope,
                kind,
                most,
                settled,
                soft,
                period_start,
                resets_at,
                enforced,
                resetting,
                owner_id,
                as_of,
                severity,
            ) in rows.fetchall()
        )

    def _windows(self, account: str) -> tuple[QuotaWindow, ...]:
        rows = self._connection.execute(
            "SELECT title, used_percent, resets_at, severity FROM quota WHERE account = ? ORDER BY place", (account,)
        )
        return tuple(
            QuotaWindow(account, title, Decimal(used), _moment(resets_at), severity) for title, used, resets_at, severity in rows.fetchall()
        )

    def books(self, account: str) -> Mapping[str, Books]:
        """Return by identity what `reconcile` is given together with the last statement."""
        rows = self._connection.execute(
            "SELECT scope, as_of, settled, period_start, since, carried, over FROM books WHERE account = ?", (account,)
        )
        return {
            scope: Books(moment(as_of), Decimal(settled), moment(period_start), moment(since), Decimal(carried), bool(over))
            for scope, as_of, settled, period_start, since, carried, over in rows.fetchall()
        }

    def asked(self, account: str, question: Question) -> datetime | None:
        """Return when an account last answered a question; of `CALLS` this is the `listed_at` of `reconcile`."""
        row = self._connection.execute("SELECT at FROM asked WHERE account = ? AND what = ?", (account, question.value)).fetchone()
        return None if row is None else moment(row[0])

    def listed_since(self, account: str) -> datetime | None:
        """Return since when its last list of calls was whole, `None` for all; the `listed_since` of `reconcile`."""
        row = self._connection.execute("SELECT since FROM asked WHERE account = ? AND what = ?", (account, Question.CALLS.value)).fetchone()
        return None if row is None else _moment(row[0])

    def offered(self, account: str) -> tuple[OfferedModel, ...]:
        """Return the models on offer, in the gateway's order."""
        rows = self._connection.execute(
            "SELECT name, input, output, cache_read, cache_write, in_house, alternative_to, good_for, title, documentation FROM offered"
            " WHERE account = ? ORDER BY place",
            (account,),
        )
        return tuple(
            OfferedModel(
                name,
                _money(uncached),
                _money(output),
                _money(cache_read),
                _money(cache_write),
                bool(in_house),
                _words(alternative_to),
                _words(good_for),
                title,
                documentation,
            )
            for (
                name,
                uncached,
                output,
                cache_read,
                cache_write,
                in_house,
                alternative_to,
                good_for,
                title,
                documentation,
            ) in rows.fetchall()
        )

    def offering(self) -> tuple[str, ...]:
        """Return the accounts that have models on offer."""
        return tuple(account for (account,) in self._connection.execute("SELECT DISTINCT account FROM offered ORDER BY account").fetchall())

    def banner(self, account: str) -> Banner | None:
        """Return the newest message of an account's administrator unless it was seen."""
        row = self._connection.execute(
            "SELECT text, severity, revision, seen FROM banner WHERE account = ? ORDER BY met DESC LIMIT 1", (account,)
        ).fetchone()
        return None if row is None or row[3] else Banner(*row[:3])

    def routing(self) -> Routing:
        """Return where calls go, as it was kept last."""
        row = self._connection.execute("SELECT value FROM fact WHERE name = ?", (ROUTING,)).fetchone()
        return Routing() if row is None else Routing(**json.loads(row[0]))


def _money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _moment(at: int | None) -> datetime | None:
    return None if at is None else moment(at)


def _words(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
