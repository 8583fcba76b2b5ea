"""`tankful settings`: opens the settings window of the running gauge."""

from argparse import Namespace

from tankful.commands.terminal import Terminal
from tankful.core.errors import TankfulError
from tankful.system import doorbell
from tankful.system.paths import Folders


class NotRunning(TankfulError):
    """There is no gauge that could show a window."""


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Ask the running gauge for its settings window, and say where the file is."""
    del words
    if not doorbell.ring(folders.state, doorbell.PREFERENCES):
        raise NotRunning("Tankful is not running", f"Start it with `tankful`, or edit {folders.settings}.")
    terminal.say(f"The settings are open. They are kept in {folders.settings}.")
    return 0
