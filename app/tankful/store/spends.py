"""Tells responses and prompts in order of time, as a watch for spikes wants to see them."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tankful.core.making import made
from tankful.core.spike import Spend
from tankful.store.moments import microseconds
from tankful.store.names import Names
from tankful.store.rows import UNDATED

_PROMPT = 0
_ROWS = f"""
    SELECT at, 1, cost_nano, agent, session, project, model, input, cache_read, cache_write
    FROM usage JOIN context ON context.id = usage.context WHERE at > :start AND at <= :end AND flags & {UNDATED} = 0
    UNION ALL SELECT at, 0, 0, agent, session, project, 0, 0, 0, 0 FROM prompt WHERE at > :start AND at <= :end
    ORDER BY 1, 2
"""  # noqa: S608 - our own whole number


Known = dict[tuple[int, int, int, int], tuple[str, str, str, str]]
"""Agent, session, folder and model: their names by their numbers."""


def spends(connection: sqlite3.Connection, names: Names, start: datetime, end: datetime) -> Iterator[tuple[Spend, int]]:
    """Yield what was spent after `start` up to `end`, with exact nano-dollars; a prompt is a response of nothing that was typed before.

    What stands at the end of a session because nothing says when it was spent is left out: much at once is no spike there.
    """
    known: Known = {}
    for row in connection.execute(_ROWS, {"start": microseconds(start), "end": microseconds(end)}):
        yield spend_of(row, known, names), row[2] or 0


def spend_of(row: tuple[Any, ...], known: Known, names: Names) -> Spend:
    """Return a row as what was spent; `known` keeps names that were looked up."""
    at, kind, nano, agent, session, project, model, uncached, cache_read, cache_write = row
    numbers = agent, session, project, model
    words = known.get(numbers)
    if words is None:
        words = known[numbers] = names.text(agent), names.text(session), names.text(project), names.text(model)
    given = uncached + cache_read + cache_write
    cached = cache_read / given if given else None
    return made(Spend, (at / 1_000_000, (nano or 0) / 1_000_000_000, *words, kind == _PROMPT, cached))
