"""Which suggestion is made now, and what became of the others; that is kept in the ledger and outlives a restart."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tankful.core.counterfactual import PriceSheet
from tankful.core.errors import LedgerUnusable
from tankful.core.nudges.cold_cache import IDLE
from tankful.core.nudges.nudge import SPAN, Answer, Nudge, Work
from tankful.core.nudges.policy import Memory, Moment, Offer, Score, answered, awake, is_held_out, moment_at, offered
from tankful.core.nudges.rules import RULES, found
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.engine.in_house import in_house
from tankful.pricing.list_prices import list_prices
from tankful.store.history import History
from tankful.store.ledger import Ledger
from tankful.system.paths import resource

if TYPE_CHECKING:
    from tankful.pricing.cost import Pricer

FACT = "nudges"
_AGAIN = timedelta(minutes=10)
"""What was found does not change sooner, nor does what was not."""
_MOST = 2000
"""So many of the newest requests are looked at."""


class NudgeBook:
    """For the thread that owns the ledger. Rules are asked seldom, and only those that may say something."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.present: Nudge | None = None
        """What is suggested, as of the last look."""
        self.memory = Memory()
        self.is_asked_for = False
        """Whether somebody asks: that is a moment too, where no agent is in the middle of work."""
        self._text: str | None = None
        """What the ledger keeps, as far as we know."""
        self._asked: tuple[datetime, Settings] | None = None
        """When rules were asked last, and by which settings."""

    def look(
        self, ledger: Ledger, history: History, seen: Snapshot, price: "Callable[[], Pricer]", settings: Settings, zone: tzinfo
    ) -> None:
        """Bring what is suggested up to date with a picture, at the moments at which something may be."""
        now = seen.as_of
        day = now.astimezone(zone).date()
        self._remember(ledger)
        told = self.memory.of_day(day)
        if not settings.nudges or is_held_out(day) or (told is not None and told.answer is not Answer.OFFERED):
            self.present = self._asked = None
            return
        if not self.is_asked_for and self._asked is not None and self._asked[1] is settings and abs(now - self._asked[0]) < _AGAIN:
            return
        if told is not None:
            rules = frozenset({told.rule})
        else:
            self.present = None
            moment = Moment.PANEL if self.is_asked_for else _moment(history, seen)
            rules = awake(self.memory, (rule.name for rule in RULES), now, day, moment)
        if not rules:
            return
        self._asked = now, settings
        tools = in_house(settings, history.accounts, day)
        since = now - SPAN
        work = Work(
            now,
            lambda: history.requests(since, now, _MOST),
            list_prices(price()),
            _sheet(),
            tools,
            lambda: history.typed(since, now, _MOST),
            lambda: history.told_of_spikes(since, now),
        )
        nudges = found(work, rules)
        if told is not None:
            self.present = next((nudge for nudge in nudges if nudge.key == told.key), self.present)
        else:
            self.present = next((nudge for nudge in nudges if self.memory.known(nudge.key) is None), None)

    def keep(self, ledger: Ledger, zone: tzinfo, now: datetime) -> None:
        """Keep that it was offered; where another program has offered something meanwhile, that one counts."""
        nudge = self.present
        if nudge is None or self.memory.known(nudge.key) is not None:
            return
        if not self._write(ledger, offered(self.memory, nudge.key, nudge.rule, now, now.astimezone(zone).date())):
            self.present = None

    def answer(self, ledger: Ledger, key: str, answer: Answer, now: datetime) -> None:
        """Take it from the user what became of a suggestion."""
        is_kept = False
        while not is_kept:
            self._remember(ledger)
            is_kept = self._write(ledger, answered(self.memory, key, answer, now))
        if answer is Answer.DISMISSED and self.present is not None and self.present.key == key:
            self.present = None

    def _remember(self, ledger: Ledger) -> None:
        text = ledger.fact(FACT)
        if text == self._text:
            return
        self._text, self.memory = text, Memory()
        if text is not None:
            with suppress(KeyError, TypeError, ValueError):  # kept by another version
                self.memory = _memory(json.loads(text))

    def _write(self, ledger: Ledger, memory: Memory) -> bool:
        text = json.dumps(_plain(memory), separators=(",", ":"))
        with suppress(LedgerUnusable):  # a full disk: it is offered again next time
            if not ledger.swap_fact(FACT, self._text, text):
                return False
            self._text, self.memory = text, memory
        return True


def _moment(history: History, seen: Snapshot) -> Moment | None:
    newest = next(iter(seen.working), None)
    if newest is None:
        return moment_at(seen.as_of, seen.last_event, None, 0)
    if any(other.spent_at is not None and seen.as_of - other.spent_at <= IDLE for other in seen.working[1:]):
        return None  # another session is in the middle of work
    return moment_at(seen.as_of, seen.last_event, newest.prompted_at, history.responses(newest.agent, newest.session, seen.as_of))


@lru_cache(1)
def _sheet() -> PriceSheet:
    """Return where list prices are from."""
    from tankful.pricing.table import read_table  # noqa: PLC0415 - hardly ever needed

    table = read_table(resource("prices.json"))
    return PriceSheet(table.source, table.generated)


def _plain(memory: Memory) -> dict[str, Any]:
    return {
        "offers": [
            [
                offer.key,
                offer.rule,
                offer.at.isoformat(),
                offer.day.isoformat(),
                offer.answer.value,
                None if offer.answered is None else offer.answered.isoformat(),
            ]
            for offer in memory.offers
        ],
        "scores": {rule: list(score) for rule, score in memory.scores},
    }


def _memory(plain: Any) -> Memory:
    offers = tuple(
        Offer(
            str(key),
            str(rule),
            datetime.fromisoformat(at),
            date.fromisoformat(day),
            Answer(answer),
            None if when is None else datetime.fromisoformat(when),
        )
        for key, rule, at, day, answer, when in plain["offers"]
    )
    scores = tuple((str(rule), Score(*map(int, counts))) for rule, counts in plain["scores"].items())
    return replace(Memory(), offers=offers, scores=scores)
