"""Aider: `model` and `openai-api-base` in the `.aider.conf.yml` of the home; those of a repository and of the folder beat it.

Without the prefix `openai/` it would not ask the gateway. Its `.env` files beat the environment, its flags beat those.
"""

from collections.abc import Sequence
from pathlib import Path

from tankful.switch.machine import Machine
from tankful.switch.models import Edit, Launch, Offer, Step, Switcher, key_step, refuse_credentials
from tankful.switch.plans import read_values
from tankful.switch.values import Change

_KEY = "OPENAI_API_KEY"


def _file(machine: Machine) -> Path:
    return machine.home / ".aider.conf.yml"


def _edits(machine: Machine, offer: Offer) -> tuple[Edit, ...]:
    path = _file(machine)
    said = read_values(path)
    if said.get("openai-api-key") and not offer.is_at(said.get("openai-api-base")):
        raise refuse_credentials(path, "openai-api-key", offer)
    return (Edit(path, (Change(("model",), f"openai/{offer.model}"), Change(("openai-api-base",), offer.openai_address))),)


def _launch(_machine: Machine, offer: Offer, key: str, words: Sequence[str]) -> Launch:
    flags = ("--model", f"openai/{offer.model}", "--openai-api-base", offer.openai_address)
    return Launch((*flags, *words), {_KEY: key, "AIDER_OPENAI_API_KEY": None})


SWITCHER = Switcher(
    agent="aider",
    title="Aider",
    folders=lambda machine: (_file(machine), machine.home / ".aider"),
    edits=_edits,
    programs=("aider",),
    launch=_launch,
    beaten_by=("AIDER_MODEL", "AIDER_OPENAI_API_BASE"),
    steps=lambda machine, offer: (*key_step(machine, offer, _KEY), Step("A .aider.conf.yml in a repository goes before this one.")),
)
