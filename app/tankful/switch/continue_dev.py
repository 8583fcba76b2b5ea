"""Continue: one more entry in `models` of its `config.yaml`, which leaves the others as they are; its key is one of its own secrets."""

import shlex
from pathlib import Path
from typing import Any

from tankful.switch.errors import NotSwitched
from tankful.switch.machine import WINDOWS, Machine
from tankful.switch.models import KEY_VARIABLE, UNTOUCHED, Edit, Offer, Step, Switcher
from tankful.switch.values import Change

_NAME = "Tankful"


def _folder(machine: Machine) -> Path:
    return machine.named("CONTINUE_GLOBAL_DIR", machine.home / ".continue")


def _edits(machine: Machine, offer: Offer) -> tuple[Edit, ...]:
    path = _folder(machine) / "config.yaml"
    head: tuple[Change, ...] = ()
    if not path.exists():
        if path.with_suffix(".json").exists():
            hint = f"{UNTOUCHED} A config.yaml would take its place; let Continue convert it first."
            raise NotSwitched(f"Continue is set up by {path.with_suffix('.json')}, the older form", hint)
        head = (Change(("name",), "Local"), Change(("version",), "1.0.0"), Change(("schema",), "v1"))
    model: dict[str, Any] = {
        "name": _NAME,
        "provider": "openai",
        "model": offer.model,
        "apiBase": offer.openai_address,
        "apiKey": f"${{{{ secrets.{KEY_VARIABLE} }}}}",
        "roles": ["chat", "edit", "apply"],
    }
    return (Edit(path, (*head, Change(("models", f"name={_NAME}"), model))),)


def _steps(machine: Machine, offer: Offer) -> tuple[Step, ...]:
    choose = Step(f"Choose {_NAME} in Continue's list of models.")
    if not offer.needs_key:
        return (choose,)
    place, line = _folder(machine) / ".env", offer.key_line(machine)
    command = f'printf "{KEY_VARIABLE}=%s\\n" "$({line})" >> {shlex.quote(str(place))}'
    if machine.platform == WINDOWS:
        command = f'Add-Content "{place}" "{KEY_VARIABLE}=$(& {line})"'
    return (choose, Step("It looks for its key among its own secrets. What puts it there, if that is all right with you:", command))


SWITCHER = Switcher(
    agent="continue",
    title="Continue",
    folders=lambda machine: (_folder(machine),),
    edits=_edits,
    no_launch="it lives in an editor",
    steps=_steps,
)
