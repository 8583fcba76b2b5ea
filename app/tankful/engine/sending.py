"""Sends a request for more to the address that the settings name, exactly as it was shown, and says why when it cannot."""

import asyncio

from tankful.core.errors import GatewayError, TankfulError


class NotSent(TankfulError):
    """A request did not arrive, or nobody can tell whether it did."""


def send(url: str, text: str) -> None:
    """Post `{"text": ...}` as JSON; no key and nothing else goes with it.

    Raises:
        NotSent: it did not arrive, or that is not certain.
    """
    from tankful.gateways.http import Reply, open_http  # noqa: PLC0415 - only whoever sends needs it

    async def post() -> Reply:
        async with open_http() as http:
            return await http.post(url, json={"text": text})

    try:
        reply = asyncio.run(post())
    except GatewayError as lost:
        raise NotSent(f"It was not sent: {_elsewhere(lost.title)}", lost.hint) from lost
    if not 200 <= reply.status < 300:
        hint = (
            "Copy or mail it instead, and tell whoever named the address." if reply.status < 500 else "Try again later, or copy or mail it."
        )
        raise NotSent(f"It was not taken: the address answers with status {reply.status}", hint)
    if reply.is_page:
        raise NotSent("It may not have arrived: the address answers with a web page", "It may want a sign-in. Copy or mail it instead.")


def _elsewhere(title: str) -> str:
    """Return what was said of a gateway as said of an address, in the middle of a sentence."""
    said = title.replace("The gateway", "the address").replace("the gateway", "the address")
    return said[:1].lower() + said[1:]
