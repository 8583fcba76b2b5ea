"""Understands and repeats the figures that Aider writes for people: `4.5k sent`, `$0.0018 message`.

The rules are those of Aider's `base_coder.py` and `utils.py`: counts from a thousand on are rounded to tenths of a thousand, from
ten thousand on to thousands; costs from a cent on to cents, smaller ones to two digits.
"""

import math
import re
from decimal import Decimal
from typing import NamedTuple

from tankful.core.usage import TOKENS_MAX, TokenUsage

_COUNT = r"([\d.,]+)([kM]?)"
TOKENS = re.compile(rf"> Tokens: {_COUNT} sent(?:, {_COUNT} cache write)?(?:, {_COUNT} cache hit)?, {_COUNT} received\.(?: (Cost: .*))?\s*")
COST = re.compile(r"Cost: \$([\d.,]+) (?:message|request|send), \$([\d.,]+) session\.\s*")
MODEL = re.compile(r"> (?:Main model|Models?): (\S+) with .*")
HEADER = re.compile(r"# aider chat started at (\S+ \S+)\s*")
_TIMES = {"": 1, "k": 1_000, "M": 1_000_000}
_NEARLY = 0.95


class Report(NamedTuple):
    """What one line says of a message."""

    sent: int
    cache_write: int
    cache_hit: int
    received: int
    words: str
    """The counts sent and received as they are written."""

    def tokens(self) -> TokenUsage:
        """Return disjoint buckets, as well as they can be told apart.

        What was written to a cache is counted in what was sent: twice since Aider's library counts it there as well. What came
        from the cache is counted there too, but not in old versions with Anthropic's models, where more came than was sent.
        """
        parts = self.cache_hit + self.cache_write * (2 if self.sent >= 2 * self.cache_write else 1)
        apart = parts if self.sent >= parts * _NEARLY else self.cache_write
        uncached = max(0, self.sent - apart)
        return TokenUsage(input=uncached, output=self.received, cache_read=self.cache_hit, cache_write=self.cache_write)


class Price(NamedTuple):
    """What a message and its session cost so far, in dollars; and how it is written."""

    message: Decimal
    words: str


def report_of(line: str) -> tuple[Report, Price | None] | None:
    """Return the counts of a line, and the cost if it is in the same one; `None` for any other line."""
    found = TOKENS.fullmatch(line)
    if found is None:
        return None
    values = found.groups()
    sent, written, hit, received = (_count(values[at], values[at + 1]) for at in (0, 2, 4, 6))
    if sent is None or written is None or hit is None or received is None:
        return None
    words = f"{values[0]}{values[1]} {values[6]}{values[7]}"
    return Report(sent, written, hit, received, words), price_of(values[8] or "")


def price_of(line: str) -> Price | None:
    """Return what a line says of the cost; `None` when it says nothing, or nothing that can be."""
    found = COST.fullmatch(line)
    if found is None:
        return None
    message, session = (word.replace(",", "") for word in found.groups())
    if message.count(".") > 1 or not message.strip("."):
        return None
    return Price(Decimal(message), f"{message} {session}")


def _count(digits: str | None, unit: str | None) -> int | None:
    """Return a count as it is written; 0 for a missing one, `None` for an impossible one."""
    if digits is None:
        return 0
    digits = digits.replace(",", "")
    if digits.count(".") > 1 or not digits.strip(".") or len(digits) > 15:
        return None
    count = int(Decimal(digits) * _TIMES[unit or ""])
    return count if count <= TOKENS_MAX else None


def as_written(count: int) -> str:
    """Return a count as Aider writes it."""
    if count < 1_000:
        return str(count)
    return f"{count / 1_000:.1f}k" if count < 10_000 else f"{round(count / 1_000)}k"


def as_dollars(cost: float) -> str:
    """Return a cost as Aider writes it."""
    if cost == 0:
        return "0.00"
    return f"{cost:.2f}" if cost >= 0.01 else f"{cost:.{max(2, 2 - int(math.log10(cost)))}f}"
