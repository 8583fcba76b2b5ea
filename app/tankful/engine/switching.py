"""Finds the linked account whose gateway offers a model, and says how an agent reaches it there."""

import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from tankful.core.allocation import OfferedModel
from tankful.core.errors import TankfulError
from tankful.core.links import Link
from tankful.core.offered import by_name, names_of
from tankful.engine.linking import Linking
from tankful.gateways.gateway import Asked
from tankful.gateways.grants import bearer
from tankful.gateways.http import open_http
from tankful.gateways.registry import GATEWAYS
from tankful.switch.models import Offer, Switcher
from tankful.system.paths import Folders
from tankful.system.paths import folders as own_folders

_TAILS = {"litellm": "", "claude-gateway": "", "generic": "", "new-api": "", "openrouter": "/api", "vercel": ""}
"""The kinds that pass agents' calls on, and what comes behind their address for that."""
_ANTHROPIC_ALONE = "claude-gateway"
_SPEAKS_ANTHROPIC = "claude-code"


class NoSuchModel(TankfulError):
    """No linked account offers it, or none that the agent can speak to."""


class Found(NamedTuple):
    """An account, and what its gateway says of the model; `None`: it lists no models."""

    link: Link
    model: OfferedModel | None


def choose(model: str, links: Sequence[Link], offered: Mapping[str, Sequence[OfferedModel]], account: str = "") -> Found:
    """Return the account that a model is to be had from: the one that is named, else the first whose gateway offers it.

    Raises:
        NoSuchModel: there is none; the hint names models that are called alike.
    """
    passing = passing_on(links)
    if not passing:
        title = "No account is linked" if not links else "None of the linked accounts passes agents' calls on"
        raise NoSuchModel(title, "Link your company's gateway first: `tankful link auto --url https://llm.example.com`.")
    if account:
        passing = [link for link in passing if link.name.casefold() == account.casefold()]
        if not passing:
            known = ", ".join(link.name for link in links if link.kind in _TAILS)
            raise NoSuchModel(f"No account that passes calls on is called {account!r}", f"There are {known}.")
        if not offered.get(passing[0].name):
            return Found(passing[0], None)  # it lists none: the user knows
    for link in passing:
        models = by_name(offered.get(link.name, ()))
        found = next((models[name] for name in names_of(model) if name in models), None)
        if found is not None:
            return Found(link, found)
    every = [each.name for link in passing for each in offered.get(link.name, ())]
    if not every:
        hint = "Its gateway lists no models: name the account too, with --account NAME."
        raise NoSuchModel(f"No linked account says that it offers {model!r}", hint)
    alike = get_close_matches(model, every, cutoff=0.4) or sorted(every)[:5]
    raise NoSuchModel(f"No linked account offers {model!r}", f"There is {', '.join(alike)}.")


def passing_on(links: Sequence[Link]) -> list[Link]:
    """Return the accounts that pass agents' calls on."""
    return [link for link in links if link.kind in _TAILS]


def offer_of(found: Found, model: str, folders: Folders) -> Offer:
    """Return a model as agents are told it."""
    link, said = found
    return Offer(
        model=model if said is None else said.name,
        account=link.name,
        address=link.url.rstrip("/") + _TAILS[link.kind],
        key_words=key_words(link.name, folders),
        needs_key=link.method.keeps_secret,
        input=None if said is None else said.input,
        output=None if said is None else said.output,
    )


def refuse_strangers(switcher: Switcher, found: Found) -> None:
    """Raise `NoSuchModel` if an agent does not speak the gateway's language."""
    if found.link.kind == _ANTHROPIC_ALONE and switcher.agent != _SPEAKS_ANTHROPIC:
        raise NoSuchModel(f"{found.link.name} speaks with Claude Code alone, not with {switcher.title}", "Use --account with another one.")


def key_words(account: str, folders: Folders) -> tuple[str, ...]:
    """Return the command that prints an account's key, for agents that run one for it."""
    beside = shutil.which("tankful", path=str(Path(sys.executable).parent)) or shutil.which("tankful")
    program = (beside,) if beside else (sys.executable, "-m", "tankful")
    return (*program, "key", account, *(() if folders == own_folders() else ("--data", str(folders.config))))


async def key_of(linking: Linking, link: Link) -> str:
    """Return the key that an agent sends, renewed if need be; empty where none is needed. Raises as `Linking.secret` does."""
    return bearer(await linking.secret(link))


async def asked_for_models(
    linking: Linking, links: Sequence[Link], known: Mapping[str, Sequence[OfferedModel]]
) -> dict[str, Sequence[OfferedModel]]:
    """Return what the accounts offer; those of which nothing is known yet are asked, and one that does not answer offers nothing."""
    gateways = {gateway.kind: gateway for gateway in GATEWAYS}
    every = dict(known)
    async with open_http() as http:
        for link in links:
            if link.kind not in _TAILS or every.get(link.name):
                continue
            try:
                asked = Asked(http, link, await linking.secret(link), linking.now())
                every[link.name] = tuple(replace(model, wishes=None) for model in await gateways[link.kind].models(asked))
            except TankfulError:
                every[link.name] = ()
    return every
