"""`tankful doctor`: what is well, what is wrong, and what to do."""

from argparse import Namespace

from tankful.commands.examination import examine
from tankful.commands.painting import print_lines
from tankful.commands.terminal import Terminal
from tankful.present.doctor import doctor_lines, findings_json
from tankful.system.paths import Folders


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Examine everything and print what was found."""
    found = examine(folders, terminal)
    if words.json:
        terminal.say_json(findings_json(found))
    else:
        print_lines(doctor_lines(found), terminal)
    return 0
