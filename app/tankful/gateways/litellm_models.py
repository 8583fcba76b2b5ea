"""Lists LiteLLM's models with their prices and what the administrator says about them, and tells the administrator's message.

Anything may be written below `model_info`. What counts: `in_house`, `alternative_to` (or `cheaper_alternative_to`), `good_for`,
`display_name` and `docs_url`, best below `model_info.tankful`. Only there, with any one model, how often the gateway wants to be
asked: `poll_active_s` while something is spent, `poll_idle_s` otherwise, `first_delay_s` for the window after an outage.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import cast
from urllib.parse import urlsplit

import msgspec

from tankful.core.allocation import Banner, OfferedModel, Wishes
from tankful.core.errors import GatewayConfused
from tankful.gateways.figures import dollars, limit
from tankful.gateways.gateway import Asked
from tankful.gateways.grants import bearer
from tankful.gateways.litellm_refusals import refused

_DEADLINE_S = 60.0
"""Large sites take longer than 15 s for this."""
_MOST_BYTES = 32_000_000
"""8 kB a model, measured."""
_LONGEST = 300
_SEVERITIES = frozenset({"info", "warning", "error"})
_LONGEST_MESSAGE = 4000


class _Prices(msgspec.Struct, frozen=True):
    """Dollars per token. Its `api_base` beside them is a host inside the company and is not read."""

    input_cost_per_token: object = None
    output_cost_per_token: object = None
    cache_read_input_token_cost: object = None
    cache_creation_input_token_cost: object = None


class _Model(msgspec.Struct, frozen=True):
    model_name: str
    model_info: dict[str, object] | None = None
    litellm_params: _Prices | None = None


class _Models(msgspec.Struct, frozen=True):
    data: tuple[msgspec.Raw, ...]


class _Banner(msgspec.Struct, frozen=True):
    enabled: bool = False
    message: str | None = None
    severity: str | None = None
    revision: str | None = None


async def models(asked: Asked) -> tuple[OfferedModel, ...]:
    """Return the models by name, each once; one that is written wrongly is left out. Raises `GatewayError`."""
    reply = await asked.http.get(
        f"{asked.link.url}/model/info", secret=bearer(asked.secret), deadline_s=_DEADLINE_S, most_bytes=_MOST_BYTES
    )
    if reply.status != 200:
        raise refused(reply)
    found: dict[str, OfferedModel] = {}
    for raw in reply.as_a(_Models).data:
        try:
            model = _offered(msgspec.json.decode(raw, type=_Model))
        except (ValueError, GatewayConfused):
            continue  # one administrator's slip shall not hide the other models
        found.setdefault(model.name, model)  # several deployments of one model: LiteLLM itself names the first
    return tuple(found[name] for name in sorted(found))


def _offered(model: _Model) -> OfferedModel:
    info = model.model_info or {}
    below = info.get("tankful")
    own: Mapping[str, object] = cast("Mapping[str, object]", below) if isinstance(below, Mapping) else {}
    said: Mapping[str, object] = {**info, **own}
    priced = msgspec.structs.asdict(model.litellm_params or _Prices())

    def price(name: str) -> object:
        return info.get(name) if info.get(name) is not None else priced[name]

    return OfferedModel(
        name=model.model_name,
        input=limit(price("input_cost_per_token"), "price"),
        output=limit(price("output_cost_per_token"), "price"),
        cache_read=limit(price("cache_read_input_token_cost"), "price"),
        cache_write=limit(price("cache_creation_input_token_cost"), "price"),
        in_house=said.get("in_house") in (True, "true", "yes"),
        alternative_to=_words(said.get("alternative_to")) or _words(said.get("cheaper_alternative_to")),
        good_for=_words(said.get("good_for")),
        title=_text(said.get("display_name")),
        documentation=_address(said.get("docs_url")),
        wishes=_wishes(own),
    )


def _wishes(own: Mapping[str, object]) -> Wishes | None:
    wishes = Wishes(_seconds(own.get("poll_active_s")), _seconds(own.get("poll_idle_s")), _seconds(own.get("first_delay_s")))
    return None if wishes == Wishes() else wishes


def _seconds(value: object) -> float | None:
    try:
        return None if value is None else float(dollars(value, "interval"))
    except GatewayConfused:
        return None  # a slip in this hides no model


async def message(asked: Asked) -> Banner | None:
    """Return the administrator's message (Markdown) while there is one; older servers have none. Raises `GatewayError`."""
    reply = await asked.http.get(f"{asked.link.url}/get/user_banner", secret=bearer(asked.secret))
    if reply.status in {401, 403, 404, 405}:
        return None
    if reply.status != 200:
        raise refused(reply)
    told = reply.as_a(_Banner)
    text = (told.message or "").strip()[:_LONGEST_MESSAGE]
    if not told.enabled or not text:
        return None
    severity = told.severity if told.severity in _SEVERITIES else "info"
    return Banner(text, severity, told.revision or sha256(text.encode()).hexdigest())


def _words(value: object) -> tuple[str, ...]:
    """Return a list of names; one alone may be written without brackets."""
    each: Iterable[object] = cast("list[object]", value) if isinstance(value, list) else (value,)
    return tuple(text for one in each if (text := _text(one)))


def _text(value: object) -> str:
    return value.strip()[:_LONGEST] if isinstance(value, str) else ""


def _address(value: object) -> str:
    text = _text(value)
    try:
        return text if urlsplit(text).scheme in {"https", "http"} else ""
    except ValueError:
        return ""
