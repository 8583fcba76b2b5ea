"""`tankful status`: what is left, at what pace, and how the numbers are come by."""

from argparse import Namespace

from tankful.commands.asking import adopt_accounts, ask_gateways
from tankful.commands.known import known
from tankful.commands.painting import print_lines
from tankful.commands.terminal import Terminal
from tankful.engine.usable_settings import usable
from tankful.present.status import is_bad_news, status_json, status_line, status_lines
from tankful.store.settings_file import SettingsFile
from tankful.system.paths import Folders


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Scan what is new and print the state; with `--check`, 1 when the budget is gone or likely to be."""
    settings = usable(SettingsFile(folders.settings))
    if words.watch:
        from tankful.commands import live  # noqa: PLC0415 - it brings the whole engine

        return live.watch(folders, settings, terminal)
    with known(folders, settings, terminal) as reading:
        if words.line and not words.check:
            adopt_accounts(reading, folders)  # a prompt has no time to wait for a gateway
        else:
            ask_gateways(reading, folders, terminal)
        snapshot = reading.snapshot()
        zone = reading.zone
    if words.json:
        terminal.say_json(status_json(snapshot))
    elif words.line or words.check:
        terminal.say(status_line(snapshot))
    else:
        print_lines(status_lines(snapshot, settings, terminal.now(), zone), terminal)
    return 1 if words.check and is_bad_news(snapshot) else 0
