"""Which suggestion is made now or held back, and what became of the others; that is kept in the ledger and outlives a restart."""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from tankful.core.counterfactual import PriceSheet
from tankful.core.errors import LedgerUnusable, PolicyUnreadable
from tankful.core.nudges.cold_cache import IDLE
from tankful.core.nudges.effect import AFTER, Effect, Nudged, effect
from tankful.core.nudges.kept import kept, remembered
from tankful.core.nudges.nudge import SPAN, Answer, Nudge, Work
from tankful.core.nudges.policy import Memory, Moment, answered, awake, held_back, is_held_out, moment_at, offered, undone
from tankful.core.nudges.rules import RULES, found
from tankful.core.own_models import InHouse
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.engine.in_house import in_house
from tankful.engine.switches import Switches
from tankful.pricing.list_prices import list_prices
from tankful.store.history import History
from tankful.store.ledger import Ledger
from tankful.store.policy_file import PolicyFile
from tankful.system.paths import Folders, resource

if TYPE_CHECKING:
    from tankful.pricing.cost import Pricer

FACT = "nudges"
_AGAIN = timedelta(minutes=10)
"""What was found does not change sooner, nor does what was not."""
_MOST = 2000
"""So many of the newest requests are looked at."""
_COMPARED = timedelta(days=180)
"""So far back days with and without a suggestion are compared."""


class NudgeBook:
    """For the thread that owns the ledger. Rules are asked seldom, and only those that may say something."""

    def __init__(self, folders: Folders) -> None:
        """Know nothing yet; the journal of switches is below the data folder, and the policy where the organisation keeps it."""
        self._policy_file = PolicyFile(folders.policy)
        self.present: Nudge | None = None
        """What is suggested, as of the last look."""
        self._own_seed = os.urandom(8).hex()
        """Counts where the ledger keeps none, and is kept with the first day that it decided."""
        self.memory = Memory(seed=self._own_seed)
        self._held: Nudge | None = None
        """What is due, and is held back today."""
        self._switches = Switches(folders.data)
        self._spent: dict[datetime, Decimal] = {}
        """What was spent in the day after these times."""
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
        self._held = None
        self._remember(ledger)
        told = self.memory.of_day(day)
        if not settings.nudges or self.memory.was_held_out(day) or (told is not None and told.answer is not Answer.OFFERED):
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
        tools = in_house(settings, history.accounts, day, self._policy())
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
            return
        due = next((nudge for nudge in nudges if self.memory.known(nudge.key) is None), None)
        self.present, self._held = (None, due) if is_held_out(day, self.memory.seed) else (due, None)

    def keep(self, ledger: Ledger, zone: tzinfo, now: datetime) -> None:
        """Keep what was offered, held back or undone; where another program has offered something meanwhile, that one counts."""
        memory, day, nudge = self._with_undone(now), now.astimezone(zone).date(), self.present
        if self._held is not None:
            memory = held_back(memory, self._held.rule, now, day)
        elif nudge is not None and memory.known(nudge.key) is None:
            memory = offered(memory, nudge, now, day)
        if memory is not self.memory and not self._write(ledger, memory):
            self.present = self._asked = None

    def score(self, history: History, settings: Settings, zone: tzinfo, now: datetime) -> Nudged:
        """Return what became of all suggestions, and what was spent after those of the last months whose day is over."""
        since = now - min(_COMPARED, timedelta(days=settings.keep_sums_days - 1))
        offers, held = (
            [self._after(history, each.at) for each in days if since <= each.at <= now - AFTER]
            for days in (self.memory.offers, self.memory.held_out)
        )
        found = effect(offers, held) if offers or held else Effect()
        return Nudged(self.memory.scores, found, self.memory.was_held_out(now.astimezone(zone).date()))

    def answer(self, ledger: Ledger, key: str, answer: Answer, now: datetime) -> None:
        """Take it from the user what became of a suggestion."""
        is_kept = False
        while not is_kept:
            self._remember(ledger)
            offer = self.memory.known(key)
            is_switch = offer is not None and answer is Answer.ACCEPTED and offer.model
            switched = self._switches.made(offer.agent, offer.model, offer.at) if offer is not None and is_switch else None
            is_kept = self._write(ledger, answered(self.memory, key, answer, now, switched))
        if answer is Answer.DISMISSED and self.present is not None and self.present.key == key:
            self.present = None

    def _remember(self, ledger: Ledger) -> None:
        text = ledger.fact(FACT)
        if text == self._text:
            return
        self._text, self.memory = text, Memory()
        if text is not None:
            with suppress(KeyError, TypeError, ValueError, AttributeError):  # kept by another version
                self.memory = remembered(json.loads(text))
        if not self.memory.seed:
            self.memory = replace(self.memory, seed=self._own_seed)

    def _with_undone(self, now: datetime) -> Memory:
        """Return the memory with switches that were taken back, as the journal knows."""
        if not any(offer.switched is not None and offer.undone is None for offer in self.memory.offers):
            return self.memory
        in_force = self._switches.in_force()
        return self.memory if in_force is None else undone(self.memory, in_force, now)

    def _policy(self) -> Mapping[str, InHouse]:
        """Return which models the organisation calls in-house; a policy that cannot be read counts for nothing, and `doctor` says why."""
        try:
            return self._policy_file.read().in_house
        except PolicyUnreadable:
            return {}

    def _after(self, history: History, at: datetime) -> Decimal:
        if at not in self._spent:
            self._spent[at] = history.spent(at, at + AFTER)
        return self._spent[at]

    def _write(self, ledger: Ledger, memory: Memory) -> bool:
        text = json.dumps(kept(memory), separators=(",", ":"))
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
