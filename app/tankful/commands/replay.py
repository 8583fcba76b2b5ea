"""`tankful replay`: what would have been said of days gone by, one's own or those in a file of events."""

from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from tankful.commands.known import known
from tankful.commands.terminal import Terminal
from tankful.core.choices import Period
from tankful.core.errors import WrongWords
from tankful.core.notices import Manners
from tankful.core.periods import midnight
from tankful.core.replay import Replay
from tankful.core.settings import Settings
from tankful.core.spike import Spend
from tankful.engine.notice_facts import manners_of
from tankful.present.replay import replay_json, replay_lines
from tankful.store.rows import dollars
from tankful.store.settings_file import SettingsFile
from tankful.system.paths import Folders
from tankful.system.zone import zone_named

DAYS = 28
_DAYS_MOST = 3650
_TAUGHT_DAYS = 84
"""So much is looked at before the days that are asked for."""
_MARK = b"\xef\xbb\xbf"
"""Some programs of Windows begin a text with it."""
_LIMIT_MOST = Decimal(1_000_000_000)


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Live through it and print what was said."""
    settings = SettingsFile(folders.settings).read()
    zone = zone_named(words.timezone or settings.timezone)
    own = None if words.events is not None else settings.budget_usd
    limit = own if words.limit is None else limit_of(words.limit)
    period = settings.budget_period if words.period is None else Period(words.period)
    working_days = frozenset(int(digit) for digit in settings.working_days)
    start_day = settings.budget_start_day if words.events is None else 1
    until = terminal.now()
    if words.events is not None:
        events = sorted(events_in(words.events), key=_time)
        until = datetime.fromtimestamp(events[-1][0].at_s, UTC) if events else until
        said = Replay(zone, limit, period, start_day, manners=Manners(working_days=working_days)).live(events)
    else:
        days = DAYS if words.days is None else words.days
        if not 1 <= days <= _DAYS_MOST:
            raise WrongWords(f"--days {days} cannot be looked at", f"Use a number from 1 to {_DAYS_MOST}.")
        since = midnight(until.astimezone(zone).date() - timedelta(days=days - 1), zone)
        manners = manners_of(settings)._replace(digest_h=None)  # a summary says nothing that is new
        replay = Replay(zone, limit, period, start_day, manners=manners, working_days=working_days, since=since)
        said = replay.live(_own(folders, settings, terminal, since - timedelta(days=_TAUGHT_DAYS)))
    if words.json:
        terminal.say_json(replay_json(said, zone))
    else:
        for line in replay_lines(said, zone, until):
            terminal.say(line)
    return 0


def limit_of(text: str) -> Decimal | None:
    """Return dollars, or `None` for a word that means no limit."""
    if text.lower() in {"none", "unlimited"}:
        return None
    try:
        limit = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        limit = Decimal(-1)
    if not limit.is_finite() or not 0 <= limit <= _LIMIT_MOST:
        raise WrongWords(f"--limit {text!r} is no amount", "Write dollars, such as 400, or none.")
    return limit


def events_in(path: Path) -> list[tuple[Spend, Decimal]]:
    """Return what a file of JSON lines says was spent; each line has at least `t` (RFC 3339) and `cost_usd`."""
    from tankful.commands.event_lines import event_of  # noqa: PLC0415 - one's own days need none of it

    events: list[tuple[Spend, Decimal]] = []
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        events.append(event_of(line.removeprefix(_MARK) if number == 1 else line))
                    except ValueError as wrong:
                        raise WrongWords(f"Line {number} of {path} is no event: {wrong}", _SHAPE) from wrong
    except OSError as unreadable:
        raise WrongWords(f"{path} cannot be read", f"{unreadable.strerror or unreadable}.") from unreadable
    return events


_SHAPE = 'Write one object a line, such as {"t": "2026-06-01T09:12:33Z", "cost_usd": "0.0421", "prompt": true}.'


def _time(event: tuple[Spend, Decimal]) -> float:
    return event[0].at_s


def _own(folders: Folders, settings: Settings, terminal: Terminal, since: datetime) -> Iterator[tuple[Spend, Decimal]]:
    with known(folders, settings, terminal) as reading, reading.ledger.history() as history:
        yield from ((spend, dollars(nano)) for spend, nano in history.spends(since, terminal.now()))
