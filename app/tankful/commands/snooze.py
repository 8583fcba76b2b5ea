"""`tankful snooze`: say nothing for a while, of everything, of one budget or of one project; or hear again."""

from argparse import Namespace
from datetime import datetime
from pathlib import Path

from tankful.commands.asking import adopt_accounts
from tankful.commands.examination import open_reading_of
from tankful.commands.painting import print_lines
from tankful.commands.terminal import Terminal
from tankful.core.errors import WrongWords
from tankful.core.inbox import EVERYTHING, Snooze, Span
from tankful.core.meter import PERSONAL
from tankful.core.snapshot import Snapshot
from tankful.engine.notice_facts import subject_of
from tankful.engine.notice_keeper import snoozed_until
from tankful.engine.reading import Reading
from tankful.engine.usable_settings import usable
from tankful.present.inbox_lines import snooze_lines
from tankful.store.settings_file import SettingsFile
from tankful.system import doorbell
from tankful.system.paths import Folders

OFF = "off"


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Print what is snoozed, after changing what the words change."""
    if words.budget is not None and words.project is not None:
        raise WrongWords("--budget and --project name two things", "Snooze one after the other.")
    is_of_all = words.budget is None and words.project is None
    changes, now = words.span is not None or not is_of_all, terminal.now()
    with open_reading_of(folders, usable(SettingsFile(folders.settings)), terminal) as reading:
        if changes:
            adopt_accounts(reading, folders)
            _change(words, reading, now)
        inbox, zone = reading.ledger.inbox(now), reading.zone
    if changes:
        doorbell.ring(folders.state, doorbell.REFRESH)
    print_lines(snooze_lines(inbox, now, zone), terminal)
    return 0


def _change(words: Namespace, reading: Reading, now: datetime) -> None:
    seen = reading.snapshot()
    about, reset = EVERYTHING, None if seen.binding is None else seen.binding.allocation.resets_at
    if words.budget is not None:
        about, reset = _budget(words.budget, seen)
    elif words.project is not None:
        about = f"project:{Path(words.project).absolute()}"
    with reading.ledger.notices() as notices:
        if words.span == OFF:
            notices.wake(None if about == EVERYTHING else about, now)
        else:
            notices.snooze(Snooze(about, snoozed_until(Span(words.span or Span.PERIOD), reading.zone, now, reset)))


def _budget(name: str, seen: Snapshot) -> tuple[str, datetime | None]:
    """Return what a snooze of a budget is about, and when the budget is filled up again."""
    named = {_named(each.allocation.account, each.allocation.scope).casefold(): each for each in seen.meters}
    meter = named.get(name.casefold())
    if meter is None:
        known = ", ".join(_named(each.allocation.account, each.allocation.scope) for each in seen.meters)
        raise WrongWords(f"There is no budget {name!r}", f"There is {known}.")
    return subject_of(meter), meter.allocation.resets_at


def _named(account: str, scope: str) -> str:
    return PERSONAL if account == PERSONAL else f"{account}/{scope}"
