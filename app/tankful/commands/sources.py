"""`tankful sources`: which agents' logs are found, and where."""

from argparse import Namespace

from tankful.commands.examination import sources_of
from tankful.commands.painting import print_lines
from tankful.commands.scanning import scanned
from tankful.commands.terminal import Terminal
from tankful.engine.usable_settings import usable
from tankful.present.doctor import source_lines, sources_json
from tankful.store.settings_file import SettingsFile
from tankful.system.paths import Folders


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Scan what is new and print what was found."""
    settings = usable(SettingsFile(folders.settings))
    with scanned(folders, settings, terminal) as reading:
        found = sources_of(reading)
    if words.json:
        terminal.say_json(sources_json(found))
    else:
        print_lines(source_lines(found, everything=words.all), terminal)
    return 0
