"""What work would have cost on another model: the same requests at list prices, bucket by bucket, with all that is not known said.

It never claims an equal result. What is compared is the same work; how much more of it another model may need before it is dearer
is said instead (`effort`). Where a price is missing, nothing is said at all.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from tankful.core.tokenizers import Ratio
from tankful.core.usage import TokenUsage, UsageEvent

LABEL = "list price estimate, same work assumed, not a bill"
LEAST = Decimal("0.25")
"""Dollars; a smaller difference is not worth a word."""
BUCKETS = ("input", "cache_read", "cache_write", "cache_write_1h", "output")
"""In the order in which they are told; `cache_write` are five-minute writes alone."""
_ZERO = Decimal(0)


class Rates(NamedTuple):
    """Dollars per token; a bucket that has no price of its own has the one it is billed at."""

    input: Decimal
    output: Decimal
    cache_read: Decimal
    cache_write: Decimal
    cache_write_1h: Decimal
    reasoning: Decimal = Decimal(0)
    """What a token of reasoning costs more (or less) than `output`, which counts it too."""


Prices = Callable[[UsageEvent], Rates | None]
"""Says what the buckets of a request cost where it is made, `None` where that is unpriced."""


class PriceSheet(NamedTuple):
    """Where prices are from, and of when they are; `None`: as the source says them now."""

    source: str
    day: date | None


class Line(NamedTuple):
    """One bucket of all requests together; dollars."""

    bucket: str
    tokens: int
    now: Decimal
    low: Decimal
    high: Decimal


class SessionCost(NamedTuple):
    """What one session cost and would have; dollars."""

    session: str
    at: datetime
    """Of its last request."""
    requests: int
    now: Decimal
    low: Decimal
    high: Decimal

    @property
    def is_dearer(self) -> bool:
        """Whether the other model may have cost more."""
        return self.high > self.now


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same requests on the model they were made with and on another one; dollars."""

    requests: int
    since: datetime
    until: datetime
    """Of the first and the last request."""
    lines: tuple[Line, ...]
    """Buckets that hold anything."""
    now: Decimal
    low: Decimal
    high: Decimal
    """With the fewest and with the most tokens that the other tokenizer may make."""
    sessions: tuple[SessionCost, ...]
    """All of them, the dearest first."""
    switch: Decimal
    """What a switch in the middle of the last session costs once: its context is written anew; zero where that is not known."""
    turn_now: Decimal
    turn_then: Decimal
    """An average request of the last session that shows single ones, with the most tokens; zero without one."""
    ratio: Ratio

    @property
    def saving(self) -> Decimal:
        """What is cheaper at least; below zero: dearer."""
        return self.now - self.high

    @property
    def dearer(self) -> tuple[SessionCost, ...]:
        """The sessions in which the other model may have cost more."""
        return tuple(each for each in self.sessions if each.is_dearer)

    @property
    def effort(self) -> Decimal | None:
        """How many times as many turns make it as dear, reckoned with the most tokens; `None`: it is free."""
        return self.now / self.high if self.high else None

    @property
    def turns(self) -> Decimal | None:
        """After how many turns a switch in the middle of a session has paid; `None`: never."""
        return break_even_turns(self.turn_then + self.switch, self.turn_then, self.turn_now)

    @property
    def is_worth_a_word(self) -> bool:
        """Whether the two differ by enough to be told, one way or the other."""
        return abs(self.saving) >= LEAST


def bucket_counts(tokens: TokenUsage) -> tuple[int, int, int, int, int]:
    """Return the tokens of each of `BUCKETS`; they are disjoint."""
    return tokens.input, tokens.cache_read, tokens.cache_write - tokens.cache_write_1h, tokens.cache_write_1h, tokens.output


def bucket_costs(tokens: TokenUsage, rates: Rates) -> tuple[Decimal, ...]:
    """Return what each of `BUCKETS` costs, each by its own price."""
    uncached, read, write, write_1h, output = bucket_counts(tokens)
    return (
        uncached * rates.input,
        read * rates.cache_read,
        write * rates.cache_write,
        write_1h * rates.cache_write_1h,
        output * rates.output + tokens.reasoning * rates.reasoning,
    )


def cold_cost(prompt: int, rates: Rates, *, for_an_hour: bool = False) -> Decimal:
    """Return what it costs more to write so many tokens into the cache, for five minutes or an hour, than to read them from it."""
    return max(_ZERO, prompt * ((rates.cache_write_1h if for_an_hour else rates.cache_write) - rates.cache_read))


def break_even_turns(first_turn: Decimal, turn: Decimal, turn_now: Decimal) -> Decimal | None:
    """Return after how many turns a dearer first one has paid, `None` when it never does: turns are no cheaper."""
    return None if turn_now <= turn else (first_turn - turn) / (turn_now - turn)


def compare(requests: Iterable[UsageEvent], now: Prices, then: Prices, ratio: Ratio) -> Comparison | None:
    """Hold requests against the same ones on another model; `None` when there are none or any of them is unpriced on either.

    `now` and `then` price them, `ratio` says how many tokens the other model makes of one.
    """
    known = sorted(requests, key=_time)
    counts, before, after = [0] * 5, [_ZERO] * 5, [_ZERO] * 5
    sessions: dict[str, list[_Turn]] = {}
    for event in known:
        here, there = now(event), then(event)
        if here is None or there is None:
            return None
        cost, other = bucket_costs(event.tokens, here), bucket_costs(event.tokens, there)
        counts = [have + more for have, more in zip(counts, bucket_counts(event.tokens), strict=True)]
        before = [have + more for have, more in zip(before, cost, strict=True)]
        after = [have + more for have, more in zip(after, other, strict=True)]
        sessions.setdefault(event.session, []).append(_Turn(event, sum(cost, _ZERO), sum(other, _ZERO), there))
    if not known:
        return None
    single = next((event for event in reversed(known) if not event.summed), None)  # a sum of requests shows no context, and no turn
    last = [] if single is None else [turn for turn in sessions[single.session] if not turn.event.summed]
    return Comparison(
        requests=len(known),
        since=known[0].at,
        until=known[-1].at,
        lines=tuple(
            Line(bucket, count, cost, other * ratio.low, other * ratio.high)
            for bucket, count, cost, other in zip(BUCKETS, counts, before, after, strict=True)
            if count
        ),
        now=sum(before, _ZERO),
        low=sum(after, _ZERO) * ratio.low,
        high=sum(after, _ZERO) * ratio.high,
        sessions=tuple(sorted((_session(name, turns, ratio) for name, turns in sessions.items()), key=_dearest)),
        switch=_switch(last) * ratio.high,
        turn_now=_mean([turn.now for turn in last]),
        turn_then=_mean([turn.then for turn in last]) * ratio.high,
        ratio=ratio,
    )


class _Turn(NamedTuple):
    event: UsageEvent
    now: Decimal
    then: Decimal
    rates: Rates


def _session(name: str, turns: Sequence[_Turn], ratio: Ratio) -> SessionCost:
    then = sum((turn.then for turn in turns), _ZERO)
    now = sum((turn.now for turn in turns), _ZERO)
    return SessionCost(name, turns[-1].event.at, len(turns), now, then * ratio.low, then * ratio.high)


def _switch(turns: Sequence[_Turn]) -> Decimal:
    """Return what it costs to write the context of these turns anew, for as long as it is kept now."""
    if not turns:
        return _ZERO
    tokens, rates = turns[-1].event.tokens, turns[-1].rates
    return cold_cost(tokens.prompt, rates, for_an_hour=any(turn.event.tokens.cache_write_1h for turn in turns))


def _mean(costs: Sequence[Decimal]) -> Decimal:
    return sum(costs, _ZERO) / len(costs) if costs else _ZERO


def _dearest(session: SessionCost) -> tuple[Decimal, str]:
    return -session.now, session.session


def _time(event: UsageEvent) -> datetime:
    return event.at
