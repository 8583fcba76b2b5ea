"""Keeps what the linked accounts were told, inside one transaction, and lets the gateway's own costs hold for our responses."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal

from tankful.core.allocation import Banner, BookedCall, BookedCalls, OfferedModel, Statement, Via
from tankful.core.matching import matched
from tankful.core.reconciliation import Books, RoutedCall
from tankful.core.routing import Routing
from tankful.store.accounts import ROUTING, Accounts, Question
from tankful.store.contexts import Contexts
from tankful.store.gateway_prices import GatewayPrices
from tankful.store.moments import microseconds, moment
from tankful.store.repricing import Repricing
from tankful.store.routed import Routed
from tankful.store.rows import Pricer, dollars, nano_of

_AROUND = timedelta(days=1)
"""A clock that is wrong, or a call that takes long, is off by no more."""
_DEAREST = Decimal(1_000_000)
"""No single call costs more; what a gateway says beyond it is nonsense and is not believed."""
_TABLES = ("statement", "allocation", "quota", "books", "offered", "banner", "asked")


class AccountRecorder:
    """The only writer of what gateways say. `price` is the pricer without them: the user's own prices and the table."""

    def __init__(self, connection: sqlite3.Connection, contexts: Contexts, routed: Routed, prices: GatewayPrices) -> None:
        self._connection = connection
        self._contexts = contexts
        self._routed = routed
        self._prices = prices
        self._accounts = Accounts(connection)

    def keep_statement(self, statement: Statement, books: Mapping[str, Books]) -> Mapping[str, Books]:
        """Keep what a gateway said, and by identity what the reconciliation with its statement before left; return what of that holds.

        Nothing of it holds when the gateway takes us for somebody else than before.
        """
        account = statement.account
        before = self._accounts.statement(account)
        if before is not None and before.who and statement.who and before.who != statement.who:
            books = {}
        self._keep_head(statement)
        for table in ("allocation", "quota", "books"):
            self._connection.execute(f"DELETE FROM {table} WHERE account = ?", (account,))  # noqa: S608 - our own names
        self._connection.executemany(
            "INSERT OR REPLACE INTO allocation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    account,
                    _storable(each.scope),
                    place,
                    each.kind.value,
                    _text(each.limit),
                    str(each.settled),
                    _text(each.soft_limit),
                    microseconds(each.period_start),
                    _at(each.resets_at),
                    each.enforced,
                    each.resetting,
                    _storable(each.owner_id),
                    _at(each.as_of),
                    _storable(each.severity),
                )
                for place, each in enumerate(statement.allocations)
            ],
        )
        self._connection.executemany(
            "INSERT OR REPLACE INTO quota VALUES (?, ?, ?, ?, ?, ?)",
            [
                (account, _storable(each.title), place, str(each.used_percent), _at(each.resets_at), _storable(each.severity))
                for place, each in enumerate(statement.windows)
            ],
        )
        held = {each.identity: books[each.identity] for each in statement.allocations if each.identity in books}
        self._connection.executemany(
            "INSERT OR REPLACE INTO books VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    account,
                    _storable(identity),
                    microseconds(each.as_of),
                    str(each.settled),
                    microseconds(each.period_start),
                    microseconds(each.since),
                    str(each.carried),
                    each.over,
                )
                for identity, each in held.items()
            ],
        )
        return held

    def _keep_head(self, statement: Statement) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO statement VALUES (?, ?, ?, ?, ?, ?)",
            (
                statement.account,
                microseconds(statement.as_of),
                _storable(statement.who),
                statement.books_within // timedelta(microseconds=1),
                _storable(statement.tag),
                statement.poll_after_s,
            ),
        )

    def keep_booked(self, account: str, listed: BookedCalls, listed_at: datetime, price: Pricer) -> int:
        """Keep our own calls as a gateway listed them, and let its costs hold for the responses they are; returns how many changed.

        A call whose response is not in the ledger yet is kept, and found as soon as it is.
        """
        self._note(account, Question.CALLS, listed_at, listed.since)
        believed = [call for call in listed.calls if call.cost.is_finite() and 0 <= call.cost <= _DEAREST]
        if believed:
            self._look_again_where_nearer(account, believed)
            self._connection.executemany(
                "INSERT INTO booked VALUES (?, ?, ?, ?, ?, NULL, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at,"
                " cost_nano = excluded.cost_nano, model = excluded.model, via = excluded.via, deployment = excluded.deployment",
                [
                    (
                        _storable(call.call),
                        account,
                        microseconds(call.at),
                        nano_of(call.cost),
                        _storable(call.model),
                        int(call.via),
                        _storable(call.deployment),
                    )
                    for call in believed
                ],
            )
            self._prices.forget()
        times = [call.at for call in believed] or [listed_at]
        first, last = min(times) - _AROUND, max(times) + _AROUND
        found = self._find(account, first, last)
        if found:
            self._connection.executemany("UPDATE booked SET response = ? WHERE account = ? AND call = ?", found)
            self._routed.forget()
        given = self._responses(account, [_storable(call.call) for call in believed])
        return self._repricing(price).responses({*given, *(number for number, _, _ in found)})

    def keep_risen(self, account: str, calls: Iterable[RoutedCall], via: Via) -> None:
        """Keep that a budget of an account rose by exactly these of our calls: as good as if it had listed them, each at our price."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO booked VALUES (?, ?, ?, ?, ?, ?, ?, '')",
            [
                (
                    call.call or f"risen {call.number}",
                    account,
                    microseconds(call.at),
                    nano_of(call.price),
                    call.model,
                    call.number,
                    int(via),
                )
                for call in calls
            ],
        )
        self._prices.forget()
        self._routed.forget()

    def _look_again_where_nearer(self, account: str, calls: Iterable[BookedCall]) -> None:
        """Forget through which account calls went if the same ones are listed in another relation to it, as after linking anew."""
        via = {_storable(call.call): call.via for call in calls}
        known = self._connection.execute(
            "SELECT call, via FROM booked WHERE account = ? AND response IS NOT NULL AND call IN (SELECT value FROM json_each(?))",
            (account, json.dumps(list(via))),
        )
        if any(via[call] != before for call, before in known.fetchall()):
            self._routed.forget()

    def _find(self, account: str, first: datetime, last: datetime) -> list[tuple[int, str, str]]:
        """Return which responses the calls are that were not found yet: response, account, call."""
        span = microseconds(first), microseconds(last)
        rows = self._connection.execute(
            "SELECT call, cost_nano, model, at FROM booked WHERE account = ? AND response IS NULL AND at BETWEEN ? AND ?", (account, *span)
        ).fetchall()
        free = [BookedCall(call, dollars(nano), model, moment(at)) for call, nano, model, at in rows]
        if not free:
            return []
        ids = json.dumps([call.call for call in free])
        named = self._connection.execute(
            "SELECT id, call FROM usage WHERE at BETWEEN ? AND ? AND call != '' AND call IN (SELECT value FROM json_each(?))", (*span, ids)
        ).fetchall()
        ours = [RoutedCall(number, call, moment(0), None, "") for number, call in named]
        ours += [
            call
            for call in self._routed.calls(account, self._accounts.routing(), first, maybe=True)
            if not call.call and call.booked is None and call.at <= last
        ]
        return [(number, account, call.call) for number, call in matched(ours, free).items()]

    def _responses(self, account: str, calls: Iterable[str]) -> list[int]:
        """Return the responses that booked calls were found to be."""
        rows = self._connection.execute(
            "SELECT response FROM booked WHERE account = ? AND response IS NOT NULL AND call IN (SELECT value FROM json_each(?))",
            (account, json.dumps(list(calls))),
        )
        return [number for (number,) in rows.fetchall()]

    def keep_offered(self, account: str, models: Sequence[OfferedModel], at: datetime, price: Pricer) -> int:
        """Keep what a gateway offers and let its prices hold for what went through it; returns how many costs changed."""
        self._note(account, Question.MODELS, at)
        if tuple(models) == self._accounts.offered(account):
            return 0
        self._connection.execute("DELETE FROM offered WHERE account = ?", (account,))
        self._connection.executemany(
            "INSERT OR REPLACE INTO offered VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    account,
                    _storable(each.name),
                    place,
                    *map(_text, (each.input, each.output, each.cache_read, each.cache_write)),
                    each.in_house,
                    json.dumps(each.alternative_to),
                    json.dumps(each.good_for),
                    _storable(each.title),
                    _storable(each.documentation),
                )
                for place, each in enumerate(models)
            ],
        )
        self._prices.forget()
        return self._reprice_ways({account}, (self._accounts.routing(),), price)

    def keep_routing(self, routing: Routing, price: Pricer) -> int:
        """Keep where calls go, so that whoever reads logs knows whose prices hold; returns how many costs changed."""
        before = self._accounts.routing()
        if routing == before:
            return 0
        self._connection.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (ROUTING, json.dumps(asdict(routing))))
        self._prices.forget()
        return self._reprice_ways(set(self._accounts.offering()), (routing, before), price)

    def keep_banner(self, account: str, banner: Banner | None, at: datetime) -> None:
        """Keep the administrator's message (`None`: there is none); one that was seen stays seen until its revision changes."""
        self._note(account, Question.MESSAGE, at)
        if banner is None:
            self._connection.execute("UPDATE banner SET seen = 1 WHERE account = ?", (account,))
            return
        self._connection.execute(
            "INSERT INTO banner VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET"
            " text = excluded.text, severity = excluded.severity, met = excluded.met",
            (account, _storable(banner.revision), _storable(banner.text), _storable(banner.severity), microseconds(at)),
        )

    def banner_seen(self, account: str, revision: str) -> None:
        """Do not show this message again."""
        self._connection.execute("UPDATE banner SET seen = 1 WHERE account = ? AND revision = ?", (account, _storable(revision)))

    def forget(self, account: str) -> None:
        """Drop what an account was told; what it booked for responses of ours stays their cost."""
        for table in _TABLES:
            self._connection.execute(f"DELETE FROM {table} WHERE account = ?", (account,))  # noqa: S608 - our own names
        self._connection.execute("DELETE FROM booked WHERE account = ? AND response IS NULL", (account,))
        self._prices.forget()

    def _note(self, account: str, question: Question, at: datetime, since: datetime | None = None) -> None:
        row = account, question.value, microseconds(at), _at(since)
        self._connection.execute("INSERT OR REPLACE INTO asked VALUES (?, ?, ?, ?)", row)

    def _reprice_ways(self, accounts: set[str], routings: tuple[Routing, ...], price: Pricer) -> int:
        """Price everything again that any of these routings leads through one of these accounts."""
        going: list[int] = []
        for (number,) in self._connection.execute("SELECT id FROM context").fetchall():
            way = self._contexts.context(number)
            if any(accounts.intersection(each.accounts(agent=way.agent, project=way.project, route=way.route)) for each in routings):
                going.append(number)
        return self._repricing(price).everything(going) if going else 0

    def _repricing(self, price: Pricer) -> Repricing:
        return Repricing(self._connection, self._contexts, self._prices, price)


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _text(money: Decimal | None) -> str | None:
    return None if money is None else str(money)


def _at(at: datetime | None) -> int | None:
    return None if at is None else microseconds(at)
