"""`tankful expect`: says which spikes run, and takes it from the user that one is expected."""

from argparse import Namespace

from tankful.commands.answers import agreed
from tankful.commands.known import known
from tankful.commands.terminal import Terminal
from tankful.core.errors import WrongWords
from tankful.core.spike import Spike
from tankful.engine.usable_settings import usable
from tankful.present.spikes import spike_text, spike_title
from tankful.store.settings_file import SettingsFile
from tankful.system import doorbell
from tankful.system.paths import Folders

_SAID = "It is shown no more; for 14 days it takes half as much again in this project to be a spike."


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """List the spikes that run; with a yes, one of them is expected from now on, as by the button on its card."""
    with known(folders, usable(SettingsFile(folders.settings)), terminal) as reading:
        spikes = reading.snapshot().spikes
        spike = _meant(words.spike, spikes)
        for each in (spike,) if spike is not None else spikes:
            terminal.say(each.key)
            terminal.say(f"  {spike_title(each)}. {spike_text(each, terminal.now())}")
        if not spikes:
            terminal.say("No spike is running.")
        if spike is None:
            return 0
        if not words.spike:  # who names it has said it
            if not (words.yes or terminal.inp.isatty()):
                terminal.say(f"`tankful expect {spike.key}` says that it is expected.")
                return 0
            agreed("Is this expected?", "it goes on being shown", terminal, yes=words.yes)
        reading.aware.expect_spike(reading.ledger, reading.zone, terminal.now(), spike.key)
    doorbell.ring(folders.state, doorbell.REFRESH)  # a running gauge takes its card away at once
    terminal.say(_SAID)
    return 0


def _meant(name: str, spikes: tuple[Spike, ...]) -> Spike | None:
    """Return the spike of this name, with or without the word before it; without a name the only one."""
    if not name:
        return spikes[0] if len(spikes) == 1 else None
    found = next((spike for spike in spikes if name in {spike.key, spike.key.removeprefix("spike:")}), None)
    if found is None:
        raise WrongWords(f"No spike that is running is called {name!r}", "`tankful expect` says which are.")
    return found
