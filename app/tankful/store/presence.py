"""Answers which sessions are at work now, from the newest responses and prompts alone."""

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from tankful.core.presence import WITHIN
from tankful.store.moments import QUARTER_US, microseconds, moment
from tankful.store.names import Names
from tankful.store.rows import dollars
from tankful.store.stretches import OF_LAST_ROWS, OF_ROWS, OF_SUMS, stretch

_DAY = timedelta(days=1)
_LATELY = """
    SELECT context, agent, session, project, min(quarter), max(quarter),
        sum(requests), sum(input), sum(output), sum(cache_read), sum(cache_write), sum(cost_nano)
    FROM sums JOIN context ON context.id = sums.context WHERE quarter >= ? AND quarter <= ? GROUP BY context
"""
_BACKWARDS = "SELECT context, at FROM usage WHERE at > ? AND at <= ? ORDER BY at DESC"
_THEIRS = "context IN (SELECT value FROM json_each(:contexts))"
_ROWS = "SELECT context, coalesce(cost_nano, 0), cost_nano IS NULL FROM usage WHERE"
_SPENT = f"""
    SELECT context, sum(nano), sum(unpriced) FROM (
        SELECT context, cost_nano AS nano, requests * (basis = 'unpriced') AS unpriced FROM sums WHERE {OF_SUMS} AND {_THEIRS}
        UNION ALL {_ROWS} {OF_ROWS} AND {_THEIRS} UNION ALL {_ROWS} {OF_LAST_ROWS} AND {_THEIRS}
    ) GROUP BY context
"""  # noqa: S608 - only our own text is put in

Who = tuple[int, int]
"""Agent and session, as numbers of table `name`."""


class Working(NamedTuple):
    """A session at work, as `core.presence.WorkingSession` describes it."""

    agent: str
    session: str
    project: str
    spent_at: datetime | None
    prompted_at: datetime | None
    since_prompt: Decimal
    unpriced: int


class Presence:
    """Remembers when what responses share last had one, as long as its sums stay: every picture asks, and there may be thousands."""

    def __init__(self, connection: sqlite3.Connection, names: Names) -> None:
        """Know nothing yet."""
        self._connection = connection
        self._names = names
        self._newest: dict[int, tuple[tuple[int, ...], int]] = {}
        """By context: its sums at that time, and of which quarters; and when its newest response was, 0: not within the time looked at."""

    def working(self, now: datetime) -> list[Working]:
        """Return the sessions at work, the latest first; nothing from the future counts. The sums must be settled."""
        recent, today, until = (microseconds(each) for each in (now - WITHIN, now - _DAY, now))
        spent = self._spent(recent, until)
        prompted: dict[Who, tuple[int, int]] = {}
        for agent, session, project, at in self._connection.execute(
            "SELECT agent, session, max(project), max(at) FROM prompt WHERE at > ? AND at <= ? GROUP BY agent, session", (today, until)
        ):
            prompted[agent, session] = (project, at)
        at_work = {who: at for who, (_, at) in prompted.items() if at > recent} | {who: at for who, (_, at) in spent.items()}
        since = self._since({who: prompted.get(who, (0, today))[1] for who in at_work}, until)
        text = self._names.text
        found: list[Working] = []
        for who in sorted(at_work, key=lambda who: -max(at_work[who], prompted.get(who, (0, 0))[1])):
            project, spent_at = spent.get(who, (0, None))
            project_typed, prompted_at = prompted.get(who, (0, None))
            found.append(
                Working(
                    text(who[0]),
                    text(who[1]),
                    text(project or project_typed),
                    None if spent_at is None else moment(spent_at),
                    None if prompted_at is None else moment(prompted_at),
                    dollars(since[who][0]),
                    since[who][1],
                )
            )
        return found

    def _spent(self, recent: int, until: int) -> dict[Who, tuple[int, int]]:
        """Return of each session that spent lately a folder, and when that was."""
        one = self._connection.execute
        newest_of_all = one("SELECT coalesce(max(at), 0) FROM usage").fetchone()[0]
        if newest_of_all > until:
            self._newest = {}  # what lies in the future comes to count without a change of sums
        some = {context: (who, sums) for context, *who, sums in self._lately(recent // QUARTER_US, until // QUARTER_US)}
        newest = {context: known for context, known in self._newest.items() if context in some and known[0] == some[context][1]}
        asked = some.keys() - newest.keys()
        if asked:
            newest |= {context: (some[context][1], 0) for context in asked}
            for context, at in one(_BACKWARDS, (recent, until)):
                if context in asked:
                    newest[context] = (some[context][1], at)
                    asked.discard(context)
                    if not asked:
                        break
        if newest_of_all <= until:
            self._newest = newest
        spent: dict[Who, tuple[int, int]] = {}
        for context, (_, at) in newest.items():
            if at > recent:
                (agent, session, project), _ = some[context]
                before, last = spent.get((agent, session), (0, 0))
                spent[agent, session] = (max(before, project), max(last, at))
        return spent

    def _lately(self, first: int, last: int) -> list[tuple[int, int, int, int, tuple[int, ...]]]:
        """Return what responses of these quarters share: its number, agent, session and folder, and its sums there."""
        rows = self._connection.execute(_LATELY, (first, last)).fetchall()
        return [(context, agent, session, project, tuple(sums)) for context, agent, session, project, *sums in rows]

    def _since(self, after: Mapping[Who, int], until: int) -> dict[Who, tuple[int, int]]:
        """Return the nano-dollars that each session spent after its moment, and how many of its requests have no price."""
        one = self._connection.execute
        of: dict[int, Who] = {}
        for agent, session in after:
            for (context,) in one("SELECT id FROM context WHERE session = ? AND agent = ?", (session, agent)):
                of[context] = (agent, session)
        since: dict[Who, tuple[int, int]] = dict.fromkeys(after, (0, 0))
        for moment_us in {*after.values()}:
            theirs = json.dumps([context for context, who in of.items() if after[who] == moment_us])
            asked = stretch(self._connection, moment_us, until)._asdict() | {"contexts": theirs}
            for context, nano, unpriced in one(_SPENT, asked).fetchall():
                before = since[of[context]]
                since[of[context]] = (before[0] + nano, before[1] + unpriced)
        return since
