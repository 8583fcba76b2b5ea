"""Answers which sessions of an agent began after a moment, and which models they used."""

import sqlite3
from datetime import datetime, timedelta

from tankful.core.post_check import BegunSession
from tankful.store.moments import microseconds, moment
from tankful.store.names import Names

_LOOKED_AT = timedelta(days=14)
"""Later sessions say nothing of a switch any more: much else may have changed."""
_BEFORE = timedelta(days=7)
"""A session that was at work in the days before did not begin after."""
_MOST = 50


def begun_since(connection: sqlite3.Connection, names: Names, agent: str, since: datetime) -> list[BegunSession]:
    """Return the newest sessions of an agent that began after `since` and within two weeks of it."""
    number = connection.execute("SELECT id FROM name WHERE text = ?", (agent,)).fetchone()
    if number is None:
        return []
    first, start, end = (microseconds(each) for each in (since - _BEFORE, since, since + _LOOKED_AT))
    rows = connection.execute(
        "SELECT session, model, min(at), count(*) FROM usage JOIN context ON context.id = usage.context"
        " WHERE at > ? AND at <= ? AND agent = ? AND session <> 0 AND session NOT IN"
        " (SELECT session FROM usage JOIN context ON context.id = usage.context WHERE at > ? AND at <= ? AND agent = ?)"
        " GROUP BY session, model",
        (start, end, *number, first, start, *number),
    )
    began: dict[int, int] = {}
    models: dict[int, dict[str, int]] = {}
    for session, model, at, count in rows:
        began[session] = min(at, began.get(session, at))
        if model:
            models.setdefault(session, {})[names.text(model)] = count
    newest = sorted(began, key=lambda session: -began[session])[:_MOST]
    return [BegunSession(moment(began[session]), models.get(session, {})) for session in newest]
