"""`tankful statusline`: reads what Claude Code says on stdin, looks into the ledger, and prints one line.

Then it notes how much of a subscription's limits is used, if Claude Code said so, and never does more. Claude Code starts it
many times a minute: it loads no library, opens the ledger read-only, scans nothing, starts nothing and always ends, whatever
comes in. What is imported here is what is needed, in a few thousandths of a second.
"""

import json
import os
import select
import sys
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import time as clock_time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, cast

from tankful.core.outlook import look_ahead
from tankful.core.period_days import period_days
from tankful.core.tone import Tone, tone_of
from tankful.present.statusline import statusline
from tankful.regular_file import content_of
from tankful.store.agent_limits import keep_limits
from tankful.store.glance import quarters_since
from tankful.store.settings_names import QUICK_NAMES
from tankful.system.quick_paths import quick_paths

if TYPE_CHECKING:
    from argparse import Namespace

    from tankful.commands.terminal import Terminal
    from tankful.system.paths import Folders

_SAID_MAX = 1_000_000
_PATIENCE_S = 1.0
"""Claude Code writes at once; a stdin that nobody closes must not keep us."""
_HISTORY_DAYS = 84
_QUARTER_S = 900
_WORKING_DAYS = "12345"


def main(argv: Sequence[str], now: Callable[[], datetime]) -> int:
    """Print the line; the exit code is always 0, as an agent shows nothing of a failing one."""
    ledger, settings, state = quick_paths(_chosen(argv))
    with suppress(OSError, KeyboardInterrupt):  # nobody listens, or nobody waits any more
        said, at = _object(_said()), now()
        line = line_of(said, ledger, _tables(settings), at)
        sys.stdout.buffer.write(f"{line}\n".encode())
        sys.stdout.flush()
        keep_limits(state, said.get("rate_limits"), int(at.timestamp()))
    return 0


def run(words: "Namespace", folders: "Folders", terminal: "Terminal") -> int:
    """Print the line when it was asked for in an unusual order of words."""
    del words
    said = _object(_said())
    terminal.say(line_of(said, str(folders.ledger), _tables(str(folders.settings)), terminal.now()))
    with suppress(OSError):  # the line is what was asked for
        keep_limits(str(folders.state), said.get("rate_limits"), int(terminal.now().timestamp()))
    return 0


def _said() -> bytes:
    """Return what stdin says; somebody who tries the command by hand gets a line at once."""
    if sys.stdin is None or sys.stdin.isatty():  # pyright: ignore[reportUnnecessaryComparison] - it is None when it was closed before the start
        return b""
    return heard(sys.stdin.fileno())


def _chosen(argv: Sequence[str]) -> str | None:
    """Return the folder of `--data DIR` or `--data=DIR`."""
    for place, word in enumerate(argv):
        if word.startswith("--data="):
            return word.removeprefix("--data=")
        if word == "--data" and place + 1 < len(argv):
            return argv[place + 1]
    return None


def heard(device: int, patience_s: float = _PATIENCE_S) -> bytes:
    """Return what can be read until the end, a complete object, a million bytes, or the end of patience."""
    said = b""
    until = time.monotonic() + patience_s
    while len(said) < _SAID_MAX:
        if sys.platform != "win32" and not select.select([device], [], [], max(0.0, until - time.monotonic()))[0]:
            break
        more = os.read(device, 65_536)
        said += more
        if not more or (said.rstrip().endswith(b"}") and _object(said)):
            break
    return said


def line_of(said: Mapping[str, Any], ledger: str, tables: Mapping[str, Any], now: datetime) -> str:
    """Return the line for what an agent said (`{}`: nothing), a ledger's path and the tables of the settings file."""
    model = _mapping(said.get("model"))
    name = model.get("display_name") or model.get("id")
    session = _amount(_mapping(said.get("cost")).get("total_cost_usd"))
    zone = _zone(_setting(tables, "timezone"))
    start_day = _setting(tables, "budget_start_day")
    today = now.astimezone(zone).date()
    first, following = period_days(
        today, start_day if isinstance(start_day, int) and start_day > 0 else 1, weekly=_setting(tables, "budget_period") == "week"
    )
    earliest = first - timedelta(days=_HISTORY_DAYS)
    borders = [_midnight(earliest + timedelta(days=n), zone) for n in range((following - earliest).days + 1)]
    quarters = quarters_since(ledger, int(borders[0].timestamp()) // _QUARTER_S)
    days = None if quarters is None else _days(quarters, earliest, borders)
    limit = _amount(_setting(tables, "budget_usd"))
    headroom, tone = None, Tone.UNKNOWN
    if days is not None and limit is not None:
        spent = sum((cost for day, cost in days if day >= first), Decimal(0))
        headroom = limit - spent
        working = _setting(tables, "working_days")
        *_, chance, _ = look_ahead(
            spent=spent,
            limit=limit,
            start=_midnight(first, zone),
            end=_midnight(following, zone),
            now=now,
            zone=zone,
            working_days=frozenset(map(int, filter(str.isdigit, working if isinstance(working, str) else _WORKING_DAYS))),
            history=days,
        )
        tone = tone_of(spent, limit, chance)
    spent_today = None if days is None else sum((cost for day, cost in days if day == today), Decimal(0))
    named = name if isinstance(name, str) else ""
    since_midnight, since_first = (_unpriced(quarters or (), _midnight(day, zone)) for day in (today, first))
    return statusline(named, session, spent_today, headroom, limit, tone, since_midnight, since_first)


def _days(quarters: Sequence[tuple[int, int, int]], first: date, borders: Sequence[datetime]) -> list[tuple[date, Decimal]]:
    """Return dollars by day, days without any left out."""
    starts = [int(border.timestamp()) // _QUARTER_S for border in borders]
    nano: dict[int, int] = {}
    for quarter, cost, _ in quarters:
        place = bisect_right(starts, quarter) - 1
        nano[place] = nano.get(place, 0) + cost
    return [(first + timedelta(days=place), Decimal(cost).scaleb(-9)) for place, cost in nano.items()]


def _unpriced(quarters: Sequence[tuple[int, int, int]], start: datetime) -> int:
    """Return how many requests from this time on have no price."""
    first = int(start.timestamp()) // _QUARTER_S
    return sum(requests for quarter, _, requests in quarters if quarter >= first)


def _midnight(day: date, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, clock_time(), zone).astimezone(UTC)


def _zone(name: object) -> tzinfo | None:
    """Return a named zone, or `None`: then the system's own rules are asked, which is quicker."""
    if not isinstance(name, str) or not name:
        return None
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - few people name one

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _tables(path: str) -> Mapping[str, Any]:
    """Return the settings file's tables, none of them when it cannot be read: the line is no place to complain."""
    import tomllib  # noqa: PLC0415 - not everybody has settings

    try:
        return tomllib.loads(content_of(path).decode("utf-8-sig"), parse_float=Decimal)
    except (OSError, ValueError, RecursionError):
        return {}


def _setting(tables: Mapping[str, Any], field: str) -> object:
    table, key = QUICK_NAMES[field]
    return _mapping(tables.get(table)).get(key)


def _object(said: bytes) -> Mapping[str, Any]:
    try:
        return _mapping(json.loads(said, parse_float=Decimal))
    except (ValueError, RecursionError):
        return {}


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _amount(value: object) -> Decimal | None:
    """Return dollars written as a number or as text; `None` for anything else."""
    if not isinstance(value, int | str | Decimal) or isinstance(value, bool):
        return None
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount <= _SAID_MAX * 10 else None
