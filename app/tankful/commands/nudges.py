"""`tankful nudges`: what is suggested now, what that rests on, and what became of earlier suggestions."""

from argparse import Namespace

from tankful.commands.known import known
from tankful.commands.terminal import Terminal
from tankful.core.nudges.effect import Nudged
from tankful.present.nudges import nudges_json, nudges_lines
from tankful.store.settings_file import SettingsFile
from tankful.system.paths import Folders


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Read what is new and print what is suggested; who asks is a moment to suggest something."""
    settings = SettingsFile(folders.settings).read()
    with known(folders, settings, terminal) as reading:
        nudges = reading.aware.nudges
        nudges.is_asked_for = reading.aware.shows_score = True
        nudged, nudge, zone = reading.snapshot().nudged or Nudged(), nudges.present, reading.zone
    if words.json:
        terminal.say_json(nudges_json(nudge, nudged, is_on=settings.nudges))
    else:
        for line in nudges_lines(nudge, nudged, zone, is_on=settings.nudges):
            terminal.say(line)
    return 0
