"""OpenCode: a provider of ours and `model` in its `opencode.json` or `opencode.jsonc`; the key by the name of a variable.

A project's file beats it. `OPENCODE_CONFIG_CONTENT` beats both, which is what a single process is told by.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tankful.switch import jsonc
from tankful.switch.errors import NotSwitched
from tankful.switch.machine import Machine
from tankful.switch.models import KEY_VARIABLE, OURS, Edit, Launch, Offer, Switcher, key_step
from tankful.switch.telemetry import has
from tankful.switch.values import Change

_CONTENT = "OPENCODE_CONFIG_CONTENT"


def _folder(machine: Machine) -> Path:
    return machine.named("XDG_CONFIG_HOME", machine.home / ".config") / "opencode"


def _file(machine: Machine) -> Path:
    commented = _folder(machine) / "opencode.jsonc"
    return machine.named("OPENCODE_CONFIG", commented if commented.exists() else commented.with_suffix(".json"))


def _changes(offer: Offer) -> tuple[Change, ...]:
    provider: dict[str, Any] = {
        "npm": "@ai-sdk/openai-compatible",
        "name": f"{offer.account} by Tankful",
        "options": {"baseURL": offer.openai_address, "apiKey": f"{{env:{KEY_VARIABLE}}}"},
        "models": {offer.model: {"name": offer.model}},
    }
    model = f"{OURS}/{offer.model}"
    return (Change(("provider", OURS), provider), Change(("model",), model), Change(("small_model",), model))


def _launch(machine: Machine, offer: Offer, key: str, words: Sequence[str]) -> Launch:
    try:
        content = jsonc.changed(machine.environ.get(_CONTENT, ""), _changes(offer))
    except ValueError as wrong:
        raise NotSwitched(f"{_CONTENT} in your environment is no JSON: {wrong}", "Correct it or take it out.") from wrong
    return Launch(tuple(words), {_CONTENT: content, KEY_VARIABLE: key or None})


SWITCHER = Switcher(
    agent="opencode",
    title="OpenCode",
    folders=lambda machine: (_folder(machine), machine.named("XDG_DATA_HOME", machine.home / ".local" / "share") / "opencode"),
    edits=lambda machine, offer: (Edit(_file(machine), _changes(offer)),),
    programs=("opencode",),
    launch=_launch,
    beaten_by=(_CONTENT,),
    managed=(lambda machine: machine.managed(linux="opencode", mac="opencode", windows="ProgramData/opencode"),),
    managed_keys=lambda said: any(has(said, (key,)) for key in ("model", "provider", "enabled_providers", "disabled_providers")),
    steps=key_step,
)
