"""What a report is made of once it is taken apart, and all that is kept of it: names, times, counts and ids."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import NamedTuple

from tankful.core.usage import TOKENS_MAX, TokenUsage

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = datetime(2023, 1, 1, tzinfo=UTC)
"""Before the first model that had an agent: such a time is a broken clock."""
_A_DAY = timedelta(days=1)
_TEXT_MAX = 256
"""Longer than any id or model; what is longer is something else."""

Plain = str | int | float | bool


class Signal(Enum):
    """The three kinds of reports that OTLP has; metrics are taken and not looked into, since they count what logs count."""

    LOGS = auto()
    TRACES = auto()
    METRICS = auto()


class Record(NamedTuple):
    """A log record or a span, with none but the wanted attributes."""

    signal: Signal
    name: str
    """Of the event or span."""
    time_ns: int
    """Since 1970 UTC: when it happened, or ended; 0: not said."""
    began_ns: int
    """When a span began; 0 for others."""
    attributes: Mapping[str, Plain]
    service: str
    """`service.name` of the program."""
    scope: str
    """What within the program reports."""
    trace: str = ""
    span: str = ""
    parent: str = ""
    """Ids in hexadecimal; empty where there is none."""

    def text(self, name: str) -> str:
        """Return an attribute as text that can be kept; empty where it is missing, or too long to be an id or a name."""
        value = self.attributes.get(name, "")
        text = value if isinstance(value, str) else str(value)
        if len(text) > _TEXT_MAX:
            return ""
        return text if text.isascii() else text.encode("utf-8", "replace").decode()

    def count(self, *names: str) -> int:
        """Return the first of these attributes that is there as a count: never negative; exporters write numbers as text too.

        Raises:
            ValueError: it is no number, or no call can have that many.
        """
        for name in names:
            value = self.attributes.get(name)
            if type(value) is int and 0 <= value <= TOKENS_MAX:  # nearly always
                return value
            if value is not None and value != "":
                number = max(0, int(value))
                if number > TOKENS_MAX:
                    raise ValueError(f"{name} is too large")
                return number
        return 0

    def at(self, now: datetime, *, began: bool = False) -> datetime:
        """Return when it happened, or began, in UTC; `now` where the time it gives cannot be."""
        nanoseconds = self.began_ns if began else self.time_ns
        if not 0 < nanoseconds < 1 << 63:
            return now
        at = _EPOCH + timedelta(0, 0, nanoseconds // 1000)  # by their names they take twice as long
        return at if at >= _EARLIEST and (at <= now or at <= now + _A_DAY) else now


class Report(NamedTuple):
    """What one body held; looking into many of them at once costs half of looking into each as it comes."""

    records: Sequence[Record]
    at: datetime
    """When it came."""
    size: int
    """Bytes of its body."""


def split(*, prompt: int, output: int, cache_read: int = 0, cache_write: int = 0, reasoning: int = 0) -> TokenUsage:
    """Return disjoint buckets of counts that overlap: both cache counts are parts of `prompt`, `reasoning` is a part of `output`."""
    read = min(cache_read, prompt)
    write = min(cache_write, prompt - read)
    return TokenUsage(prompt - read - write, output, read, write, 0, min(reasoning, output))
