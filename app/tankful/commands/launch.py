"""`tankful with`: starts an agent with a model of a linked account, for this one process; nothing on disk changes."""

import asyncio
import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence

from tankful.commands.linked_accounts import linked_accounts
from tankful.commands.offering import found_model
from tankful.commands.terminal import Terminal
from tankful.core.errors import TankfulError, WrongWords
from tankful.engine.switching import key_of, offer_of, refuse_strangers
from tankful.switch.machine import this_machine
from tankful.switch.models import launching
from tankful.switch.registry import SWITCHERS, started_by
from tankful.system.paths import Folders


class NoSuchProgram(TankfulError):
    """It is not installed, or not where programs are looked for."""


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Become the agent: its signals and its exit code are its own from then on."""
    if not words.started:
        raise WrongWords("No agent is named", f"Write it behind --, with its own words: tankful with {words.model} -- claude.")
    program: str = words.started[0]
    switcher = started_by(program)
    if switcher is None:
        known = ", ".join(each.programs[0] for each in SWITCHERS if each.launch is not None)
        raise WrongWords(f"{program!r} is no agent that can be started so", f"Use one of: {known}.")
    path = shutil.which(program, path=terminal.environ.get("PATH"))
    if path is None:
        raise NoSuchProgram(f"There is no program {program!r}", f"Install {switcher.title}, or write the whole path.")
    with linked_accounts(folders, terminal) as linking:
        found = found_model(words.model, words.account, linking, folders, terminal)
        refuse_strangers(switcher, found)
        offer = offer_of(found, words.model, folders)
        key = asyncio.run(key_of(linking, found.link))
        launch = launching(switcher, this_machine(terminal.environ), offer, key, words.started)
    environ = {**terminal.environ, **{name: value for name, value in launch.environ.items() if value is not None}}
    for name in (name for name, value in launch.environ.items() if value is None):
        environ.pop(name, None)
    terminal.tell(f"{switcher.title} uses {offer.model} of {offer.account}, this once.")
    return _become(path, launch.words, environ, terminal)


def _become(path: str, words: Sequence[str], environ: Mapping[str, str], terminal: Terminal) -> int:
    import signal  # noqa: PLC0415 - nothing else here needs it

    terminal.out.flush()
    if sys.platform == "win32":  # there is no becoming: a new process would leave the terminal to the shell
        import subprocess  # noqa: PLC0415 - Windows only

        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is the agent's, which hears it too
        return subprocess.run([path, *words[1:]], env=environ, check=False).returncode  # noqa: S603 - the user's own words
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and what is ignored would stay so
    return os.execve(path, list(words), environ)  # noqa: S606 - the user's own words
