"""Keeps of which model was asked where another one answered, and says so beside what gateways list."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from tankful.core.served import Answered
from tankful.core.usage import AskedOtherwise, TokenUsage
from tankful.store.moments import microseconds, moment
from tankful.store.names import Names

_SUMS = """
    min(usage.at), max(usage.at), count(*), sum(input), sum(output), sum(cache_read), sum(cache_write), sum(cache_write_1h), sum(reasoning)
"""
_TOLD = f"""
    SELECT context.agent, context.session, max(context.project), context.provider, told.asked, told.served, {_SUMS}
    FROM (SELECT coalesce(now, identity.usage) AS id, max(asked) AS asked, max(served) AS served
        FROM asked_otherwise JOIN identity ON identity.key = asked_otherwise.key LEFT JOIN forward ON forward.usage = identity.usage
        WHERE asked_otherwise.at >= ? GROUP BY 1) AS told
    JOIN usage ON usage.id = told.id JOIN context ON context.id = usage.context
    WHERE usage.at >= ? GROUP BY context.agent, context.session, context.provider, told.asked, told.served
"""  # noqa: S608 - our own columns
_LISTED = f"""
    SELECT context.agent, context.session, max(context.project), context.provider, context.model,
        booked.account, booked.model, deployment, {_SUMS}
    FROM booked JOIN usage ON usage.id = booked.response JOIN context ON context.id = usage.context JOIN name ON name.id = context.model
    WHERE booked.at >= ? AND usage.at >= ? AND name.text NOT IN (booked.model, deployment)
    GROUP BY context.agent, context.session, context.provider, context.model, booked.account, booked.model, deployment
"""  # noqa: S608 - same
_AROUND_US = 86_400_000_000
"""Clocks of a gateway and of this machine differ by no more."""


def note_asked(connection: sqlite3.Connection, names: Names, asked: Iterable[AskedOtherwise]) -> None:
    """Keep, inside the caller's transaction, of which model these responses were asked."""
    connection.executemany(
        "INSERT OR IGNORE INTO asked_otherwise VALUES (?, ?, ?, ?)",
        [(each.key, microseconds(each.at), names.number(each.asked), names.number(each.served)) for each in asked],
    )


def answered(connection: sqlite3.Connection, names: Names, since: datetime) -> Iterator[Answered]:
    """Yield, by session, calls since then for which another model was asked than the one that answered, going by names alone."""
    start, text = microseconds(since), names.text
    for agent, session, project, provider, asked, served, *sums in connection.execute(_TOLD, (start, start)).fetchall():
        yield _answered((agent, session, project, provider, asked), names, (text(served),), sums)
    for row in connection.execute(_LISTED, (start - _AROUND_US, start)).fetchall():
        account, *served = row[5:8]
        yield _answered(row[:5], names, tuple(filter(None, served)), row[8:])._replace(account=account)


def _answered(shared: Iterable[int], names: Names, served: tuple[str, ...], sums: Sequence[int]) -> Answered:
    first, last, calls, *counts = sums
    agent, session, project, provider, asked = map(names.text, shared)
    return Answered(agent, session, project, provider, asked, served, moment(first), moment(last), calls, TokenUsage._make(counts))
