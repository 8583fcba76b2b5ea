"""Codex: the table `[otel]` of its `config.toml`. Its events go to `exporter`; traces and metrics hold no counts and stay as they are.

For another model a profile of ours is written beside it, `tankful.config.toml`, which counts only with `--profile tankful`; since 0.134
profiles are files of their own. It speaks Responses alone, and for its key it runs a command.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tankful.switch.machine import Machine
from tankful.switch.models import KEY_VARIABLE, OURS, Edit, Launch, Offer, Step, Switcher
from tankful.switch.telemetry import Reporter, Where, has
from tankful.switch.values import ABSENT, Change, at

_EXPORTER = ("otel", "exporter")


def _files(machine: Machine) -> tuple[Path, ...]:
    return (machine.named("CODEX_HOME", machine.home / ".codex") / "config.toml",)


def _changes(where: Where) -> tuple[Change, ...]:
    given = {"endpoint": f"{where.address}/v1/logs", "protocol": "json", "headers": {"Authorization": f"Bearer {where.token}"}}
    return (Change(_EXPORTER, {"otlp-http": given}),)


def _taken(said: dict[str, Any]) -> str:
    exporter = at(said, _EXPORTER)
    return "" if exporter in (ABSENT, "none") else "somebody"


def _provider(offer: Offer) -> dict[str, Any]:
    return {
        "name": f"{offer.account} by Tankful",
        "base_url": offer.openai_address,
        "wire_api": "responses",
        "supports_websockets": False,
    }


def _edits(machine: Machine, offer: Offer) -> tuple[Edit, ...]:
    provider = _provider(offer)
    if offer.needs_key:
        provider["auth"] = {"command": offer.key_words[0], "args": list(offer.key_words[1:])}
    changes = (
        Change(("model",), offer.model),
        Change(("model_provider",), OURS),
        *(Change(("model_providers", OURS, name), value) for name, value in provider.items()),
    )
    return (Edit(_files(machine)[0].with_name(f"{OURS}.config.toml"), changes),)


def _launch(_machine: Machine, offer: Offer, key: str, words: Sequence[str]) -> Launch:
    import tomlkit  # noqa: PLC0415 - slow to load

    provider = _provider(offer) | ({"env_key": KEY_VARIABLE} if key else {})
    settings = {"model": offer.model, "model_provider": OURS}
    settings |= {f"model_providers.{OURS}.{name}": value for name, value in provider.items()}
    flags = (f"{name}={tomlkit.item(value).as_string()}" for name, value in settings.items())
    return Launch((*(word for flag in flags for word in ("-c", flag)), *words), {KEY_VARIABLE: key or None})


def _managed(machine: Machine) -> Path:
    if machine.platform == "win32":
        return machine.home / ".codex" / "managed_config.toml"
    return machine.system / "etc/codex/managed_config.toml"


REPORTER = Reporter(
    agent="codex",
    title="Codex",
    files=_files,
    changes=_changes,
    taken=_taken,
    managed=(_managed,),
    managed_keys=lambda said: has(said, ("otel",)),
)
SWITCHER = Switcher(
    agent="codex",
    title="Codex",
    folders=lambda machine: (_files(machine)[0].parent,),
    edits=_edits,
    programs=("codex",),
    launch=_launch,
    managed=(_managed,),
    managed_keys=lambda said: any(has(said, (key,)) for key in ("model", "model_provider", "model_providers")),
    steps=lambda _machine, _offer: (Step("It is as it was, unless it is started so:", f"codex --profile {OURS}"),),
)
