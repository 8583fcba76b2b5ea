"""Puts one question to a linked gateway, with another secret where the first one is refused and there is a newer."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Protocol

from tankful.core.allocation import Statement
from tankful.core.errors import GatewayConfused, GatewayError, GatewayUnreachable, LinkRejected, TankfulError
from tankful.core.links import Link
from tankful.core.listing import looks_left
from tankful.engine.account_book import Routed
from tankful.engine.finding import another_kind
from tankful.engine.messages import FeedFailed, GatewayMessage, LookedAround, StatementFetched
from tankful.gateways.gateway import Asked, Gateway
from tankful.gateways.http import Http, open_http
from tankful.gateways.shown import statement_shown
from tankful.system.log_file import places

OVERLAP = timedelta(minutes=10)
"""Booked calls are asked for from so long before the oldest one that is not booked yet: clocks differ."""


_PATIENCE_S = 6.0
"""Whoever waits at a terminal waits no longer."""


class Accounts(Protocol):
    """What asking needs of the linked accounts."""

    def links(self) -> tuple[Link, ...]:
        """Return what is linked now."""
        ...

    async def secret(self, link: Link) -> str:
        """Return a secret that holds, renewed if need be. Raises `TankfulError`."""
        ...

    async def another_secret(self, link: Link, refused: str) -> str | None:
        """Return a secret to try in place of a refused one, if there is any. Raises `TankfulError`."""
        ...


async def answer(
    accounts: Accounts, gateway: Gateway, link: Link, http: Http, now: datetime, last: Statement | None = None
) -> tuple[Asked, Statement | None]:
    """Return what a gateway says, and the question to go on asking with: it holds the answer, which spares some others.

    Raises:
        TankfulError: there is no secret, or no good answer; `LinkRejected` once no secret is left to try.
    """
    secret = await accounts.secret(link)
    asked = Asked(http, link, secret, now, "" if last is None else last.tag, last)
    try:
        return _answered(asked, await gateway.fetch(asked))
    except LinkRejected:
        newer = await accounts.another_secret(link, secret)
        if newer is None:
            raise
        asked = Asked(http, link, newer, now, asked.tag, last)
        return _answered(asked, await gateway.fetch(asked))


def explained(mistake: Exception) -> TankfulError:
    """Return what to say of a mistake of our own; its words may hold what was received, so only its place is logged."""
    logging.getLogger(__name__).error("%s at\n%s", type(mistake).__name__, places(mistake))
    return TankfulError(f"Tankful made a mistake ({type(mistake).__name__})", "The last numbers stay; the log says where it happened.")


def _answered(asked: Asked, statement: Statement | None) -> tuple[Asked, Statement | None]:
    if statement is None:
        return asked, None
    shown = statement_shown(statement, asked.secret)
    return replace(asked, last=shown), shown


async def ask_once(
    accounts: Accounts,
    links: Sequence[Link],
    gateways: Sequence[Gateway],
    routed: Sequence[Routed],
    now: datetime,
    looked: Mapping[str, TankfulError | None] = MappingProxyType({}),
) -> tuple[GatewayMessage, ...]:
    """Ask the gateways of these links once, all at the same time.

    `routed` says what was said before and what waits, `looked` where it was looked lately whether another kind answers, and what
    is to be said of it then; elsewhere that is looked as soon as an answer makes no sense.
    """
    kinds = {gateway.kind: gateway for gateway in gateways}
    known = {each.account: each for each in routed}
    try:
        async with open_http() as http:
            asking = (_ask(accounts, kinds, link, http, now, known.get(link.name)) for link in links if link.kind in kinds)
            answers = await asyncio.gather(*asking)
            looking = (_look(http, answer, kinds, looked) for answer in answers)
            return tuple(message for messages in await asyncio.gather(*looking) for message in messages)
    except GatewayError as error:  # there is no way out of this machine
        return tuple(FeedFailed(link, error) for link in links)


async def _look(
    http: Http, answer: GatewayMessage, kinds: Mapping[str, Gateway], looked: Mapping[str, TankfulError | None]
) -> tuple[GatewayMessage, ...]:
    """Return an answer, and what is to be said instead where another kind has come to answer."""
    link = answer.link
    if not isinstance(answer, FeedFailed) or not isinstance(answer.error, GatewayConfused | LinkRejected):
        return (answer,)
    if link.name in looked:
        return (FeedFailed(link, looked[link.name] or answer.error),)
    try:
        return answer, LookedAround(link, await another_kind(http, link, kinds, _PATIENCE_S))
    except Exception as mistake:  # noqa: BLE001 - as below
        explained(mistake)
    return (answer,)


async def _ask(
    accounts: Accounts, kinds: Mapping[str, Gateway], link: Link, http: Http, now: datetime, known: Routed | None
) -> GatewayMessage:
    gateway, calls = kinds[link.kind], None
    try:
        async with asyncio.timeout(_PATIENCE_S):
            asked, statement = await answer(accounts, gateway, link, http, now)
        if known is not None and known.waiting is not None and looks_left(0, known.said, statement, known.waiting):
            with suppress(GatewayError, TimeoutError):  # the allocation is worth having without the list
                async with asyncio.timeout(_PATIENCE_S):
                    calls = await gateway.calls(asked, known.waiting.since - OVERLAP)
    except TimeoutError:
        return FeedFailed(link, GatewayUnreachable("The gateway did not answer in time", "Check your connection or VPN."))
    except TankfulError as error:
        return FeedFailed(link, error)
    except Exception as mistake:  # noqa: BLE001 - a mistake in what knows one kind of gateway is no reason to lose the others' answers
        return FeedFailed(link, explained(mistake))
    return StatementFetched(link, statement, now, calls)
