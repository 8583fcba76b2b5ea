"""Knows an authorization server by what it publishes, and takes it only for the gateway it was asked of."""

from urllib.parse import urlsplit, urlunsplit

import msgspec

from tankful.core.errors import GatewayConfused
from tankful.gateways.addresses import origin


class Published(msgspec.Struct, frozen=True):
    """What a gateway publishes about signing in, as RFC 8414 names it; a part that is empty is not offered."""

    issuer: str
    token_endpoint: str
    authorization_endpoint: str = ""
    registration_endpoint: str = ""
    device_authorization_endpoint: str = ""
    resource: str = ""
    code_challenge_methods_supported: tuple[str, ...] = ()
    gateway_protocol_version: int | None = None
    """Only Claude's own gateway states one."""

    def belonging_to(self, url: str) -> "Published":
        """Return it when it is that of the gateway at this address, and sends nobody anywhere else.

        Raises:
            GatewayConfused: it was issued for another address (RFC 8414 §3.3), or names an endpoint on another host.
        """
        if _place(self.issuer) != _place(url):
            raise GatewayConfused(
                f"The gateway calls itself {_shown(self.issuer)}", "Link that address, or ask the administrator which one is right."
            )
        for endpoint in (
            self.token_endpoint,
            self.authorization_endpoint,
            self.registration_endpoint,
            self.device_authorization_endpoint,
            self.resource,
        ):
            if endpoint:
                at_home(endpoint, url)
        return self


def at_home(endpoint: str, url: str) -> str:
    """Return an address that a gateway sends us or the browser to, when it lies at the gateway itself.

    Raises:
        GatewayConfused: it does not, or is no plain address.
    """
    plain = len(endpoint) < 4096 and endpoint.isascii() and all(32 < ord(sign) != 127 for sign in endpoint)
    if not plain or "\\" in endpoint or origin(endpoint) != origin(url) or "@" in urlsplit(endpoint).netloc:
        raise GatewayConfused(
            "The gateway wants the sign-in to go to another address", "Nothing was sent there. Tell your administrator: it is set up wrong."
        )
    return endpoint


def with_query(endpoint: str, query: str) -> str:
    """Return an address with a further query, whatever it has already (RFC 6749 §3.1)."""
    parts = urlsplit(endpoint)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, f"{parts.query}&{query}" if parts.query else query, ""))


def _shown(issuer: str) -> str:
    scheme, host, port = origin(issuer)
    if scheme not in {"http", "https"} or not host or not host.isascii() or not host.isprintable() or len(host) > 253:
        return "something else"
    return f"{scheme}://{host}" + ("" if port in {80, 443} else f":{port}")


def _place(url: str) -> tuple[tuple[str, str, int], str]:
    try:
        return origin(url), urlsplit(url).path.rstrip("/")
    except ValueError:
        return origin(url), ""
