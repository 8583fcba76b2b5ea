"""Keeps the sums true: recomputed from the responses where they are behind, added to where responses are gone."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence

from tankful.store.moments import QUARTER_US
from tankful.store.rows import AT, BASIS, CONTEXT, COST, FLAGS, PLACEHOLDER, TOKENS, Row

_OF_RESPONSES = f"""
    INSERT INTO sums
    SELECT at / {QUARTER_US}, context, basis, count(*), sum(flags & {PLACEHOLDER}), sum(input), sum(output), sum(cache_read),
           sum(cache_write), sum(cache_write_1h), sum(reasoning), coalesce(sum(cost_nano), 0)
    FROM usage
"""  # noqa: S608 - both inserts are our own whole numbers
_ADDED = """
    ON CONFLICT DO UPDATE SET
        requests = requests + excluded.requests, placeholders = placeholders + excluded.placeholders,
        input = input + excluded.input, output = output + excluded.output, cache_read = cache_read + excluded.cache_read,
        cache_write = cache_write + excluded.cache_write, cache_write_1h = cache_write_1h + excluded.cache_write_1h,
        reasoning = reasoning + excluded.reasoning, cost_nano = cost_nano + excluded.cost_nano
"""
_SETTLE = f"{_OF_RESPONSES} WHERE at >= ? AND at < ? GROUP BY 1, 2, 3"
_ADD = f"INSERT INTO sums VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) {_ADDED}"  # noqa: S608 - only our own text is put in


def settle_sums(connection: sqlite3.Connection) -> None:
    """Recompute every quarter that is behind, inside the caller's transaction."""
    quarters = [quarter for (quarter,) in connection.execute("SELECT quarter FROM behind ORDER BY quarter")]
    for first, last in _runs(quarters):
        connection.execute("DELETE FROM sums WHERE quarter >= ? AND quarter <= ?", (first, last))
        connection.execute(_SETTLE, (first * QUARTER_US, (last + 1) * QUARTER_US))
    connection.execute("DELETE FROM behind")


def _runs(quarters: Sequence[int]) -> list[tuple[int, int]]:
    """Join neighbouring quarters, so that a first scan settles in few statements."""
    runs: list[tuple[int, int]] = []
    for quarter in quarters:
        if runs and quarter == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], quarter)
        else:
            runs.append((quarter, quarter))
    return runs


def add(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Add responses that no sum holds yet, inside the caller's transaction; rows as `row_of` makes them."""
    alike: defaultdict[tuple[int, int, str], list[Row]] = defaultdict(list)
    for row in rows:
        alike[row[AT] // QUARTER_US, row[CONTEXT], row[BASIS]].append(row)
    connection.executemany(_ADD, [(*key, len(same), *_summed(same)) for key, same in alike.items()])


def _summed(rows: Sequence[Row]) -> tuple[int, ...]:
    columns = [*zip(*rows, strict=True)]
    placeholders = sum(flags & PLACEHOLDER for flags in columns[FLAGS])
    cost = columns[COST]
    return (placeholders, *map(sum, columns[TOKENS]), sum(cost) if None not in cost else sum(filter(None, cost)))
