"""Which model really ran: compares what was asked for with what answered, and says so only where the two are surely different models.

What an administrator calls a model is no other model, and names that no price list and no gateway knows prove nothing.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from tankful.core.counterfactual import Prices, bucket_costs
from tankful.core.model_names import are_one, meant
from tankful.core.usage import TokenUsage, UsageEvent

Listed = Callable[[str], str | None]
"""Says which model a name means, by the name that a price list has for it; `None`: nobody knows."""


class Answered(NamedTuple):
    """Calls of one session of which one model was asked, and which another one seems to have answered, going by the names alone."""

    agent: str
    session: str
    project: str
    """Its folder; empty when unknown."""
    provider: str
    asked: str
    served: tuple[str, ...]
    """What answered is called: by the agent's record, or by a gateway, first as it offers it and then as it calls it itself."""
    first: datetime
    last: datetime
    calls: int
    tokens: TokenUsage
    account: str = ""
    """The gateway that says so; empty: the agent does."""


class ModelChange(NamedTuple):
    """Calls of one session that another model answered than the one that was asked."""

    agent: str
    session: str
    project: str
    asked: str
    served: str
    first: datetime
    last: datetime
    calls: int
    difference: Decimal | None
    """Dollars, by list price for the same tokens: above zero where what answered is dearer; `None`: one of them has no price."""
    account: str = ""


def changes(
    answered: Iterable[Answered], listed: Listed, prices: Prices, offered: Mapping[str, Collection[str]], in_house: Collection[str]
) -> tuple[ModelChange, ...]:
    """Return what is surely a change of the model, the latest first.

    `offered`: the names under which each gateway offers models, by account, as far as it tells. `in_house`: names of models that no
    price list has, and which a gateway's administrator says are models of the house.
    """
    found: dict[tuple[str, str, str, str], ModelChange] = {}
    house = {meant(name) for name in in_house}

    def known(name: str) -> str | None:
        return listed(name) or (name if meant(name) in house else None)

    for each in answered:
        served = _other(each, known)
        if served is None or (each.account and not _is_by_name(each, offered.get(each.account, ()), known)):
            continue
        change = ModelChange(
            each.agent, each.session, each.project, each.asked, served, each.first, each.last, each.calls,
            _difference(each, served, prices), each.account,
        )  # fmt: skip
        key = (each.agent, each.session, each.asked, served)
        # Two accounts may list the same call, and an agent may tell what its gateway does.
        if key not in found or found[key].calls < change.calls:
            found[key] = change
    return tuple(sorted(found.values(), key=lambda change: change.last, reverse=True))


def _is_by_name(answered: Answered, offered: Collection[str], known: Listed) -> bool:
    """Say whether a gateway's word is about names that one can ask for.

    What an agent records of a gateway's answer is what it asked for only if that is on offer: a vendor's own name may come through.
    And what the call is booked under may be a number of the gateway's own.
    """
    if offered and not any(are_one(answered.asked, name) for name in offered):
        return False
    booked = answered.served[0]
    return known(booked) is not None or any(are_one(booked, name) for name in offered)


def _other(answered: Answered, known: Listed) -> str | None:
    """Return the name of what answered, if that is surely another model than the one asked for."""
    asked = known(answered.asked)
    if asked is None or any(are_one(answered.asked, name) for name in answered.served):
        return None
    named = [(name, model) for name in answered.served if (model := known(name)) is not None]
    if not named or any(are_one(model, asked) for _, model in named):
        return None
    return named[0][0]


def _difference(answered: Answered, served: str, prices: Prices) -> Decimal | None:
    tokens = answered.tokens
    both: list[Decimal] = []
    for model in (answered.asked, served):
        event = UsageEvent(answered.agent, (), answered.last, tokens, model, provider=answered.provider, summed=True)
        rates = prices(event)
        if rates is None:
            return None
        both.append(sum(bucket_costs(tokens, rates), Decimal(0)))
    return both[1] - both[0]
