"""Looks which calls another model answered than the one that was asked, with the prices and the gateways' models at hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tankful.core.served import changes
from tankful.pricing.list_prices import list_prices

if TYPE_CHECKING:
    from tankful.core.allocation import OfferedModel
    from tankful.core.counterfactual import Prices, Rates
    from tankful.core.served import ModelChange
    from tankful.core.snapshot import Snapshot
    from tankful.core.usage import UsageEvent
    from tankful.pricing.cost import Pricer
    from tankful.store.history import History

LATELY = timedelta(days=1)
"""How long a picture speaks of it."""


def with_changes(seen: "Snapshot", history: "History", price: "Callable[[], Pricer]") -> "Snapshot":
    """Return a picture with the changes of the last day in it."""
    found = changes_since(history, seen.as_of - LATELY, price)
    return replace(seen, changes=found) if found else seen


def changes_since(history: "History", since: datetime, price: "Callable[[], Pricer]") -> "tuple[ModelChange, ...]":
    """Return the changes since then, by what gateways are known to offer; prices are asked for only where names differ."""
    found = tuple(history.answered(since))
    if not found:
        return ()
    accounts, pricer = history.accounts, price()
    offered = {account: accounts.offered(account) for account in accounts.offering()}
    names = {account: frozenset(model.name for model in models) for account, models in offered.items()}
    of_the_house = [model for models in offered.values() for model in models if model.in_house]
    return changes(found, pricer.listed, _prices(pricer, of_the_house), names, frozenset(model.name for model in of_the_house))


def _prices(pricer: "Pricer", of_the_house: "list[OfferedModel]") -> "Prices":
    """Return what prices a request: the list, else the gateway's word on a model of the house."""
    by_list = list_prices(pricer)
    own = {model.name: model for model in of_the_house}

    def of(event: "UsageEvent") -> "Rates | None":
        rates = by_list(event)
        offer = own.get(event.model or "")
        return rates if rates is not None or offer is None else _rates(offer)

    return of


def _rates(offer: "OfferedModel") -> "Rates | None":
    from tankful.core.counterfactual import Rates  # noqa: PLC0415 - few gateways have models of the house

    if offer.input is None or offer.output is None:
        return None
    read = offer.input if offer.cache_read is None else offer.cache_read
    write = offer.input if offer.cache_write is None else offer.cache_write
    return Rates(offer.input, offer.output, read, write, write, Decimal(0))
