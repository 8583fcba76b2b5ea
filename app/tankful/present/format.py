"""Numbers, times and counts as people read them; the same words in the window and in the terminal."""

import re
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

UNPRICED = "unpriced"
"""What stands where a cost is not known: never a zero."""

UNKNOWN = "\N{EN DASH}"
"""What stands where a figure is not known."""

_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What moves a terminal's cursor, changes its colours or turns its text around."""

_CENT = Decimal("0.01")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def visible(text: str) -> str:
    """Return a line in which nothing acts on a terminal: names come from logs, and anybody may have written those."""
    return _HIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def escaped(text: str) -> str:
    """Return JSON, which has escaped what it must, with the rest of what acts on a terminal escaped too; lines stay lines."""
    return _HIDDEN.sub(lambda sign: sign[0] if sign[0] == "\n" else f"\\u{ord(sign[0]):04x}", text)


def money(dollars: Decimal | None) -> str:
    """Return dollars and cents: `$197.83`, `$1,234.50`, `-$3.20`, `<$0.01` for less than a cent; `None` is unpriced."""
    if dollars is None:
        return UNPRICED
    sign = "-" if dollars < 0 else ""
    size = abs(dollars)
    if 0 < size < _CENT:
        return f"{sign}<$0.01"
    return f"{sign}${size.quantize(_CENT, ROUND_HALF_EVEN):,}"


def spend(known: Decimal, unpriced_requests: int) -> str:
    """Return a sum that may leave something out: `$3.20`, `$3.20 + 2 unpriced`, `2 unpriced`; never a zero for what is not known."""
    if not unpriced_requests:
        return money(known)
    rest = f"{unpriced_requests:,} {UNPRICED}"
    return f"{money(known)} + {rest}" if known else rest


def round_money(dollars: Decimal) -> str:
    """Return dollars, with cents only when there are any: `$600`, `$0.50`; for limits, which people set in whole dollars."""
    return money(dollars).removesuffix(".00")


def percent(share: Decimal | None) -> str:
    """Return a share (1 is all) as `67%`; more than nothing is never `0%`, less than all never `100%`; unknown is a dash."""
    if share is None:
        return UNKNOWN
    if 0 < share < _CENT:
        return "<1%"
    return f"{whole_percent(share):,}%"


def whole_percent(share: Decimal) -> int:
    """Return a share as whole percent, rounded down: what is not yet full never reads as full."""
    return int((share * 100).to_integral_value(ROUND_FLOOR))


def age(passed: timedelta) -> str:
    """Return how long ago something was, in its largest unit: `4 s`, `2 min`, `3 h`, `5 days`; a clock set back reads `0 s`."""
    seconds = max(0, int(passed.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 48 * 3600:
        return f"{seconds // 3600} h"
    return f"{seconds // 86_400} days"


def day(when: date) -> str:
    """Return a day as `Thu 26 Nov`, in English whatever the locale, as all words here are."""
    return f"{_DAYS[when.weekday()]} {short_day(when)}"


def short_day(when: date) -> str:
    """Return a day without its weekday: `1 Dec`."""
    return f"{when.day} {_MONTHS[when.month - 1][:3]}"


def month(when: date) -> str:
    """Return the name of the month: `November`."""
    return _MONTHS[when.month - 1]


def clock(when: datetime, zone: tzinfo) -> str:
    """Return the time of day in the user's zone: `14:02`."""
    return f"{when.astimezone(zone):%H:%M}"


def tokens(count: int) -> str:
    """Return a token count in at most four figures: `950`, `12.3K`, `4.6M`, `1.2B`."""
    size = count
    for unit in ("", "K", "M", "B"):
        tenths = f"{size:.1f}" if unit else str(size)
        if float(tenths) < 1000:
            return tenths.removesuffix(".0") + unit
        size = size / 1000
    return f"{size:,.0f}T"


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun: `1 request`, `1,200 requests`; `many` where an `s` is not enough."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
