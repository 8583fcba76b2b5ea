"""Breaks our spend down by day and model as LiteLLM sums it, and asks it what a call would have cost elsewhere.

The sums never fall, so they differ from a budget that was reset meanwhile.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import msgspec

from tankful.core.allocation import BookedDay
from tankful.core.usage import TokenUsage
from tankful.gateways.figures import dollars, limit
from tankful.gateways.gateway import Asked
from tankful.gateways.grants import bearer
from tankful.gateways.litellm_fetch import owner_of
from tankful.gateways.litellm_refusals import exceeded, refused

_DEADLINE_S = 60.0
_MOST_BYTES = 32_000_000
"""45 kB for a day of eight keys, measured."""


class _Metrics(msgspec.Struct, frozen=True):
    spend: object = 0
    api_requests: int = 0


class _Owner(msgspec.Struct, frozen=True):
    user_id: str | None = None


class _OfKey(msgspec.Struct, frozen=True):
    metrics: _Metrics = _Metrics()
    metadata: _Owner = _Owner()


class _Group(msgspec.Struct, frozen=True):
    metrics: _Metrics = _Metrics()
    api_key_breakdown: Mapping[str, _OfKey] = {}


class _Parts(msgspec.Struct, frozen=True):
    model_groups: Mapping[str, _Group] = {}
    """By the public names, as `/model/info` has them; `models` beside it has those of the providers."""


class _Day(msgspec.Struct, frozen=True):
    date: date
    breakdown: _Parts = _Parts()


class _Days(msgspec.Struct, frozen=True):
    results: tuple[_Day, ...]


class _Estimate(msgspec.Struct, frozen=True):
    cost_per_request: object = None


async def breakdown(asked: Asked, first: date, last: date) -> tuple[BookedDay, ...] | None:
    """Return what we spent from one day to another, both counted, in days of UTC; `None` where the key may not read it.

    Raises:
        GatewayError: the gateway does not answer, or not as it should.
    """
    owner = await owner_of(asked)
    # To an administrator it shows everybody's, and with `user_id` nothing at all: then our own keys are summed.
    only = owner.user if owner.administrator else None
    reply = await asked.http.get(
        f"{asked.link.url}/user/daily/activity/aggregated",
        secret=bearer(asked.secret),
        params={"start_date": first.isoformat(), "end_date": last.isoformat()},
        deadline_s=_DEADLINE_S,
        most_bytes=_MOST_BYTES,
    )
    if reply.status in {401, 403, 404} or exceeded(reply) is not None:
        return None
    if reply.status != 200:
        raise refused(reply)
    days = [
        booked
        for day in reply.as_a(_Days).results
        for model, group in day.breakdown.model_groups.items()
        if (booked := _booked(day.date, model, group, only)) is not None
    ]
    return tuple(sorted(days, key=lambda booked: (booked.day, booked.model)))


def _booked(day: date, model: str, group: _Group, only: str | None) -> BookedDay | None:
    """Sum one model's day; `None` when nothing of it is ours."""
    if only is None:
        return BookedDay(day, model, dollars(group.metrics.spend, "spend"), group.metrics.api_requests)
    own = [each.metrics for each in group.api_key_breakdown.values() if each.metadata.user_id == only]
    if not own:
        return None
    return BookedDay(day, model, sum((dollars(each.spend, "spend") for each in own), Decimal(0)), sum(each.api_requests for each in own))


async def estimate(asked: Asked, model: str, tokens: TokenUsage) -> Decimal | None:
    """Return the dollars that one call of these tokens would cost on a model of the gateway; `None`: it does not know.

    Raises:
        GatewayError: the gateway does not answer, or not as it should.
    """
    question = {
        "model": model,
        "input_tokens": tokens.prompt,  # its input counts what is read from and written to the cache
        "output_tokens": tokens.output,
        "cache_read_input_tokens": tokens.cache_read,
        "cache_creation_input_tokens": tokens.cache_write,
        "reasoning_tokens": tokens.reasoning,
    }
    reply = await asked.http.post(f"{asked.link.url}/cost/estimate", secret=bearer(asked.secret), json=question)
    if reply.status in {400, 401, 403, 404, 405, 422}:
        return None
    if reply.status != 200:
        raise refused(reply)
    return limit(reply.as_a(_Estimate).cost_per_request, "cost_per_request")
