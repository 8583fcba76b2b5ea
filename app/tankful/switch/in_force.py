"""Which agents were given another model, as the journal knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tankful.switch.errors import NotSwitched
from tankful.switch.journal import Entry, Journal
from tankful.switch.models import PURPOSE


@dataclass(frozen=True, slots=True)
class Switched:
    """One agent that was given another model."""

    agent: str
    title: str
    model: str
    """And of which account, in words."""
    files: tuple[str, ...]
    since: datetime
    in_the_way: str
    """Why it cannot be taken back; empty: it can."""


def in_force(journal: Journal, titles: Mapping[str, str]) -> tuple[Switched, ...]:
    """Look at what is in force, in the order in which it was switched. Raises `NotSwitched`: the journal cannot be read."""
    by_agent: dict[str, list[Entry]] = {}
    for entry in journal.entries():
        if entry.purpose == PURPOSE:
            by_agent.setdefault(entry.agent, []).append(entry)
    return tuple(
        Switched(
            agent,
            titles.get(agent, agent),
            entries[-1].note,
            tuple(dict.fromkeys(str(entry.path) for entry in entries)),
            datetime.fromisoformat(entries[-1].made_at),
            _in_the_way(journal, entries),
        )
        for agent, entries in by_agent.items()
    )


def _in_the_way(journal: Journal, entries: Sequence[Entry]) -> str:
    newest = {entry.path: entry for entry in entries}
    try:
        for entry in newest.values():
            journal.undoing(entry)
    except NotSwitched as why:
        return why.title
    return ""
