"""`tankful notices`: the inbox, with what became of each notice."""

from argparse import Namespace

from tankful.commands.examination import open_reading_of
from tankful.commands.painting import print_lines
from tankful.commands.terminal import Terminal
from tankful.engine.usable_settings import usable
from tankful.present.inbox_lines import inbox_json, inbox_lines
from tankful.store.settings_file import SettingsFile
from tankful.system.paths import Folders


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Print what the gauge said or kept back; nothing is decided by that."""
    with open_reading_of(folders, usable(SettingsFile(folders.settings)), terminal) as reading:
        inbox, zone = reading.ledger.inbox(terminal.now()), reading.zone
    if words.json:
        terminal.say_json(inbox_json(inbox))
    else:
        print_lines(inbox_lines(inbox, terminal.now(), zone), terminal)
    return 0
