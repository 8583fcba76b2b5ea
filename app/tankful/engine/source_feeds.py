"""How each source does, from what the last scan met and what is booked."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from tankful.core.health import Condition, FeedHealth
from tankful.core.problems import Flaw, Problem
from tankful.engine.closed_folders import way_in
from tankful.engine.survey import SourceSurvey
from tankful.sources.source import AgentSource
from tankful.store.ledger import Ledger

_WHY_UNREAD = {
    Flaw.UNREADABLE: "Check the permissions of {}.",
    Flaw.DAMAGED: "{} is damaged, or no database; its agent may be able to repair it.",
    Flaw.OTHER_SHAPE: "{} is of a version that this Tankful does not know; a newer one may.",
}
"""Flaws that keep a whole record from being read, each with what to do."""


class Counts(NamedTuple):
    """What is booked, by agent."""

    events: Mapping[str, int]
    prompts: Mapping[str, int]
    undated: Mapping[str, int]
    unread: tuple[Problem, ...]
    """What could not be read when that was tried last, of all agents."""


def counted(ledger: Ledger, *, prompts: bool = True) -> Counts:
    """Return what is booked of every agent; without `prompts`, which take as long as a report, none are known."""
    unread = tuple(noted.problem for noted in ledger.problems() if noted.problem.flaw in _WHY_UNREAD)
    return Counts(ledger.events(), ledger.prompts() if prompts else {}, ledger.undated(), unread)


def source_feeds(
    sources: Iterable[AgentSource], surveys: Mapping[str, SourceSurvey], counts: Counts, scanned_at: datetime | None
) -> tuple[FeedHealth, ...]:
    """Return the health of every source; `scanned_at` is the time of the last scan."""
    return tuple(_feed(source, surveys.get(source.id), counts, scanned_at) for source in sources)


def _feed(source: AgentSource, seen: SourceSurvey | None, counts: Counts, scanned_at: datetime | None) -> FeedHealth:
    files, events = seen.count if seen else 0, counts.events.get(source.id, 0)
    condition, title, hint = _state(source, seen, counts, is_found=bool(files or events))
    return FeedHealth(
        source.id,
        condition,
        scanned_at,
        title,
        hint,
        files=files,
        events=events,
        prompts=counts.prompts.get(source.id, 0),
        undated=counts.undated.get(source.id, 0),
    )


def _state(source: AgentSource, seen: SourceSurvey | None, counts: Counts, *, is_found: bool) -> tuple[Condition, str, str]:
    """Return how a source does, in a sentence where that is not well, and what to do."""
    if seen and seen.refused:
        what = "folder or file" if len(seen.refused) == 1 else "folders or files"
        title = f"{len(seen.refused)} {what} of {source.title} cannot be read"
        return Condition.FAILING, title, way_in(seen.refused[0])
    if seen and (unread := [problem for problem in counts.unread if seen.log(problem.path) is not None]):
        title = f"{len(unread)} {'record' if len(unread) == 1 else 'records'} of {source.title} cannot be read"
        return Condition.FAILING, title, _WHY_UNREAD[unread[0].flaw].format(unread[0].path)
    return (Condition.OK, "", "") if is_found else (Condition.WAITING, f"No records of {source.title} found", source.hint)
