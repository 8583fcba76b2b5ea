"""Finds where each context leads: through which linked account, by its log, the user's choices and what gateways list."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tankful.core.allocation import Via
from tankful.core.routing import Led, Routing, Shown
from tankful.store.moments import moment
from tankful.store.names import Names

_SHOWN = """
    SELECT usage.context, booked.account, booked.via, max(booked.at)
    FROM booked JOIN usage ON usage.id = booked.response GROUP BY 1, 2, 3 ORDER BY 3
"""


@dataclass(frozen=True, slots=True)
class Ways:
    """Numbers of table `context` by account; `""` has those that go past all of them."""

    led: Mapping[str, Mapping[int, Via]] = field(default_factory=dict[str, dict[int, Via]])
    """With what tells from which of the account's budgets their calls are spent."""
    maybe: Mapping[str, Iterable[int]] = field(default_factory=dict[str, list[int]])
    """Those that are led elsewhere for want of anything that decides."""
    perhaps: Mapping[int, tuple[str, ...]] = field(default_factory=dict[int, "tuple[str, ...]"])
    """By context the accounts that it may be of, where nothing decides."""
    listed: Mapping[str, Iterable[int]] = field(default_factory=dict[str, list[int]])
    """Those of which the account lists a call, wherever they lead."""


def ways(connection: sqlite3.Connection, names: Names, routing: Routing) -> Ways:
    """Return where all contexts lead.

    What a list shows of one model of a session holds for that model; where several accounts are linked at one address, for
    the whole session, since a session has one key.
    """
    text = names.text
    rows = connection.execute("SELECT id, agent, project, route, session FROM context").fetchall()
    shown = _shown(connection, routing)
    of_session: dict[tuple[int, int, int], dict[str, Shown]] = {}
    for number, agent, _, route, session in rows:
        _merge(of_session.setdefault((agent, route, session), {}), shown.get(number, {}))
    known: dict[tuple[int, int, int], Led] = {}
    led: dict[str, dict[int, Via]] = {}
    maybe: dict[str, list[int]] = {}
    perhaps: dict[int, tuple[str, ...]] = {}
    for number, agent, project, route, session in rows:
        way = known.get((agent, project, route))
        if way is None:
            way = known[agent, project, route] = routing.led(agent=text(agent), project=text(project), route=text(route), shown={})
        evidence = of_session[agent, route, session] if way.maybe and text(session) else shown.get(number, {})
        if evidence:
            way = routing.led(agent=text(agent), project=text(project), route=text(route), shown=evidence)
        led.setdefault(way.account, {})[number] = evidence[way.account].via if way.account in evidence else Via.KEY
        for account in way.maybe:
            maybe.setdefault(account, []).append(number)
            perhaps[number] = way.account, *way.maybe
    return Ways(led, maybe, perhaps, _by_account(shown))


def _shown(connection: sqlite3.Connection, routing: Routing) -> dict[int, dict[str, Shown]]:
    """Return what the lists of the linked accounts show of each context."""
    shown: dict[int, dict[str, Shown]] = {}
    for number, account, via, at in connection.execute(_SHOWN).fetchall():  # the nearest last
        if account in routing.urls:
            shown.setdefault(number, {})[account] = Shown(Via(via), moment(at))
    return shown


def _by_account(shown: Mapping[int, Mapping[str, Shown]]) -> dict[str, list[int]]:
    listed: dict[str, list[int]] = {}
    for number, evidence in shown.items():
        for account in evidence:
            listed.setdefault(account, []).append(number)
    return listed


def _merge(into: dict[str, Shown], shown: Mapping[str, Shown]) -> None:
    for account, each in shown.items():
        into[account] = max(each, into.get(account, each))
