"""Helps to read agents' databases: asks only for columns that are there, and remembers which sums were handed on already."""

from collections.abc import Iterable

from tankful.sources.identity import key_of
from tankful.sources.source import Store

PIECE = 1_000
"""After so many rows a reading may be interrupted."""


def is_changed(store: Store, table: str, *needed: str) -> bool:
    """Say whether a table is there, but without some of these columns: of another version than those that we know."""
    columns = store.columns(table)
    return bool(columns) and not columns.issuperset(needed)


def picked(present: frozenset[str], names: Iterable[str], table: str) -> str:
    """Return the columns of a query in this order; `NULL` in the place of one that the table does not have."""
    return ", ".join(f"{table}.{name}" if name in present else "NULL" for name in names)


def has(store: Store, table: str, *names: str) -> bool:
    """Say whether there is such a table with these columns."""
    return store.columns(table).issuperset(names)


def is_renamed(store: Store, *known: str) -> bool:
    """Say whether there are tables by other names than these, in a database that lacks the one that is read: another version's."""
    others = store.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    return any(name not in known for (name,) in others)


def text_of(value: object) -> str:
    """Return a value of a row as words for an identity."""
    return "" if value is None else str(value)


class Pieces:
    """Counts rows and says when a piece of them is full."""

    def __init__(self) -> None:
        """Begin with an empty piece."""
        self._rows = 0

    def full(self) -> bool:
        """Count one more row; true for the last one of each piece."""
        self._rows += 1
        return self._rows % PIECE == 0


class Handed:
    """The sums of sessions as they were last handed on, each as one number, so that only those that changed are again."""

    def __init__(self, known: dict[int, int]) -> None:
        """Go on from an earlier reading; the mapping is kept up to date."""
        self._known = known

    def is_new(self, counter: str, row: Iterable[object]) -> bool:
        """Say whether a sum is another one than last time, and remember it."""
        number, now = key_of(counter), key_of(*map(text_of, row))
        if self._known.get(number) == now:
            return False
        self._known[number] = now
        return True
