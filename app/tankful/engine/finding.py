"""Finds out which kind of gateway answers at an address, by asking all kinds at once and without any secret."""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from tankful.core.errors import GatewayConfused, GatewayError, GatewayUnreachable, TankfulError
from tankful.core.links import Link
from tankful.gateways.addresses import WrongAddress, address
from tankful.gateways.gateway import Detected, Gateway
from tankful.gateways.http import Http, Reply

FIND_S = 20.0
"""How long all kinds together may take to be told apart."""


class WrongKind(TankfulError):
    """Another kind of gateway answers than the one that was asked for."""

    def __init__(self, title: str, hint: str, found: Detected) -> None:
        """Keep what does answer, so that it can be offered."""
        super().__init__(title, hint)
        self.found = found


class UnknownKind(TankfulError):
    """This version knows no such kind of gateway."""


def gateway_of(kind: str, gateways: Mapping[str, Gateway]) -> Gateway:
    """Return what is known of a kind. Raises `UnknownKind`."""
    gateway = gateways.get(kind)
    if gateway is None:
        raise UnknownKind(f"Tankful knows no gateway of the kind {kind!r}", f"It knows {', '.join(gateways) or 'none'}.")
    return gateway


async def find(http: Http, text: str, kind: str, gateways: Mapping[str, Gateway], within_s: float = FIND_S) -> Detected:
    """Return what answers at an address as somebody typed it; see `Linking.find`.

    Where several kinds think it is theirs, the first of `gateways` has it. An address with a path at whose end nothing is
    known is tried without the path: people copy it from their browser.
    """
    wanted = gateway_of(kind, gateways) if kind else None
    if wanted is not None and not text.strip() and (wanted.url or not all(method.keeps_secret for method in wanted.methods)):
        return Detected(kind, wanted.url, wanted.methods)  # a vendor's own: nobody has to say where it is
    try:
        url = address(text)
    except WrongAddress as wrong:
        if text.strip():
            raise
        raise WrongAddress("There is no address", wrong.hint) from wrong
    if wanted is not None and wanted.is_any:
        return await _at_word(http, url, wanted)
    return await _found(http, url, wanted, gateways, within_s)


async def _found(http: Http, url: str, wanted: Gateway | None, gateways: Mapping[str, Gateway], within_s: float) -> Detected:
    """Return what can be told to answer there, or else the kind that was asked for; see `find`."""
    failures: list[GatewayError] = []
    for place in dict.fromkeys((url, urlunsplit((*urlsplit(url)[:2], "", "", "")))):
        found, failures = await _asked(http, place, gateways, within_s)
        if wanted is not None and wanted.kind in found:
            return found[wanted.kind]
        if wanted is None and found:
            return next(iter(found.values()))
        if found:
            other = next(iter(found.values()))
            hint = f"Link it as {other.kind}."
            raise WrongKind(f"This is no {_named(wanted)}, but a {gateways[other.kind].title}", hint, other)
        if failures:
            break
    if wanted is not None and not failures:
        return await _at_word(http, url, wanted)
    raise await _nothing(http, url, failures, gateways)


async def another_kind(http: Http, link: Link, gateways: Mapping[str, Gateway], within_s: float = FIND_S) -> GatewayConfused | None:
    """Return what to say when another kind of gateway answers where an account was linked; `None`: its own does, or nobody known.

    Beside one that reads whatever answers another kind may always have been there.
    """
    if link.kind in gateways and gateways[link.kind].is_any:
        return None
    found, _ = await _asked(http, link.url, gateways, within_s)
    if not found or link.kind in found:
        return None
    other = next(iter(found.values()))
    hint = f"It was linked as {link.kind}. Link it as such in the settings, or with: tankful link {other.kind} --url {link.url}"
    return GatewayConfused(f"This is a {gateways[other.kind].title} now", hint)


async def _at_word(http: Http, url: str, wanted: Gateway) -> Detected:
    await http.get(url)  # whatever it is, it has to be there
    return Detected(wanted.kind, url, wanted.methods)


def _named(wanted: Gateway | None) -> str:
    return "" if wanted is None else wanted.title


async def _asked(http: Http, url: str, gateways: Mapping[str, Gateway], within_s: float) -> tuple[dict[str, Detected], list[GatewayError]]:
    """Return what the kinds say that know themselves there, in order, and why others could not be asked."""
    said = await asyncio.gather(*(_one(http, url, gateway, within_s) for gateway in gateways.values()))
    return {each.kind: each for each in said if isinstance(each, Detected)}, [each for each in said if isinstance(each, GatewayError)]


async def _one(http: Http, url: str, gateway: Gateway, within_s: float) -> Detected | GatewayError | None:
    try:
        async with asyncio.timeout(within_s):
            return await gateway.detect(http, url)
    except TimeoutError:
        return GatewayUnreachable("The gateway did not answer in time", "Check the address, your connection or VPN.")
    except GatewayError as error:
        return error


async def _nothing(http: Http, url: str, failures: list[GatewayError], gateways: Mapping[str, Gateway]) -> GatewayError:
    """Return why nothing was found: the way there is broken, or whoever answers is unknown."""
    if failures:
        return next((each for each in failures if isinstance(each, GatewayUnreachable)), failures[0])
    try:
        reply: Reply | None = await http.get(url)
    except GatewayUnreachable as unreachable:
        return unreachable
    except GatewayError:
        reply = None
    host = urlsplit(url).netloc
    known = ", ".join(gateway.title for gateway in gateways.values())
    if reply is not None and reply.is_page:
        hint = "A web page is there: take the address that your agents use, and sign in to this network or VPN if it wants that."
    else:
        hint = f"Take the address that your agents use. Tankful knows {known}; for another, name its kind."
    return GatewayConfused(f"No gateway that Tankful knows answers at {host}", hint)
