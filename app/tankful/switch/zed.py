"""Zed: a provider of ours and the agent's model in its `settings.json`; the key from a variable or its own keychain, never from there."""

from pathlib import Path
from typing import Any

from tankful.switch.machine import WINDOWS, Machine
from tankful.switch.models import CONTEXT_TOKENS, OURS, Edit, Offer, Step, Switcher, key_step
from tankful.switch.values import Change


def _folder(machine: Machine) -> Path:
    if machine.platform == WINDOWS:
        return machine.application_data() / "Zed"
    if machine.platform == "darwin":
        return machine.home / ".config" / "zed"
    return machine.named("XDG_CONFIG_HOME", machine.home / ".config") / "zed"


def _edits(machine: Machine, offer: Offer) -> tuple[Edit, ...]:
    provider: dict[str, Any] = {
        "api_url": offer.openai_address,
        "available_models": [{"name": offer.model, "display_name": offer.model, "max_tokens": CONTEXT_TOKENS}],
    }
    changes = (
        Change(("language_models", "openai_compatible", OURS), provider),
        Change(("agent", "default_model", "provider"), OURS),
        Change(("agent", "default_model", "model"), offer.model),
    )
    return (Edit(_folder(machine) / "settings.json", changes),)


SWITCHER = Switcher(
    agent="zed",
    title="Zed",
    folders=lambda machine: (_folder(machine),),
    edits=_edits,
    programs=("zed", "zeditor"),
    no_launch="it is an editor that runs once",
    steps=lambda machine, offer: (*key_step(machine, offer), Step("Or paste the key into Zed's own settings of this provider.")),
)
