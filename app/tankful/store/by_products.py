"""Says which by-products (sums, captured streams) give way to better records of their session."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from tankful.core.usage import UsageEvent
from tankful.store.moments import QUARTER_US, microseconds
from tankful.store.names import Names
from tankful.store.rows import SUMMED, UNDATED

_CALL_US = timedelta(minutes=10) // timedelta(microseconds=1)
"""A sum and a call may be dated by either end of a call, and no call takes longer."""
_SECOND_HAND = itemgetter(UsageEvent._fields.index("second_hand"))
_HELD = """
    SELECT usage.id, at, flags & {marks} = {summed}, context.second_hand, json_extract(asked.value, '$[0]')
    FROM json_each(?) AS asked CROSS JOIN context ON context.session = json_extract(asked.value, '$[0]')
        AND context.second_hand > json_extract(asked.value, '$[1]')
    CROSS JOIN usage INDEXED BY usage_second_hand ON usage.context = context.id AND flags & 4
"""
_FIRST = """
    SELECT min(quarter) FROM sums WHERE context IN (SELECT id FROM context WHERE session = ? AND second_hand < ?)
"""


class Sorted(NamedTuple):
    """What becomes of by-products."""

    gone: Sequence[tuple[int, int]] = ()
    """Number and time of those that were booked and gave way."""
    kept: Sequence[bool] | None = None
    """Which of the events that were met are to be booked; `None`: all."""


def sort_out(connection: sqlite3.Connection, names: Names, events: Sequence[UsageEvent]) -> Sorted:
    """Delete what was booked and gives way to these events, and say which of them give way to what is booked, and to each other.

    A sum of what a session did before its first better record stays: that knows nothing of it, as where a session of Copilot CLI
    goes on in a newer version, which keeps single calls. Such a sum is `summed` and not `undated`; times are compared by quarters.
    """
    has_held = connection.execute("SELECT 1 FROM usage INDEXED BY usage_second_hand WHERE flags & 4 LIMIT 1").fetchone()
    has_new = any(map(_SECOND_HAND, events))
    if not has_held and not has_new:
        return Sorted()
    best = _best_hands(events)
    gone = _give_way(connection, names, events, best) if has_held else []
    if not has_new:
        return Sorted(gone)
    for session in {event.session for event in events if event.second_hand} & best.keys():
        (known,) = connection.execute("SELECT min(second_hand) FROM context WHERE session = ?", (names.known(session),)).fetchone()
        if known is not None:
            best[session] = min(known, best[session])

    @cache
    def first(session: str, hand: int) -> int | None:
        (booked,) = connection.execute(_FIRST, (names.known(session), hand)).fetchone()
        return min((quarter for quarter in (booked, _first(events, session, hand)) if quarter is not None), default=None)

    return Sorted(gone, [_stays(event, best, first) for event in events])


def _give_way(connection: sqlite3.Connection, names: Names, events: Sequence[UsageEvent], best: dict[str, int]) -> list[tuple[int, int]]:
    """Delete what is booked and gives way to these events; what stayed beside earlier ones lies before all of those."""
    numbers = {names.known(session): session for session in best}
    asked = json.dumps([(number, best[session]) for number, session in numbers.items() if number is not None])
    held: list[tuple[Any, ...]] = connection.execute(_HELD.format(marks=SUMMED | UNDATED, summed=SUMMED), (asked,)).fetchall()
    gone = [
        (number, at)
        for number, at, is_sum, hand, session in held
        if not (is_sum and (first := _first(events, numbers[session], hand)) is not None and _is_before(at, first))
    ]
    connection.execute("DELETE FROM usage WHERE id IN (SELECT value FROM json_each(?))", (json.dumps([number for number, _ in gone]),))
    return gone


def _first(events: Iterable[UsageEvent], session: str, hand: int) -> int | None:
    """Return the quarter of the first better record of a session among these."""
    at = min((event.at for event in events if event.session == session and event.second_hand < hand), default=None)
    return None if at is None else microseconds(at) // QUARTER_US


def _stays(event: UsageEvent, best: Mapping[str, int], first: Callable[[str, int], int | None]) -> bool:
    """Say whether an event is the best record of its session, or the sum of what was before the first better one."""
    session, hand = event.session, event.second_hand
    if hand <= best.get(session, hand):
        return True
    if not event.summed or event.undated:
        return False
    quarter = first(session, hand)
    return quarter is not None and _is_before(microseconds(event.at), quarter)


def _is_before(at: int, quarter: int) -> bool:
    return (at + _CALL_US) // QUARTER_US < quarter


def _best_hands(events: Iterable[UsageEvent]) -> dict[str, int]:
    """Return the lowest `second_hand` of every session; calls of no known session give way to nothing."""
    best: dict[str, int] = {}
    for event in events:
        if event.session and event.second_hand < best.get(event.session, 1 << 30):
            best[event.session] = event.second_hand
    return best
