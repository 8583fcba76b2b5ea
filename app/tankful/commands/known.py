"""Opens what is known of this machine: with everything new read in, or as it was booked last where nothing can be written."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager

from tankful.commands.scanning import scanned
from tankful.commands.terminal import Terminal
from tankful.core.errors import LedgerUnwritable
from tankful.core.settings import Settings
from tankful.engine.foreseen import Question
from tankful.engine.reading import Reading
from tankful.present.format import age, visible
from tankful.system.paths import Folders


@contextmanager
def known(folders: Folders, settings: Settings, terminal: Terminal, question: Question | None = None) -> Generator[Reading]:
    """Yield a reading that has read everything new, and close it; `question`: what it will be asked.

    Where the ledger can be read but not written (no permission, a full disk), nothing is read in: the reading is of a copy, with
    the clock at the time of the last booking, so that what it says holds together, and stderr says so.
    """
    with ExitStack() as until_the_end:
        try:
            reading = until_the_end.enter_context(scanned(folders, settings, terminal, question))
        except LedgerUnwritable as refused:
            from tankful.engine.as_booked import as_booked  # noqa: PLC0415 - hardly ever needed

            reading = until_the_end.enter_context(as_booked(folders, settings, terminal.environ, refused))
            passed = age(terminal.now() - reading.booked)
            said = f"{refused.title}: nothing new is read in, this is as it was {passed} ago. {refused.hint}"
            terminal.err.write(f"tankful: {visible(said)}\n")
        yield reading
