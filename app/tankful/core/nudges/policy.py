"""Decides when a nudge may be offered, and keeps the score of those that were."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from tankful.core.nudges.cold_cache import IDLE
from tankful.core.nudges.nudge import Answer

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


class Score(NamedTuple):
    """How often a rule's nudges were offered, accepted and dismissed."""

    offered: int = 0
    accepted: int = 0
    dismissed: int = 0


@dataclass(frozen=True, slots=True)
class Memory:
    """What is kept of nudges: the newest offers, and the score of all that were ever made."""

    offers: tuple[Offer, ...] = ()
    """In order of time, at most `MOST`."""
    scores: tuple[tuple[str, Score], ...] = ()
    """By rule."""

    def known(self, key: str) -> Offer | None:
        """Return the offer with this key, the newest one."""
        return next((offer for offer in reversed(self.offers) if offer.key == key), None)

    def of_day(self, day: date) -> Offer | None:
        """Return what was offered on a day."""
        return next((offer for offer in reversed(self.offers) if offer.day == day), None)


def is_held_out(day: date) -> bool:
    """Say whether nothing is offered on this day, so that spend with and without nudges can be told apart: one day in five."""
    return sha256(f"tankful nudges {day.isoformat()}".encode()).digest()[0] % _ONE_IN == 0


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
    """Return the rules that may offer something new now: none in the middle of work, on a held-out day or where today's was offered."""
    if moment is None or is_held_out(day) or memory.of_day(day) is not None:
        return frozenset()
    return frozenset(rule for rule in rules if not sleeps(memory, rule, now))


def offered(memory: Memory, key: str, rule: str, now: datetime, day: date) -> Memory:
    """Return the memory with one more offer."""
    return replace(_counted(memory, rule, offered=1), offers=(*memory.offers, Offer(key, rule, now, day))[-MOST:])


def answered(memory: Memory, key: str, answer: Answer, now: datetime) -> Memory:
    """Return the memory with an answer to an offer; one that was answered before, or is not known, changes nothing."""
    offer = memory.known(key)
    if offer is None or offer.answer is not Answer.OFFERED or answer is Answer.OFFERED:
        return memory
    counts = Counter({answer.value: 1})
    new = tuple(each._replace(answer=answer, answered=now) if each is offer else each for each in memory.offers)
    return replace(_counted(memory, offer.rule, **counts), offers=new)


def _counted(memory: Memory, rule: str, **more: int) -> Memory:
    scores = dict(memory.scores)
    known = scores.get(rule, Score())
    scores[rule] = known._replace(**{name: getattr(known, name) + count for name, count in more.items()})
    return replace(memory, scores=tuple(scores.items()))
