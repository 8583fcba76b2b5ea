"""Lets agents use another model of a linked gateway: in their own files, or for one process alone; each agent is a module of its own."""

import shlex
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tankful.switch.errors import NotSwitched
from tankful.switch.machine import WINDOWS, Machine
from tankful.switch.managed import deciding
from tankful.switch.plans import Plan, plan, read_values
from tankful.switch.values import Change

PURPOSE = "model"
KEY_VARIABLE = "TANKFUL_API_KEY"
"""Where agents that run no command for their key are told to look for it."""
OURS = "tankful"
"""What our provider is called in agents' files."""
CONTEXT_TOKENS = 128_000
"""What we tell agents that must know how long a prompt may be, where no gateway says it."""
UNTOUCHED = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Offer:
    """A model of a linked account."""

    model: str
    account: str
    address: str
    """Of the gateway, without a slash at its end."""
    key_words: tuple[str, ...]
    """The command that prints the account's key."""
    needs_key: bool = True
    input: Decimal | None = None
    output: Decimal | None = None
    """Dollars per token, where the gateway states them."""

    @property
    def openai_address(self) -> str:
        """The address for who speaks OpenAI's languages; Anthropic's and Gemini's begin at the gateway's own."""
        return f"{self.address}/v1"

    def is_at(self, address: object) -> bool:
        """Say whether something is already pointed at this gateway."""
        return isinstance(address, str) and urlsplit(address)[:2] == urlsplit(self.address)[:2]

    def key_line(self, machine: Machine) -> str:
        """Return the command that prints the key, for a shell."""
        return subprocess.list2cmdline(self.key_words) if machine.platform == WINDOWS else shlex.join(self.key_words)


class Step(NamedTuple):
    """Something that is left for the user to do."""

    words: str
    command: str = ""
    """To be copied."""


class Edit(NamedTuple):
    """What is to stand in one file."""

    path: Path
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Launch:
    """How one process is started: its words, and what its environment has besides ours, or has not (`None`)."""

    words: tuple[str, ...]
    environ: Mapping[str, str | None] = field(default_factory=dict[str, str | None])


Edits = Callable[[Machine, Offer], tuple[Edit, ...]]
Launching = Callable[[Machine, Offer, str, Sequence[str]], Launch]
"""From the machine, the model, the key, and the words behind the program's name."""


@dataclass(frozen=True, slots=True)
class Switcher:
    """One agent that can be given another model."""

    agent: str
    """Id of its source."""
    title: str
    folders: Callable[[Machine], tuple[Path, ...]]
    """Of these one exists where the agent is used."""
    edits: Edits
    """May raise `NotSwitched`: what in its files is in the way."""
    programs: tuple[str, ...] = ()
    """What it is started as."""
    launch: Launching | None = None
    """May raise `NotSwitched`."""
    no_launch: str = "it takes a model from its files alone"
    beaten_by: tuple[str, ...] = ()
    """Variables that beat its files."""
    managed: tuple[Callable[[Machine], Path], ...] = ()
    managed_keys: Callable[[dict[str, Any]], bool] = lambda _: False
    steps: Callable[[Machine, Offer], tuple[Step, ...]] = lambda _machine, _offer: ()
    """What is left for the user to do."""


def plans_for(switcher: Switcher, machine: Machine, offer: Offer) -> tuple[Plan, ...]:
    """Plan what gives an agent another model in new sessions.

    Raises:
        NotSwitched: its organisation decides about that, it is not used here, something beats its file, or that cannot be changed.
    """
    refuse_if_managed(switcher, machine)
    folders = switcher.folders(machine)
    if not any(folder.exists() for folder in folders):
        raise NotSwitched(f"{switcher.title} is not used here: there is no {folders[0]}", "Start it once, then try again.")
    beating = next((name for name in switcher.beaten_by if machine.environ.get(name)), "")
    if beating:
        raise NotSwitched(f"{beating} is set in your environment and beats {switcher.title}'s file", f"{UNTOUCHED} Take it out first.")
    made = tuple(plan(edit.path, edit.changes) for edit in switcher.edits(machine, offer))
    missing = next((each.path.parent for each in made if not each.path.parent.is_dir()), None)
    if missing is not None:
        raise NotSwitched(f"There is no {missing}", f"{UNTOUCHED} Start {switcher.title} once, then try again.")
    return made


def refuse_if_managed(switcher: Switcher, machine: Machine) -> None:
    """Raise `NotSwitched` if an organisation decides which model an agent uses, or where."""
    path = deciding(switcher.managed, switcher.managed_keys, machine)
    if path is not None:
        raise NotSwitched(f"Your organisation decides which model {switcher.title} uses, in {path}", UNTOUCHED)


def launching(switcher: Switcher, machine: Machine, offer: Offer, key: str, words: Sequence[str]) -> Launch:
    """Return how to start an agent with another model for this one process; nothing on disk changes.

    Raises:
        NotSwitched: its organisation decides about that, or it cannot be told so.
    """
    if switcher.launch is None:
        hint = f"Use `tankful switch {switcher.agent} --model {offer.model}`, which shows what it would change."
        raise NotSwitched(f"{switcher.title} cannot be started with another model: {switcher.no_launch}", hint)
    refuse_if_managed(switcher, machine)
    made = switcher.launch(machine, offer, key, words[1:])
    return Launch((words[0], *made.words), made.environ)


def own_values(path: Path) -> dict[str, Any]:
    """Return what an agent's file says; nothing where it cannot be read or makes no sense: the agent will say so itself."""
    try:
        return read_values(path)
    except NotSwitched:
        return {}


def refuse_credentials(path: Path, name: str, offer: Offer) -> NotSwitched:
    """Return why an agent that brings a key of its own is left alone: the key would be sent to the gateway."""
    title = f"{path} holds a key of its own, {name}, which would be sent to {offer.address}"
    return NotSwitched(title, f"{UNTOUCHED} Take it out first.")


def key_step(machine: Machine, offer: Offer, variable: str = KEY_VARIABLE) -> tuple[Step, ...]:
    """Return how a shell is told the key without any file holding it; nothing where the gateway needs none."""
    if not offer.needs_key:
        return ()
    line = offer.key_line(machine)
    if machine.platform == WINDOWS:
        return (Step(f"It looks for its key in {variable}. For PowerShell's profile:", f"$env:{variable} = & {line}"),)
    return (Step(f"It looks for its key in {variable}. For your shell's profile:", f'export {variable}="$({line})"'),)
