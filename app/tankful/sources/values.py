"""Takes values out of what agents wrote, whatever is in their place: nonsense is noted and never raised."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeVar

import msgspec

from tankful.core.parsing import FileTimes, Findings
from tankful.core.problems import Flaw
from tankful.core.usage import TOKENS_MAX

T = TypeVar("T")

SUM_MAX = 10**13
"""No session eats more tokens in all; a larger sum in a log is nonsense."""
COST_MAX = Decimal(10**6)
"""Dollars; no response and no session costs more."""
_TEXT_MAX = 4096
OLDEST = datetime(2020, 1, 1, tzinfo=UTC)
"""Before there was any agent."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLY = timedelta(days=1)
"""A clock may be ahead by a day, and a time without a zone is read as UTC."""
_SECONDS_MAX, _MILLISECONDS_MAX, _MICROSECONDS_MAX = 10**11, 10**14, 10**17


class Values:
    """The values of one record; what is wrong with them is blamed on its file and line (0: the file as a whole)."""

    def __init__(self, path: str, line: int, times: FileTimes, found: Findings) -> None:
        """Note nothing yet."""
        self._path = path
        self._line = line
        self._times = times
        self._found = found

    @property
    def now(self) -> datetime:
        """When this reading began."""
        return self._times.now

    def blame(self, flaw: Flaw) -> None:
        """Note a flaw of this record."""
        self._found.blame(flaw, self._path, self._line)

    def decoded(self, content: bytes | str, shape: type[T]) -> T | None:
        """Return JSON as the declared shape; `None` where it is none, or its lists and objects are elsewhere.

        Declare single values `object` and take them with the other methods, so that a wrong one costs no more than itself.
        """
        try:
            try:
                return msgspec.json.decode(content, type=shape)
            except UnicodeDecodeError:
                assert isinstance(content, bytes)  # noqa: S101 - a text is decoded already
                self.blame(Flaw.BAD_TEXT)
                return msgspec.json.decode(content.decode("utf-8", "replace"), type=shape)
        except msgspec.ValidationError:
            self.blame(Flaw.WRONG_SHAPE)
        except (ValueError, RecursionError):  # msgspec's errors are `ValueError`s
            self.blame(Flaw.NOT_JSON)
        return None

    def count(self, value: object, most: int = TOKENS_MAX) -> int:
        """Return a token count; 0 for a missing one, and for nonsense, which is noted."""
        if value is None:
            return 0
        if type(value) is int and 0 <= value <= most:
            return value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            self.blame(Flaw.WRONG_SHAPE)
            return 0
        if not 0 <= value <= most:
            self.blame(Flaw.BAD_COUNT)
            return 0
        return value

    def dollars(self, value: object) -> Decimal | None:
        """Return a cost in dollars; `None` for a missing one, and for nonsense, which is noted."""
        if value is None:
            return None
        if type(value) is float and 0 <= value <= COST_MAX:
            return Decimal(repr(value))
        if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
            self.blame(Flaw.WRONG_SHAPE)
            return None
        try:
            cost = Decimal(str(value))
        except InvalidOperation:
            self.blame(Flaw.WRONG_SHAPE)
            return None
        if not (cost.is_finite() and 0 <= cost <= COST_MAX):
            self.blame(Flaw.BAD_COUNT)
            return None
        return cost

    def moment(self, value: object) -> datetime:
        """Return a time as RFC 3339 text, or as seconds, milli-, micro- or nanoseconds since 1970; else the file's own, which is noted."""
        known = self.moment_if_any(value)
        if known is None:
            self.blame(Flaw.BAD_TIME)
            return self._times.modified
        return known

    def moment_if_any(self, value: object) -> datetime | None:
        """Return a time as `moment` does; `None` where there is none or an impossible one."""
        at: datetime | None = None
        if isinstance(value, str):
            try:
                at = datetime.fromisoformat(value)
                if at.tzinfo is UTC and OLDEST <= at <= self._times.now:  # nearly always
                    return at
            except ValueError:
                pass
            at = _from_text(value)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            at = _from_number(value)
        if at is None or not OLDEST <= at <= self._times.now + _EARLY:
            return None
        return at

    def word(self, value: object) -> str:
        """Return a short text such as a name, an id or a folder; empty for a missing one, and for nonsense, which is noted."""
        if type(value) is str and len(value) <= _TEXT_MAX and value.isascii():
            return value.strip()
        if value is None:
            return ""
        if not isinstance(value, str):
            self.blame(Flaw.WRONG_SHAPE)
            return ""
        text = value.strip()[:_TEXT_MAX]
        return text if text.isascii() else text.encode("utf-8", "replace").decode()


def is_plain(value: object) -> bool:
    """Say whether `Values.word` returns a value as it is, and that is not empty."""
    return isinstance(value, str) and 0 < len(value) <= _TEXT_MAX and value.isascii() and value == value.strip()


def is_short(number: str) -> bool:
    """Say whether a number with a point is written without a power of ten, and without a zero behind the point."""
    return "e" not in number and not number.endswith(".0")


def _from_text(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text.strip())
        if at.tzinfo is UTC:
            return at
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _from_number(number: float) -> datetime | None:
    if type(number) is int and _SECONDS_MAX <= number < _MILLISECONDS_MAX:  # what most agents write
        return _EPOCH + timedelta(0, 0, number * 1_000)
    size = abs(number)
    if not size < 100 * _MICROSECONDS_MAX:  # also what is not a number
        return None
    unit = 1 if size < _SECONDS_MAX else 1_000 if size < _MILLISECONDS_MAX else 1_000_000 if size < _MICROSECONDS_MAX else 1_000_000_000
    try:
        # Whole microseconds: a float of seconds holds them only nearly.
        return _EPOCH + timedelta(0, 0, round(number * 1_000_000 / unit))
    except OverflowError:  # thousands of years before
        return None
