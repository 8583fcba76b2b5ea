"""Decides when a nudge may be offered, and keeps the score of those that were."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from tankful.core.nudges.cold_cache import IDLE
from tankful.core.nudges.nudge import Answer, Nudge

MOST = 200
"""Offers that are remembered; older ones are counted on in the score."""
SLEEP = timedelta(days=30)
_TWICE = 2
_ONE_IN = 5


class Moment(StrEnum):
    """When something may be offered."""

    SESSION_START = "session-start"
    PAUSE = "pause"
    """Nothing was answered for longer than a cache lasts: a switch costs least now."""
    PANEL = "panel"
    """Somebody asks."""


class Offer(NamedTuple):
    """A nudge that was offered, and what became of it."""

    key: str
    rule: str
    at: datetime
    day: date
    """In the user's zone."""
    answer: Answer = Answer.OFFERED
    answered: datetime | None = None
    agent: str = ""
    model: str = ""
    """Which was suggested for the agent; empty: none was."""
    switched: datetime | None = None
    """When the agent was given that model for good, because of it."""
    undone: datetime | None = None
    """When that was first seen to have been taken back."""


class HeldOut(NamedTuple):
    """A nudge that was due, and was not offered because of the day."""

    at: datetime
    day: date
    rule: str


class Score(NamedTuple):
    """How often a rule's nudges were offered, accepted and dismissed, and how often a switch that came of one was undone."""

    offered: int = 0
    accepted: int = 0
    dismissed: int = 0
    undone: int = 0


@dataclass(frozen=True, slots=True)
class Memory:
    """What is kept of nudges: the newest offers, and the score of all that were ever made."""

    offers: tuple[Offer, ...] = ()
    """In order of time, at most `MOST`."""
    scores: tuple[tuple[str, Score], ...] = ()
    """By rule."""
    held_out: tuple[HeldOut, ...] = ()
    """Days on which something was due and held back, in order, at most `MOST`."""
    seed: str = ""
    """Decides, with the day, on which days something is held back; empty: none was chosen yet."""

    def known(self, key: str) -> Offer | None:
        """Return the offer with this key, the newest one."""
        return next((offer for offer in reversed(self.offers) if offer.key == key), None)

    def of_day(self, day: date) -> Offer | None:
        """Return what was offered on a day."""
        return next((offer for offer in reversed(self.offers) if offer.day == day), None)

    def was_held_out(self, day: date) -> bool:
        """Say whether something was due on this day and held back."""
        return any(held.day == day for held in self.held_out)


def is_held_out(day: date, seed: str) -> bool:
    """Say whether nothing is offered on this day, so that spend with and without nudges can be told apart: one day in five.

    The coin depends on nothing but day and seed, so neither what was spent nor what was offered before has a part in it.
    """
    return sha256(f"tankful nudges {seed} {day.isoformat()}".encode()).digest()[0] % _ONE_IN == 0


def moment_at(now: datetime, last: datetime | None, prompted: datetime | None, since_start: int) -> Moment | None:
    """Return which moment it is, `None` in the middle of work.

    `last` is the time of the newest response, `prompted` of the newest prompt, `since_start` how many responses the newest session has.
    """
    if last is None or now - last > IDLE:
        return Moment.PAUSE
    if since_start <= 1 and (prompted is None or prompted <= last):
        return Moment.SESSION_START
    return None


def sleeps(memory: Memory, rule: str, now: datetime) -> bool:
    """Say whether a rule was dismissed twice, the last time less than 30 days ago, and not accepted between."""
    answered = [offer for offer in memory.offers if offer.rule == rule and offer.answered is not None]
    newest = answered[-_TWICE:]
    if len(newest) < _TWICE or any(offer.answer is not Answer.DISMISSED for offer in newest):
        return False
    return any(offer.answered is not None and now - offer.answered < SLEEP for offer in newest[-1:])


def awake(memory: Memory, rules: Iterable[str], now: datetime, day: date, moment: Moment | None) -> frozenset[str]:
    """Return the rules that may have something new now: none in the middle of work, or where today's was offered or held back."""
    if moment is None or memory.was_held_out(day) or memory.of_day(day) is not None:
        return frozenset()
    return frozenset(rule for rule in rules if not sleeps(memory, rule, now))


def offered(memory: Memory, nudge: Nudge, now: datetime, day: date) -> Memory:
    """Return the memory with one more offer."""
    offer = Offer(nudge.key, nudge.rule, now, day, agent=nudge.agent, model="" if nudge.tool is None else nudge.tool.model)
    return replace(_counted(memory, nudge.rule, offered=1), offers=(*memory.offers, offer)[-MOST:])


def held_back(memory: Memory, rule: str, now: datetime, day: date) -> Memory:
    """Return the memory with a day on which something was due and held back."""
    return replace(memory, held_out=(*memory.held_out, HeldOut(now, day, rule))[-MOST:])


def answered(memory: Memory, key: str, answer: Answer, now: datetime, switched: datetime | None = None) -> Memory:
    """Return the memory with an answer to an offer; one that was answered before, or is not known, changes nothing.

    `switched` is when the agent was given the suggested model for good, if it was.
    """
    offer = memory.known(key)
    if offer is None or offer.answer is not Answer.OFFERED or answer is Answer.OFFERED:
        return memory
    counts = Counter({answer.value: 1})
    new = tuple(each._replace(answer=answer, answered=now, switched=switched) if each is offer else each for each in memory.offers)
    return replace(_counted(memory, offer.rule, **counts), offers=new)


def undone(memory: Memory, in_force: Mapping[str, datetime], now: datetime) -> Memory:
    """Return the memory with what was taken back of the switches that came of offers.

    `in_force` says when each agent that was given another model was given it last: a later switch of the same agent replaces one and
    does not undo it.
    """
    gone = [
        offer
        for offer in memory.offers
        if offer.switched is not None and offer.undone is None and (offer.agent not in in_force or in_force[offer.agent] < offer.switched)
    ]
    for offer in gone:
        memory = replace(
            _counted(memory, offer.rule, undone=1),
            offers=tuple(each._replace(undone=now) if each is offer else each for each in memory.offers),
        )
    return memory


def _counted(memory: Memory, rule: str, **more: int) -> Memory:
    scores = dict(memory.scores)
    known = scores.get(rule, Score())
    scores[rule] = known._replace(**{name: getattr(known, name) + count for name, count in more.items()})
    return replace(memory, scores=tuple(scores.items()))
