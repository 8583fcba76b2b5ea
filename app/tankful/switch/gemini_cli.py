"""Gemini CLI: `telemetry` and `model` in its `settings.json`; the gateway's address in the `.env` beside it.

The gateway must speak Gemini's language, and an agent that is signed in with Google never asks one.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tankful.switch import gemini_settings
from tankful.switch.errors import NotSwitched
from tankful.switch.machine import Machine
from tankful.switch.models import UNTOUCHED, Edit, Launch, Offer, Step, Switcher, key_step, own_values, refuse_credentials
from tankful.switch.plans import read_values
from tankful.switch.telemetry import Reporter, has
from tankful.switch.values import ABSENT, Change, at

_BASE, _KEY, _MODEL = "GOOGLE_GEMINI_BASE_URL", "GEMINI_API_KEY", "GEMINI_MODEL"
_OTHER_KEYS = ("GOOGLE_API_KEY", "GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_GCA")
"""What leads it elsewhere."""
_WAY, _BY_KEY = ("security", "auth", "selectedType"), "gemini-api-key"
_CHOICE = "“Use Gemini API key”"


def _folder(machine: Machine) -> Path:
    return machine.named("GEMINI_CLI_HOME", machine.home) / ".gemini"


def _edits(machine: Machine, offer: Offer) -> tuple[Edit, ...]:
    settings, variables = _folder(machine) / "settings.json", _folder(machine) / ".env"
    _refuse_other_ways(settings, read_values(settings))
    said = read_values(variables)
    # Pointed at a gateway and told nothing, it takes a way that it then refuses.
    model = Edit(settings, (Change(("model", "name"), offer.model), Change(_WAY, _BY_KEY)))
    if offer.is_at(said.get(_BASE)):
        return (model,)
    own = next((name for name in (_KEY, *_OTHER_KEYS) if said.get(name)), "")
    if own:
        raise refuse_credentials(variables, own, offer)
    return (model, Edit(variables, (Change((_BASE,), offer.address),)))


def _launch(machine: Machine, offer: Offer, key: str, words: Sequence[str]) -> Launch:
    settings = _folder(machine) / "settings.json"
    said = own_values(settings)
    _refuse_other_ways(settings, said)
    if at(said, _WAY) != _BY_KEY:
        raise NotSwitched("Gemini CLI was not told yet to use a key", f"Choose {_CHOICE} by its command /auth, once.")
    ours: dict[str, str | None] = {_BASE: offer.address, _KEY: key, _MODEL: offer.model}
    return Launch(tuple(words), {**ours, **dict.fromkeys(_OTHER_KEYS)})


def _refuse_other_ways(path: Path, said: dict[str, Any]) -> None:
    way = at(said, _WAY)
    if way not in (ABSENT, "", None, _BY_KEY):
        title = f"Gemini CLI is signed in another way ({way}, in {path}), and asks no gateway then"
        raise NotSwitched(title, f"{UNTOUCHED} Choose {_CHOICE} by its command /auth first.")


def _managed(machine: Machine) -> Path:
    usual = machine.managed(linux="gemini-cli/settings.json", mac="GeminiCli/settings.json", windows="ProgramData/gemini-cli/settings.json")
    return machine.named("GEMINI_CLI_SYSTEM_SETTINGS_PATH", usual)


REPORTER = Reporter(
    agent="gemini-cli",
    title="Gemini CLI",
    files=lambda machine: (_folder(machine) / "settings.json",),
    changes=gemini_settings.changes,
    taken=gemini_settings.taken,
    managed=(_managed,),
    managed_keys=lambda said: has(said, ("telemetry",)),
)
SWITCHER = Switcher(
    agent="gemini-cli",
    title="Gemini CLI",
    folders=lambda machine: (_folder(machine),),
    edits=_edits,
    programs=("gemini",),
    launch=_launch,
    beaten_by=(_MODEL, _BASE),
    managed=(_managed,),
    managed_keys=lambda said: has(said, ("model",)) or has(said, _WAY) or has(said, ("security", "auth", "enforcedType")),
    steps=lambda machine, offer: (*key_step(machine, offer, _KEY), Step("A .env in a project goes before its own one.")),
)
