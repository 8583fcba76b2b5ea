"""What the commands share that change agents' files: each change is shown first and made after a yes, and can be taken back."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from tankful.commands.painting import print_lines
from tankful.commands.terminal import Terminal
from tankful.core.errors import TankfulError
from tankful.present.telemetry import diff_lines
from tankful.switch.errors import NotSwitched
from tankful.switch.journal import Entry, Journal
from tankful.switch.plans import Plan
from tankful.system.paths import Folders

LATER = "It takes effect in sessions that begin from now on."


class Unconfirmed(TankfulError):
    """Nobody said yes."""


def journal_of(folders: Folders) -> Journal:
    """Return the journal of a data folder."""
    return Journal.below(folders.data)


def confirm(plans: Iterable[Plan], terminal: Terminal, *, agreed: bool) -> None:
    """Show changes and ask. Raises `Unconfirmed` where nobody can be asked, `NotSwitched` for a no."""
    for each in plans:
        print_lines(diff_lines(each.diff()), terminal)
    if agreed:
        return
    if not terminal.inp.isatty():
        raise Unconfirmed("Nothing was changed: nobody can be asked", "Look at the difference above, and add --yes if it is right.")
    terminal.tell("Change this? [y/N]")
    if terminal.inp.readline().strip().lower() not in {"y", "yes"}:
        raise NotSwitched("Nothing was changed", "")


def take_back(journal: Journal, entries: Sequence[Entry], terminal: Terminal, *, agreed: bool) -> None:
    """Take changes back, the newest of each file first. Raises as `confirm` and `Journal.undoing` do; what was done by then stays so."""
    left: list[Entry] = list(reversed(entries))
    while left:
        newest: dict[Path, Entry] = {entry.path: entry for entry in reversed(left)}
        now, left = list(newest.values()), [entry for entry in left if newest[entry.path] is not entry]
        plans = [each for each in map(journal.undoing, now) if each is not None]
        if plans:
            confirm(plans, terminal, agreed=agreed)
        for entry in now:
            journal.undo(entry)
            if entry.path not in {other.path for other in left}:
                terminal.say(f"{entry.path} is as it was, but for what others changed. {LATER}")
