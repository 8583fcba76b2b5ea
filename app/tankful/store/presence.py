"""Answers which sessions are at work now, from the newest responses and prompts alone."""

import sqlite3
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from tankful.core.presence import WITHIN
from tankful.store.moments import microseconds, moment
from tankful.store.names import Names
from tankful.store.rows import dollars

_DAY = timedelta(days=1)


class Working(NamedTuple):
    """A session at work, as `core.presence.WorkingSession` describes it."""

    agent: str
    session: str
    project: str
    spent_at: datetime | None
    prompted_at: datetime | None
    since_prompt: Decimal
    unpriced: int


def working(connection: sqlite3.Connection, names: Names, now: datetime) -> list[Working]:
    """Return the sessions at work, the latest first; nothing from the future counts."""
    recent, today, until = (microseconds(each) for each in (now - WITHIN, now - _DAY, now))
    spent: dict[tuple[int, int], tuple[int, int]] = {}
    for agent, session, project, at in connection.execute(
        "SELECT agent, session, max(project), max(at) FROM usage JOIN context ON context.id = usage.context"
        " WHERE at > ? AND at <= ? GROUP BY agent, session",
        (recent, until),
    ):
        spent[agent, session] = (project, at)
    prompted: dict[tuple[int, int], tuple[int, int]] = {}
    for agent, session, project, at in connection.execute(
        "SELECT agent, session, max(project), max(at) FROM prompt WHERE at > ? AND at <= ? GROUP BY agent, session", (today, until)
    ):
        prompted[agent, session] = (project, at)
    at_work = {key: at for key, (_, at) in prompted.items() if at > recent} | {key: at for key, (_, at) in spent.items()}
    found: list[Working] = []
    for agent, session in sorted(at_work, key=lambda key: -max(at_work[key], prompted.get(key, (0, 0))[1])):
        project, spent_at = spent.get((agent, session), (0, None))
        project_typed, prompted_at = prompted.get((agent, session), (0, None))
        nano, unpriced = connection.execute(
            "SELECT coalesce(sum(cost_nano), 0), coalesce(sum(cost_nano IS NULL), 0) FROM usage JOIN context ON context.id = usage.context"
            " WHERE at > ? AND at <= ? AND agent = ? AND session = ?",
            (today if prompted_at is None else prompted_at, until, agent, session),
        ).fetchone()
        found.append(
            Working(
                names.text(agent),
                names.text(session),
                names.text(project or project_typed),
                None if spent_at is None else moment(spent_at),
                None if prompted_at is None else moment(prompted_at),
                dollars(nano),
                unpriced,
            )
        )
    return found
