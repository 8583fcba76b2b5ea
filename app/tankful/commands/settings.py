"""`tankful settings`: opens the settings window of the running gauge."""

from argparse import Namespace

from tankful.commands.terminal import Terminal
from tankful.core.errors import TankfulError
from tankful.system import doorbell
from tankful.system.found_gauge import found_gauge, silent
from tankful.system.paths import Folders


class NotRunning(TankfulError):
    """There is no gauge that could show a window."""


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Ask the running gauge for its settings window, and say where the file is."""
    del words
    gauge = found_gauge(folders.state, doorbell.PREFERENCES)
    if gauge is None:
        raise NotRunning("Tankful is not running", f"Start it with `tankful`, or edit {folders.settings}.")
    if not gauge.answers:
        raise silent(gauge.process)
    terminal.say(f"The settings are open. They are kept in {folders.settings}.")
    return 0
