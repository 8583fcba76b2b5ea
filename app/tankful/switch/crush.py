"""Crush: a provider of ours and the two models in its `crush.json`, with what they cost; `crushrc` beside it beats it."""

from pathlib import Path
from typing import Any

from tankful.switch.errors import NotSwitched
from tankful.switch.machine import WINDOWS, Machine
from tankful.switch.models import CONTEXT_TOKENS, KEY_VARIABLE, OURS, UNTOUCHED, Edit, Offer, Step, Switcher, key_step
from tankful.switch.values import Change

_OUTPUT_TOKENS = 8_192


def _folder(machine: Machine) -> Path:
    usual = machine.named("XDG_CONFIG_HOME", machine.home / ".config") / "crush"
    if machine.platform == WINDOWS:
        local = machine.named("LOCALAPPDATA", machine.home / "AppData" / "Local") / "crush"
        usual = local if local.exists() else usual
    return machine.named("CRUSH_GLOBAL_CONFIG", usual)


def _model(offer: Offer) -> dict[str, Any]:
    model: dict[str, Any] = {
        "id": offer.model,
        "name": offer.model,
        "context_window": CONTEXT_TOKENS,
        "default_max_tokens": _OUTPUT_TOKENS,
    }
    for name, price in (("cost_per_1m_in", offer.input), ("cost_per_1m_out", offer.output)):
        if price is not None:
            model[name] = float(price * 1_000_000)
    return model


def _edits(machine: Machine, offer: Offer) -> tuple[Edit, ...]:
    script = _folder(machine) / "crushrc"
    if script.exists():
        raise NotSwitched(f"{script} is a script that beats crush.json", f"{UNTOUCHED} Choose the model there.")
    provider = {
        "name": f"{offer.account} by Tankful",
        "type": "openai-compat",
        "base_url": offer.openai_address,
        "api_key": f"${KEY_VARIABLE}",
        "models": [_model(offer)],
    }
    chosen = {"provider": OURS, "model": offer.model}
    sizes = (Change(("models", size, name), value) for size in ("large", "small") for name, value in chosen.items())
    changes = (Change(("providers", OURS), provider), *sizes)
    return (Edit(_folder(machine) / "crush.json", changes),)


SWITCHER = Switcher(
    agent="crush",
    title="Crush",
    folders=lambda machine: (_folder(machine), machine.named("XDG_DATA_HOME", machine.home / ".local" / "share") / "crush"),
    edits=_edits,
    programs=("crush",),
    steps=lambda machine, offer: (
        *key_step(machine, offer),
        Step("A model that was chosen inside Crush before goes first: choose this one there once."),
    ),
)
