"""Turns decimal prices into whole numbers, so that the cost of a request is exact integer arithmetic."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from fractions import Fraction
from math import lcm

from tankful.core.usage import TokenUsage
from tankful.pricing.table import Band, Stage

NANO = 1_000_000_000
"""Nano-dollars in a dollar."""

_PER_TOKEN = Fraction(NANO, 1_000_000)
_PER_FEE = Fraction(NANO, 1_000)


@dataclass(frozen=True, slots=True)
class Rates:
    """What one token of each kind, one search and one request cost, in whole parts of a nano-dollar."""

    parts: int
    """How many parts make a nano-dollar: chosen so that every rate is whole."""
    input: int
    output: int
    reasoning: int
    """What a token of reasoning costs more (or less) than `output`, which counts it too."""
    cache_read: int
    cache_write: int
    cache_write_1h: int
    """What a token written for an hour costs more than `cache_write`, which counts it too."""
    search: int
    request: int

    def nano(self, tokens: TokenUsage, searches: int) -> int:
        """Return the cost in nano-dollars, rounded half to even once, at the end."""
        uncached, output, read, write, write_1h, reasoning = tokens
        total = uncached * self.input + output * self.output + read * self.cache_read + self.request
        if write:
            total += write * self.cache_write + write_1h * self.cache_write_1h
        if self.reasoning:
            total += reasoning * self.reasoning
        if searches:
            total += searches * self.search
        return total if self.parts == 1 else half_even(total, self.parts)


@dataclass(frozen=True, slots=True)
class RatesOverTime:
    """The rates that hold from an instant on, within some hours of the day, by length of the prompt."""

    since: datetime | None
    daily: tuple[time, time] | None
    bands: tuple[tuple[int, Rates], ...]
    """Longest prompts first; the last one is over nothing."""

    def holds(self, at: datetime) -> bool:
        """Say whether these rates count at this instant."""
        if self.since is not None and at < self.since:
            return False
        if self.daily is None:
            return True
        begin, end = self.daily
        now = at.astimezone(UTC).time()
        return begin <= now < end if begin <= end else now >= begin or now < end

    def of(self, prompt: int) -> Rates:
        """Return the rates of a whole request with so many prompt tokens."""
        for over, rates in self.bands[:-1]:
            if prompt > over:
                return rates
        return self.bands[-1][1]


def half_even(dividend: int, divisor: int) -> int:
    """Divide and round to the nearest whole number, halves to the even one; both are not negative."""
    whole, rest = divmod(dividend, divisor)
    doubled = rest * 2
    return whole + 1 if doubled > divisor or (doubled == divisor and whole & 1) else whole


def rates_of(band: Band, factor: Decimal, searches: Decimal) -> Rates:
    """Return a band's rates: every token price times `factor`; `searches` is the fee per thousand if the band has none."""
    entry = Fraction(band.input)
    output = Fraction(band.output)
    write = entry if band.cache_write is None else Fraction(band.cache_write)
    token_prices = (
        entry,
        output,
        Fraction(0) if band.reasoning is None else Fraction(band.reasoning) - output,
        entry if band.cache_read is None else Fraction(band.cache_read),
        write,
        Fraction(0) if band.cache_write_1h is None else Fraction(band.cache_write_1h) - write,
    )
    fees = (searches if band.search is None else band.search, band.request or Decimal(0))
    exact = [price * Fraction(factor) * _PER_TOKEN for price in token_prices] + [Fraction(fee) * _PER_FEE for fee in fees]
    parts = lcm(*(value.denominator for value in exact))
    return Rates(parts, *(int(value * parts) for value in exact))


def rates_over_time(stage: Stage, factor: Decimal, searches: Decimal) -> RatesOverTime:
    """Return a stage of the table as rates."""
    since = None if stage.since is None else datetime.combine(stage.since, time(), UTC)
    bands = tuple((band.over, rates_of(band, factor, searches)) for band in reversed(stage.bands))
    return RatesOverTime(since, stage.daily, bands)
