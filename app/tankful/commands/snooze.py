"""`tankful snooze`: say nothing for a while, of everything or of one project; or hear again."""

from argparse import Namespace
from pathlib import Path

from tankful.commands.asking import adopt_accounts
from tankful.commands.examination import open_reading_of
from tankful.commands.painting import print_lines
from tankful.commands.terminal import Terminal
from tankful.core.inbox import EVERYTHING, Snooze, Span
from tankful.engine.notice_keeper import snoozed_until
from tankful.engine.usable_settings import usable
from tankful.present.inbox_lines import snooze_lines
from tankful.store.settings_file import SettingsFile
from tankful.system import doorbell
from tankful.system.paths import Folders

OFF = "off"


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Print what is snoozed, after changing what the words change."""
    about = EVERYTHING if words.project is None else f"project:{Path(words.project).absolute()}"
    now = terminal.now()
    with open_reading_of(folders, usable(SettingsFile(folders.settings)), terminal) as reading:
        if words.span == OFF:
            with reading.ledger.notices() as notices:
                notices.wake(None if words.project is None else about, now)
        elif words.span is not None or words.project is not None:
            adopt_accounts(reading, folders)
            binding = reading.snapshot().binding
            reset = None if binding is None else binding.allocation.resets_at
            span = Span(words.span or Span.PERIOD)
            with reading.ledger.notices() as notices:
                notices.snooze(Snooze(about, snoozed_until(span, reading.zone, now, reset)))
        inbox, zone = reading.ledger.inbox(now), reading.zone
    if words.span is not None or words.project is not None:
        doorbell.ring(folders.state, doorbell.REFRESH)
    print_lines(snooze_lines(inbox, now, zone), terminal)
    return 0
