"""Tells the requests of a stretch of time with all that prices them, and what was typed and said meanwhile, as suggestions look at them."""

import sqlite3
from datetime import datetime

from tankful.core.inbox import Rule
from tankful.core.nudges.nudge import Typed
from tankful.core.usage import TokenUsage, UsageEvent
from tankful.store.moments import microseconds, moment
from tankful.store.names import Names
from tankful.store.rows import SUMMED, UNDATED

_ROWS = f"""
    SELECT at, input, output, cache_read, cache_write, cache_write_1h, reasoning, flags,
           agent, model, session, project, provider, route, tier, geo
    FROM usage JOIN context ON context.id = usage.context WHERE at > ? AND at <= ? AND flags & {UNDATED} = 0 ORDER BY at DESC LIMIT ?
"""  # noqa: S608 - our own whole number


def typed(connection: sqlite3.Connection, names: Names, start: datetime, end: datetime, most: int) -> tuple[Typed, ...]:
    """Return what humans were seen typing after `start` up to `end`, the newest so many, in order of time."""
    found = connection.execute(
        "SELECT at, agent, session FROM prompt WHERE at > ? AND at <= ? ORDER BY at DESC LIMIT ?",
        (microseconds(start), microseconds(end), most),
    ).fetchall()
    known = {number: names.text(number) for row in found for number in row[1:]}
    return tuple(Typed(moment(at), known[agent], known[session]) for at, agent, session in reversed(found))


def told(connection: sqlite3.Connection, start: datetime, end: datetime) -> tuple[datetime, ...]:
    """Return when notices told of spikes after `start` up to `end`."""
    found = connection.execute(
        "SELECT at FROM notice WHERE rule = ? AND at > ? AND at <= ? ORDER BY at",
        (Rule.SPIKE.value, microseconds(start), microseconds(end)),
    )
    return tuple(moment(at) for (at,) in found.fetchall())


def requests(connection: sqlite3.Connection, names: Names, start: datetime, end: datetime, most: int) -> tuple[UsageEvent, ...]:
    """Return the newest requests after `start` up to `end`, at most so many, in order of time; without identities and recorded costs."""
    known: dict[int, str] = {}

    def text(number: int) -> str:
        if number not in known:
            known[number] = names.text(number)
        return known[number]

    found = connection.execute(_ROWS, (microseconds(start), microseconds(end), most)).fetchall()
    return tuple(
        UsageEvent(
            text(agent),
            (),
            moment(at),
            TokenUsage._make(tokens),
            text(model) or None,
            text(session),
            text(project),
            text(provider),
            text(route),
            text(tier),
            text(geo),
            summed=bool(flags & SUMMED),
        )
        for at, *tokens, flags, agent, model, session, project, provider, route, tier, geo in reversed(found)
    )
