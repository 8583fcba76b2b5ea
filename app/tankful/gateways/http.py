"""Talks HTTPS to gateways: bounded in time and size, never past a certificate, and silent about secrets."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.request import getproxies

import httpx
import msgspec

from tankful import __version__
from tankful.core.errors import GatewayBusy, GatewayConfused, GatewayError, GatewayUnreachable, LinkRejected, NotAllowed
from tankful.gateways.addresses import is_loopback, origin

DEADLINE_S = 15.0
"""For one question with all its redirects."""
MOST_BYTES = 2_000_000
_REDIRECTS = 3
_CONNECT_S = 8.0
_NO_PROXY = ("all://127.0.0.1", "all://localhost", "all://[::1]")
_OTHER = "Check the address: it may need a VPN, or a sign-in to this network."

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer, whatever its status."""

    status: int
    headers: Mapping[str, str]
    """Names in small letters."""
    body: bytes

    @property
    def is_page(self) -> bool:
        """Whether it is a web page, as sign-in walls and captive portals answer."""
        return self.body[:256].lstrip().lower().startswith((b"<!doctype html", b"<html", b"<head", b"<?xml"))

    def as_a(self, shape: type[T]) -> T:
        """Decode the body.

        Raises:
            GatewayConfused: it is no JSON, or not of this shape; the body itself is never quoted.
        """
        if self.is_page:
            raise GatewayConfused("The address answers with a web page", _OTHER)
        try:
            return msgspec.json.decode(self.body, type=shape)
        except (ValueError, RecursionError) as wrong:
            hint = "Another program may answer at this address, or the gateway is of a version that Tankful does not know."
            raise GatewayConfused("The gateway's answer is not what was expected", hint) from wrong

    @property
    def poll_after_s(self) -> int | None:
        """How often the gateway wants to be asked, when it says so (`Poll-Interval`, in seconds)."""
        said = self.headers.get("poll-interval", "")
        return int(said[:6]) if said.isascii() and said.isdigit() else None

    @property
    def retry_after_s(self) -> float | None:
        """How long the gateway wants to be left alone, when it says so."""
        said = self.headers.get("retry-after", "")
        if said.isascii() and said.isdigit():
            return float(said[:9])
        try:
            at = parsedate_to_datetime(said)
            here = parsedate_to_datetime(self.headers.get("date", ""))
            return max(0.0, (at - here).total_seconds())
        except (ValueError, TypeError):  # no date, or only one of them says its zone
            return None


def refusal(reply: Reply) -> GatewayError:  # noqa: PLR0911 - one for each kind of status
    """Return what an answer that is not the wished-for one means, as far as its status alone tells."""
    if reply.is_page:
        return GatewayConfused("The address answers with a web page", _OTHER)
    match reply.status:
        case 401:
            return LinkRejected("The gateway does not accept the key", "Sign in again or paste a new key.")
        case 403:
            return NotAllowed("The key may not read this", "Ask for a key that may read its own spend, or sign in with the browser.")
        case 404:
            return GatewayConfused("The address has no such gateway", "Check the address and the kind.")
        case 429 | 503:
            return GatewayBusy("The gateway asks to be left alone for a while", "Nothing to do.", reply.retry_after_s)
        case status if status >= 500:
            return GatewayUnreachable(f"The gateway is in trouble ({status})", "Nothing to do: Tankful asks again.")
        case status:
            return GatewayConfused(f"The gateway answers with status {status}", "Check the address and the kind.")


class Http:
    """Asks one question at a time; nothing of a question or an answer is logged."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        """Ask over these connections; see `open_http`."""
        self._client = client

    async def get(
        self,
        url: str,
        *,
        secret: str = "",
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        deadline_s: float = DEADLINE_S,
        most_bytes: int = MOST_BYTES,
    ) -> Reply:
        """Ask; redirects within the same origin are followed. `secret` goes out as a bearer token.

        Raises:
            GatewayUnreachable: no answer in time, or none that can be trusted.
            GatewayConfused: the answer is too large, or sends us to another host.
        """
        request = self._question("GET", url, _headers(secret, headers), params=params)
        return await self._answer(request, deadline_s, most_bytes, follow=_REDIRECTS)

    async def post(
        self,
        url: str,
        *,
        secret: str = "",
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        json: object = None,
        deadline_s: float = DEADLINE_S,
        most_bytes: int = MOST_BYTES,
    ) -> Reply:
        """Send a form or JSON; a redirect is refused. Raises as `get` does."""
        request = self._question("POST", url, _headers(secret, headers), form=form, json=json)
        return await self._answer(request, deadline_s, most_bytes, follow=0)

    def _question(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        json: object = None,
    ) -> httpx.Request:
        with suppress(httpx.InvalidURL, UnicodeError):  # their texts may quote the address or the key
            return self._client.build_request(method, url, headers=headers, params=params, data=form and dict(form), json=json)
        raise GatewayConfused("The address or the key of this account cannot be used", "Link the gateway again.")

    async def _answer(self, request: httpx.Request, deadline_s: float, most_bytes: int, *, follow: int) -> Reply:
        if request.url.scheme != "https" and not is_loopback(request.url.host):
            raise GatewayUnreachable("The address is not encrypted", "Use https://; only this machine itself may be asked without.")
        try:
            async with asyncio.timeout(deadline_s):
                while True:
                    response = await self._client.send(request, stream=True)
                    try:
                        following = response.next_request if response.has_redirect_location else None
                        if following is None:
                            return Reply(response.status_code, _small(response.headers), await _body(response, most_bytes))
                    finally:
                        await response.aclose()
                    if follow <= 0 or origin(str(following.url)) != origin(str(request.url)):
                        raise GatewayConfused(
                            f"The gateway sends us to {following.url.host}", "Link that address if it is the right one; else: " + _OTHER
                        )
                    follow -= 1
                    request = following
        except TimeoutError as late:
            raise GatewayUnreachable("The gateway did not answer in time", "Check your connection or VPN.") from late
        except httpx.TransportError as lost:
            raise _unreachable(lost, request.url) from None  # its text may quote what was sent
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError):
            raise GatewayConfused("The gateway's answer cannot be read", _OTHER) from None


def _headers(secret: str, more: Mapping[str, str] | None) -> dict[str, str]:
    authorization = {"Authorization": f"Bearer {secret}"} if secret else {}
    return {**authorization, **(more or {})}


def _small(headers: httpx.Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


async def _body(response: httpx.Response, most_bytes: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_bytes():  # unpacked: a small packet may hold a huge text
        size += len(part)
        if size > most_bytes:
            raise GatewayConfused("The gateway's answer is far too large", "Check the address and the kind.")
        parts.append(part)
    return b"".join(parts)


def _unreachable(lost: httpx.TransportError, url: httpx.URL) -> GatewayUnreachable:
    cause: BaseException | None = lost
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            hint = "Your company's certificate has to be in this system's store; Tankful has no switch to pass over it."
            return GatewayUnreachable(f"The gateway's certificate is not trusted ({cause.verify_message})", hint)
        if isinstance(cause, ssl.SSLError):
            return GatewayUnreachable("No encrypted connection to the gateway", "Check the address and the port.")
        cause = cause.__cause__ or cause.__context__
    if isinstance(lost, httpx.TimeoutException):
        return GatewayUnreachable("The gateway did not answer in time", "Check your connection or VPN.")
    if isinstance(lost, httpx.ProxyError):
        return GatewayUnreachable("The proxy refuses the connection", "Check this system's proxy settings.")
    through = "VPN, and this system's proxy settings" if {url.scheme, "all"} & getproxies().keys() and not is_loopback(url.host) else "VPN"
    return GatewayUnreachable("The gateway cannot be reached", f"Check the address, your connection or {through}.")


@asynccontextmanager
async def open_http(*, silence_s: float = DEADLINE_S) -> AsyncGenerator[Http]:
    """Open connections that trust what this system trusts and go through its proxy, but for this machine itself.

    `silence_s` is how long the other side may say nothing at all.

    Raises:
        GatewayUnreachable: the system's proxy settings are of a kind that cannot be used.
    """
    async with _client(silence_s) as client:
        yield Http(client)


def _client(silence_s: float) -> httpx.AsyncClient:
    import truststore  # noqa: PLC0415 - it is slow to load, and only whoever has an account needs it

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with suppress(ValueError, ImportError, httpx.InvalidURL):  # their texts may quote the proxy's password
        return httpx.AsyncClient(
            verify=context,
            timeout=httpx.Timeout(silence_s, connect=_CONNECT_S),
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=90),
            headers={"User-Agent": f"Tankful/{__version__}", "Accept": "application/json"},
            mounts=dict.fromkeys(_NO_PROXY),
        )
    names = "ALL_PROXY, HTTPS_PROXY, HTTP_PROXY and NO_PROXY"
    hint = f"Look at {names}: http://, socks5:// and socks5h:// are supported, but no script (PAC), and no IPv6 ranges in NO_PROXY."
    raise GatewayUnreachable("The proxy settings of this system cannot be used", hint)
