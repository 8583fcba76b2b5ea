"""Lists the models of one's own house: those the organisation names, the user, and a gateway."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tankful.core.allocation import OfferedModel
from tankful.core.counterfactual import PriceSheet, Rates
from tankful.core.nudges.nudge import Origin, Tool
from tankful.core.own_models import InHouse, PriceOverride
from tankful.core.settings import Settings

if TYPE_CHECKING:
    from tankful.store.accounts import Accounts

_MILLION = 1_000_000
_MOST = 20
"""More are not looked at."""


def in_house(settings: Settings, accounts: "Accounts", today: date, policy: Mapping[str, InHouse]) -> tuple[Tool, ...]:
    """Return the tools that may be suggested, those of the organisation's policy first.

    What the policy says of one beats the user's word, and that the gateway's; the user's price of one beats the gateway's.
    """
    every = {model.name: (account, model) for account in accounts.offering() for model in accounts.offered(account)}
    offered = {name: (account, model) for name, (account, model) in every.items() if model.in_house}
    named = {name: _named(name, said, settings, today, Origin.USER) for name, said in settings.in_house.items()}
    named = {name: _named(name, said, settings, today, Origin.POLICY) for name, said in policy.items()} | {
        name: tool for name, tool in named.items() if name not in policy
    }
    told = {name: _offered(model, account, settings, today) for name, (account, model) in offered.items()}
    for name, tool in named.items():
        if tool.rates is None and name in told:
            named[name] = tool._replace(rates=told[name].rates, prices=told[name].prices)
    named = {name: tool._replace(account=every[name][0]) if name in every else tool for name, tool in named.items()}
    return tuple({**named, **{name: tool for name, tool in told.items() if name not in named}}.values())[:_MOST]


def _named(name: str, said: InHouse, settings: Settings, today: date, origin: Origin) -> Tool:
    own = settings.prices.get(name)
    rates = None if own is None else _own(own)
    sheet = PriceSheet("your own prices", today)
    return Tool(name, said.title or name, said.alternative_to, said.good_for, said.docs_url, rates, sheet, origin)


def _offered(model: OfferedModel, account: str, settings: Settings, today: date) -> Tool:
    own = settings.prices.get(model.name)
    rates = _stated(model) if own is None else _own(own)
    sheet = PriceSheet(account if own is None else "your own prices", today)
    return Tool(
        model.name,
        model.title or model.name,
        model.alternative_to,
        model.good_for,
        model.documentation,
        rates,
        sheet,
        Origin.GATEWAY,
        account,
    )


def _stated(model: OfferedModel) -> Rates | None:
    """Return a gateway's prices; where it states none for cached tokens, they cost what input costs."""
    if model.input is None or model.output is None:
        return None
    read, write = (model.input if price is None else price for price in (model.cache_read, model.cache_write))
    return Rates(model.input, model.output, read, write, write)


def _own(own: PriceOverride) -> Rates:
    write = _first(own.cache_write, own.input)
    prices = (own.input, own.output, _first(own.cache_read, own.input), write, _first(own.cache_write_1h, write))
    return Rates(*(price / _MILLION for price in prices))


def _first(price: Decimal | None, other: Decimal) -> Decimal:
    return other if price is None else price
