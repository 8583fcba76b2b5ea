"""Prices a response as a gateway would, from the prices it states for the models it offers."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from tankful.core.allocation import OfferedModel
from tankful.core.usage import UsageEvent

_DATE = re.compile(r"[-@]\d{4}-?\d{2}-?\d{2}$")


def names_of(model: str) -> tuple[str, ...]:
    """Return under which names a model may be met, the closest first: as it is, without its provider, without its date."""
    whole = model.strip().lower()
    short = whole.rsplit("/", 1)[-1]
    return tuple(dict.fromkeys((whole, short, _DATE.sub("", short))))


def by_name(models: Iterable[OfferedModel]) -> Mapping[str, OfferedModel]:
    """Return models under all their names; of two that share one, it is the first one's, and a whole name beats a part."""
    found: dict[str, OfferedModel] = {}
    named = [(names_of(model.name), model) for model in models]
    for place in range(3):
        for names, model in named:
            if place < len(names):
                found.setdefault(names[place], model)
    return found


def offered_cost(event: UsageEvent, models: Mapping[str, OfferedModel]) -> Decimal | None:
    """Return what a gateway's stated prices make of a response, in dollars.

    `None`: it does not offer the model or states no price for a part of the response (one-hour cache writes and web searches
    never have one). `models` as `by_name` gives them.
    """
    offer = next((models[name] for name in names_of(event.model or "") if name in models), None)
    tokens = event.tokens
    if offer is None or tokens.cache_write_1h or event.web_searches:
        return None
    parts = (
        (offer.input, tokens.input),
        (offer.output, tokens.output),
        (offer.cache_read, tokens.cache_read),
        (offer.cache_write, tokens.cache_write),
    )
    total = Decimal(0)
    for price, count in parts:
        if price is None and count:
            return None
        total += (price or Decimal(0)) * count
    return total if offer.input is not None or offer.output is not None else None
