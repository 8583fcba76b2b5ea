"""Gives what many responses share (agent, model, session, folder, provider) one small number, so that rows stay small."""

import sqlite3
from typing import NamedTuple

from tankful.store.names import Names

_INSERT = """
    INSERT OR IGNORE INTO context (agent, model, session, project, provider, route, tier, geo, second_hand)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_FIND = """
    SELECT id FROM context
    WHERE (agent, model, session, project, provider, route, tier, geo, second_hand) = (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_READ = "SELECT agent, model, session, project, provider, route, tier, geo, second_hand FROM context WHERE id = ?"


Shared = tuple[str, str | None, str, str, str, str, str, str, int]
"""The fields of a `Context` as an event has them: the model may be `None`."""


class Context(NamedTuple):
    """A row of table `context` with its names as text."""

    agent: str
    model: str
    """Empty when the log does not say."""
    session: str
    project: str
    provider: str
    route: str
    tier: str
    geo: str
    second_hand: int


class Contexts:
    """Both directions of table `context`, remembered."""

    def __init__(self, connection: sqlite3.Connection, names: Names) -> None:
        self._connection = connection
        self._names = names
        self._number: dict[Shared, int] = {}
        self._last: Shared | None = None
        self._last_number = 0
        self._context: dict[int, Context] = {}

    def number(self, context: Shared) -> int:
        """Return the number of what a response shares with others, giving it one inside the caller's transaction."""
        if context == self._last:  # as most are, and sooner seen than looked up
            return self._last_number
        found = self._number.get(context)
        if found is None:
            found = self._number[context] = self._stored(context)
        self._last, self._last_number = context, found
        return found

    def _stored(self, context: Shared) -> int:
        *words, second_hand = context
        row = (*(self._names.number(word or "") for word in words), second_hand)
        self._connection.execute(_INSERT, row)
        return int(self._connection.execute(_FIND, row).fetchone()[0])

    def context(self, number: int) -> Context:
        """Return the context behind a number."""
        found = self._context.get(number)
        if found is None:
            row = self._connection.execute(_READ, (number,)).fetchone()
            found = self._context[number] = Context(*map(self._names.text, row[:-1]), second_hand=row[-1])
        return found

    def forget(self) -> None:
        """Drop what is remembered: numbers of a transaction that was rolled back mean nothing."""
        self._number.clear()
        self._last = None
        self._context.clear()
        self._names.forget()
