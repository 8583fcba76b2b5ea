"""Tells what each token of a request costs by list price, in exact dollars."""

from decimal import Decimal
from functools import lru_cache

from tankful.core.counterfactual import Prices
from tankful.core.counterfactual import Rates as Dollars
from tankful.core.usage import UsageEvent
from tankful.pricing.cost import Pricer
from tankful.pricing.rates import NANO, Rates


def list_prices(price: Pricer) -> Prices:
    """Return what says the price of a request's tokens."""

    def of(event: UsageEvent) -> Dollars | None:
        rates = price.rates(event)
        return None if rates is None else _dollars(rates)

    return of


@lru_cache(256)
def _dollars(rates: Rates) -> Dollars:
    whole = Decimal(rates.parts) * NANO
    return Dollars(
        rates.input / whole,
        rates.output / whole,
        rates.cache_read / whole,
        rates.cache_write / whole,
        (rates.cache_write + rates.cache_write_1h) / whole,
        rates.reasoning / whole,
    )
