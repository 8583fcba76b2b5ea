"""`tankful reprice`: everything that is kept, at the prices of now."""

from argparse import Namespace
from contextlib import closing

from tankful.commands.terminal import Terminal
from tankful.engine.reading import open_reading
from tankful.engine.usable_settings import usable
from tankful.present import format as words_of
from tankful.store.settings_file import SettingsFile
from tankful.system.paths import Folders


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Price every kept response again and say how many costs changed."""
    del words
    settings = usable(SettingsFile(folders.settings))
    with closing(open_reading(folders, settings, terminal.now, terminal.environ)) as reading:
        changed = reading.reprice()
    terminal.say(f"{words_of.counted(changed, 'cost')} changed.")
    return 0
