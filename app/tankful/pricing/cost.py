"""Says what one usage event cost and how that is known."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import msgspec

from tankful.core.making import made
from tankful.core.own_models import PriceOverride
from tankful.core.usage import Basis, UsageEvent
from tankful.pricing import surcharges
from tankful.pricing.catalogue import Catalogue
from tankful.pricing.names import plain
from tankful.pricing.rates import NANO, Rates, RatesOverTime, half_even, rates_over_time
from tankful.pricing.table import Band, PriceRow, Stage

RECORDED_MAX = Decimal(1_000_000)
"""No single response costs a million dollars; a higher recorded cost is nonsense and is not believed, nor may sums overflow."""

_REMEMBERED = 4096
_INVISIBLE = -12


class Cost(NamedTuple):
    """What an event cost in nano-dollars; `nano` is `None` exactly when it is unpriced."""

    nano: int | None
    basis: Basis


_PRICED = Basis.PRICED
UNPRICED = Cost(None, Basis.UNPRICED)


@dataclass(frozen=True, slots=True)
class _Plan:
    """All rates of one model at one provider, tier and region; newest stage first, the last one always holds."""

    is_own: bool
    """Whether the user named the price: it beats a recorded cost."""
    stages: tuple[RatesOverTime, ...]
    only: Rates | None
    """The rates where neither time nor length of the prompt matters."""
    longer: tuple[int, Rates, Rates] | None
    """Where only one length does: that, the rates of a longer prompt, and those of any other one."""

    def rates(self, at: datetime, prompt: int) -> Rates:
        for stage in self.stages[:-1]:
            if stage.holds(at):
                return stage.of(prompt)
        return self.stages[-1].of(prompt)


class Pricer:
    """Prices events: the user's own price, else the cost the agent recorded, else the table; else the event is unpriced.

    The whole request is priced in the highest long-context band whose threshold its prompt exceeds, a sum of requests in
    none. A tier or region without a price of its own costs the standard price. An own price holds for every tier, region
    and length.
    """

    __slots__ = ("_catalogue", "_plans")

    def __init__(self, catalogue: Catalogue) -> None:
        """Price from this catalogue."""
        self._catalogue = catalogue
        self._plans: dict[tuple[str | None, str, str, str], _Plan | None] = {}

    def __call__(self, event: UsageEvent) -> Cost:
        """Return the cost of one event; exact to the nano-dollar, halves rounded to even."""
        _, _, at, tokens, model, _, _, provider, _, tier, geo, recorded_cost, searches = event[:13]  # a plain tuple is taken apart faster
        key = (model, provider, tier, geo)
        try:
            plan = self._plans[key]
        except KeyError:
            plan = self._learn(key)
        if recorded_cost is not None and (plan is None or not plan.is_own):
            recorded = _recorded_nano(recorded_cost)
            if recorded is not None:
                return Cost(recorded, Basis.RECORDED)
        if plan is None:
            return UNPRICED
        rates = plan.only
        if rates is None:
            uncached, _, read, written, _, _ = tokens
            prompt = 0 if event.summed else uncached + read + written
            if plan.longer is None:
                rates = plan.rates(at, prompt)
            else:
                over, long, short = plan.longer  # quicker than going through all stages
                rates = long if prompt > over else short
        return made(Cost, (rates.nano(tokens, searches), _PRICED))

    def rates(self, event: UsageEvent) -> Rates | None:
        """Return what the tokens of an event cost by list price or the user's own, whatever the agent recorded; `None`: unpriced."""
        key = (event.model, event.provider, event.tier, event.geo)
        plan = self._plans[key] if key in self._plans else self._learn(key)
        return None if plan is None else plan.only or plan.rates(event.at, 0 if event.summed else event.tokens.prompt)

    def listed(self, model: str) -> str | None:
        """Return the table's own name of a model, whatever a log calls it; `None`: the table does not have it."""
        row = self._catalogue.find(model)
        return None if row is None else row.id

    def _learn(self, key: tuple[str | None, str, str, str]) -> _Plan | None:
        if len(self._plans) >= _REMEMBERED:  # a log full of invented names must not fill the memory
            self._plans.clear()
        model, provider, tier, geo = key
        plan = None if model is None else self._plan(model, provider, plain(tier), plain(geo))
        self._plans[key] = plan
        return plan

    def _plan(self, model: str, provider: str, tier: str, geo: str) -> _Plan | None:
        own = self._catalogue.override(model)
        row = self._catalogue.find(model, provider)
        if own is not None:
            return _plan_of(True, _own_stages(own, row), Decimal(1), Decimal(0) if row is None else surcharges.searches(row))
        if row is None:
            return None
        stages = row.standard() + row.at_tier(tier)
        return _plan_of(False, stages, surcharges.factor(row, tier, geo), surcharges.searches(row))


def _plan_of(is_own: bool, stages: tuple[Stage, ...], factor: Decimal, searches: Decimal) -> _Plan:
    rates = tuple(rates_over_time(stage, factor, searches) for stage in reversed(stages))
    bands = rates[0].bands if len(rates) == 1 else ()
    longer = (bands[0][0], bands[0][1], bands[1][1]) if len(bands) == 2 else None
    return _Plan(is_own, rates, bands[0][1] if len(bands) == 1 else None, longer)


def _own_stages(own: PriceOverride, row: PriceRow | None) -> tuple[Stage, ...]:
    stages = (Stage((Band(own.input, own.output),)),) if row is None else row.standard()
    return tuple(msgspec.structs.replace(stage, bands=tuple(_own_band(own, band) for band in stage.bands)) for stage in stages)


def _own_band(own: PriceOverride, band: Band) -> Band:
    return Band(
        own.input,
        own.output,
        band.over,
        _first(own.cache_read, band.cache_read),
        _first(own.cache_write, band.cache_write),
        _first(own.cache_write_1h, band.cache_write_1h, own.input),
        search=band.search,
        request=band.request,
    )


def _first(*prices: Decimal | None) -> Decimal | None:
    return next((price for price in prices if price is not None), None)


def _recorded_nano(dollars: Decimal) -> int | None:
    """Return a recorded cost in nano-dollars, `None` when it cannot be a cost."""
    if not dollars.is_finite() or not 0 <= dollars <= RECORDED_MAX:
        return None
    if dollars.adjusted() < _INVISIBLE:
        return 0
    numerator, denominator = dollars.as_integer_ratio()
    return half_even(numerator * NANO, denominator)
