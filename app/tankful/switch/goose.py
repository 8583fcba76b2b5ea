"""Goose: provider, model and host in its `config.yaml`, as its providers page names them; keys in there are ignored."""

from collections.abc import Sequence
from pathlib import Path

from tankful.switch.machine import WINDOWS, Machine
from tankful.switch.models import Edit, Launch, Offer, Switcher, key_step
from tankful.switch.values import Change

_KEY, _PATH = "OPENAI_API_KEY", "v1/chat/completions"


def _folder(machine: Machine) -> Path:
    if machine.environ.get("GOOSE_PATH_ROOT"):
        return machine.named("GOOSE_PATH_ROOT", machine.home) / "config"
    if machine.platform == WINDOWS:
        return machine.application_data() / "Block" / "goose" / "config"
    return machine.named("XDG_CONFIG_HOME", machine.home / ".config") / "goose"


def _variables(offer: Offer) -> dict[str, str]:
    return {"GOOSE_PROVIDER": "openai", "GOOSE_MODEL": offer.model, "OPENAI_HOST": offer.address, "OPENAI_BASE_PATH": _PATH}


def _edits(machine: Machine, offer: Offer) -> tuple[Edit, ...]:
    return (Edit(_folder(machine) / "config.yaml", tuple(Change((name,), value) for name, value in _variables(offer).items())),)


def _launch(_machine: Machine, offer: Offer, key: str, words: Sequence[str]) -> Launch:
    return Launch(tuple(words), {**_variables(offer), _KEY: key})


SWITCHER = Switcher(
    agent="goose",
    title="Goose",
    folders=lambda machine: (_folder(machine),),
    edits=_edits,
    programs=("goose",),
    launch=_launch,
    beaten_by=("GOOSE_PROVIDER", "GOOSE_MODEL", "OPENAI_HOST", "OPENAI_BASE_PATH"),
    steps=lambda machine, offer: key_step(machine, offer, _KEY),
)
