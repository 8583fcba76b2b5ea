"""Which agent may be given which model of which account, and what is missing where none may."""

from collections.abc import Sequence
from typing import NamedTuple

from tankful.core.accounts import AccountState
from tankful.core.allocation import OfferedModel
from tankful.core.links import Link
from tankful.switch.models import Switcher


class Source(NamedTuple):
    """One account, and what can be had from it."""

    link: Link
    models: tuple[tuple[str, OfferedModel], ...]
    """What each is called in the list; those of the house first."""


class SwitchChoice(NamedTuple):
    """What there is to choose from."""

    agents: tuple[tuple[str, str], ...]
    """Id and name."""
    sources: tuple[Source, ...]
    missing: str = ""
    """Why nothing can be chosen."""
    hint: str = ""


def switch_choice(used_here: Sequence[Switcher], states: Sequence[AccountState], passing: Sequence[Link]) -> SwitchChoice:
    """Return the agents that are used here, and the accounts that pass calls on; the ones that list models first."""
    agents = tuple((each.agent, each.title) for each in used_here)
    models = {state.link.name: state.models for state in states}
    sources = [Source(link, _listed(models.get(link.name, ()))) for link in passing]
    sources.sort(key=lambda source: not source.models)
    missing, hint = "", ""
    if not agents:
        missing, hint = "None of the agents that can be given another model is used here", "Start one of them once, then try again."
    elif not sources:
        missing = "No linked account passes agents' calls on"
        hint = "Link your company's gateway first, on the page Accounts."
    return SwitchChoice(agents, tuple(sources), missing, hint)


def _listed(models: Sequence[OfferedModel]) -> tuple[tuple[str, OfferedModel], ...]:
    ordered = sorted(models, key=lambda model: (not model.in_house, model.name.casefold()))
    return tuple((f"{model.name} · in-house" if model.in_house else model.name, model) for model in ordered)
