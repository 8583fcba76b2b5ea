"""Which spikes run now, from what the ledger knows; what was learned for that is kept in the ledger too, and outlives a restart."""

import json
from collections import deque
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from tankful.core.errors import LedgerUnusable
from tankful.core.periods import midnight
from tankful.core.spike import Spend, Spike, SpikeState
from tankful.core.spike_memory import kept, remembered
from tankful.core.spikes import SpikeWatch
from tankful.store.history import History
from tankful.store.ledger import Ledger
from tankful.store.moments import microseconds, moment

FACT = "spikes"
_TAUGHT = timedelta(days=56)
"""What lies further back teaches nothing any more: four half-lives of what is usual."""
_LATE = timedelta(minutes=20)
"""So long a response may still be booked late or grow; younger ones are looked at anew each time."""
_YOUNG_MOST = 200
"""No more of them, so that a look stays quick."""
_FLOOD_S, _YOUNG_IN_FLOOD = 10.0, 50
"""Where that many came in so short a time, no more than these few, for there will be as many again at the next look."""
_KEPT_EVERY_US = 600_000_000
"""What a kill loses is learned again from the ledger, so it is seldom written."""
_SET_BACK = timedelta(hours=1)


class SpikeBook:
    """A watch over what is booked, in two parts: what will change no more is learned for good, the rest is looked at on a copy.

    For the thread that owns the ledger. Several programs may look at one ledger: whoever finds that another one has kept
    something goes on from there.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self.running: tuple[Spike, ...] = ()
        """As of the last look."""
        self._zone: tzinfo = UTC
        self._watch: SpikeWatch | None = None
        self._young: deque[Spend] = deque()
        self._until_us = self._kept_us = 0
        """Time of the last response that was learned from, and of the last one when that was kept."""
        self._told: datetime | None = None
        """When the last spike was first said to have been noticed: by that it is known."""
        self._text: str | None = None
        """What the ledger keeps, as far as we know."""
        self._changed = False

    def look(self, ledger: Ledger, history: History, zone: tzinfo, now: datetime) -> tuple[Spike, ...]:
        """Take in what was booked since, and return the spikes that run now."""
        self._zone = zone
        if self._watch is not None and ledger.fact(FACT) != self._text:
            self._watch = None  # another program kept something: the user may have said there that a spike is expected
        watch = self._watch or self._begun(ledger, now)
        if moment(self._until_us) - now > _SET_BACK:
            watch = self._begin_anew(now, watch)
        self._take_in(watch, history, now)
        ahead = remembered(kept(watch), self._midnight_after) if self._young else watch
        for spend in self._young:
            ahead.see(spend)
        spike = ahead.spike(now.timestamp())
        self.running = () if spike is None or spike.state is not SpikeState.RUNNING else (self._steady(spike),)
        return self.running

    def keep(self, ledger: Ledger) -> bool:
        """Keep what was learned, if that is worth it; says whether it is, and `False` where another program was first."""
        if self._watch is None or not (self._changed or self._until_us - self._kept_us >= _KEPT_EVERY_US):
            return True
        told = None if self._told is None else self._told.isoformat()
        text = json.dumps({"until": self._until_us, "told": told, "watch": kept(self._watch)}, separators=(",", ":"))
        with suppress(LedgerUnusable):  # a full disk: the next time is soon enough
            if not ledger.swap_fact(FACT, self._text, text):
                self._watch = None
                return False
            self._text, self._kept_us, self._changed = text, self._until_us, False
        return True

    def expect(self, ledger: Ledger, zone: tzinfo, now: datetime, key: str) -> None:
        """Take it from the user that a spike which runs is expected; one that is over by now needs no word."""
        self._watch = None
        is_kept = False
        while not is_kept:
            with ledger.history() as history:
                spikes = self.look(ledger, history, zone, now)
            for spike in spikes:
                if spike.key == key and self._watch is not None:
                    for spend in self._young:
                        self._learn(self._watch, spend)
                    self._watch.expect(spike.channel, spike.project, now.timestamp())
                    self._changed = True
            is_kept = self.keep(ledger)

    def _begun(self, ledger: Ledger, now: datetime) -> SpikeWatch:
        """Return a watch that goes on from what is kept; where nothing is, it begins with the last weeks."""
        self._text = ledger.fact(FACT)
        self._changed = False
        if self._text is not None:
            with suppress(KeyError, IndexError, TypeError, ValueError, AttributeError):  # kept by another version
                known: Any = json.loads(self._text)
                watch = remembered(known["watch"], self._midnight_after)
                self._until_us = self._kept_us = int(known["until"])
                self._told = None if known["told"] is None else datetime.fromisoformat(known["told"])
                self._watch = watch
                return watch
        return self._begin_anew(now, None)

    def _begin_anew(self, now: datetime, before: SpikeWatch | None) -> SpikeWatch:
        watch = self._watch = SpikeWatch(self._midnight_after)
        if before is not None:  # the clock was set back
            watch.tolerated = before.tolerated
        self._until_us, self._kept_us, self._told, self._changed = microseconds(now - _TAUGHT), 0, None, True
        return watch

    def _take_in(self, watch: SpikeWatch, history: History, now: datetime) -> None:
        """Learn from what is old or too much, and keep the rest as the young ones."""
        young, last = self._young, None
        young.clear()
        try:
            for spend, _ in history.spends(moment(self._until_us), now):
                young.append(spend)
                if len(young) > _YOUNG_MOST:
                    last = young.popleft()
                    watch.see(last)
        finally:
            if last is not None:
                self._until_us = max(self._until_us, _us(last))
        if len(young) == _YOUNG_MOST and young[-1].at_s - young[0].at_s < _FLOOD_S:
            while len(young) > _YOUNG_IN_FLOOD:
                self._learn(watch, young.popleft())
        old_us = max(microseconds(now - _LATE), self._until_us)
        while young and _us(young[0]) <= old_us:
            self._learn(watch, young.popleft())

    def _learn(self, watch: SpikeWatch, spend: Spend) -> None:
        watch.see(spend)
        self._until_us = max(self._until_us, _us(spend))

    def _steady(self, spike: Spike) -> Spike:
        """Return a spike with the time by which it was known before: a response that came late may move that by a little."""
        if self._told is not None and abs(spike.at - self._told) <= _LATE:
            return replace(spike, at=self._told)
        self._told, self._changed = spike.at, True
        return spike

    def _midnight_after(self, at_s: float) -> float:
        day = datetime.fromtimestamp(at_s, UTC).astimezone(self._zone).date()
        return midnight(day + timedelta(days=1), self._zone).timestamp()


def _us(spend: Spend) -> int:
    return round(spend.at_s * 1_000_000)
