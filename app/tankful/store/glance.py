"""Reads the sums of a ledger from outside: quickly, without ever writing, scanning or creating anything."""

import sqlite3
from collections.abc import Sequence

from tankful.regular_file import odd_at

_SPENT = "SELECT quarter, sum(cost_nano), sum(requests * (basis = 'unpriced')) FROM sums WHERE quarter >= ? GROUP BY quarter"
_PATIENCE_S = 0.1


def quarters_since(path: str, first: int) -> Sequence[tuple[int, int, int]] | None:
    """Return nano-dollars and requests without a price by quarter of an hour since 1970 UTC; `None`: the ledger cannot be read."""
    if odd_at(path):
        return None
    try:
        return _asked(_address(path), first)
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:
            return None
    try:  # in a folder that cannot be written, where nobody else writes either
        return _asked(f"{_address(path)}&immutable=1", first)
    except sqlite3.Error:
        return None


def _asked(address: str, first: int) -> Sequence[tuple[int, int, int]]:
    connection = sqlite3.connect(address, uri=True, timeout=_PATIENCE_S)
    try:
        return connection.execute(_SPENT, (first,)).fetchall()
    finally:
        connection.close()


def _address(path: str) -> str:
    """Return the path as a read-only address; `urllib` would take longer to load than all the rest."""
    plain = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23").replace("\\", "/")
    return f"file:{plain if plain.startswith('/') else f'/{plain}'}?mode=ro"
