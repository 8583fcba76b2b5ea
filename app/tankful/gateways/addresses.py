"""Tidies what people type or paste: addresses and keys."""

import ipaddress
import re
from urllib.parse import urlsplit, urlunsplit

from tankful.core.errors import TankfulError
from tankful.core.routing import origin as origin  # noqa: PLC0414 - whoever tidies addresses compares them too

_QUOTES = "\"'`“”‘’«»<>"  # noqa: RUF001 - what word processors make of quotes
_LONGEST = 2048
_KEY = re.compile(r"^(?:(?:export|set)\s+[A-Za-z_]\w*|[A-Z][A-Z0-9]*_[A-Z0-9_]*)\s*=\s*(?=\S)", re.ASCII)
_BEARER = re.compile(r"^(?:authorization\s*:\s*)?bearer(?:\s+|$)", re.IGNORECASE)
_API_PATHS = ("/v1", "/v2", "/chat/completions", "/messages", "/anthropic", "/openai", "/ui")


class WrongAddress(TankfulError):
    """What was typed is no address that could be linked."""


class WrongKey(TankfulError):
    """What was pasted is no key."""


def address(text: str) -> str:
    """Return the address of a gateway from what was typed: with `https://`, without the paths that agents need.

    Raises:
        WrongAddress: it is none, holds a password, or is not encrypted and not on this machine.
    """
    given = text.strip().strip(_QUOTES).strip()
    if "://" not in given:
        given = ("http://" if is_loopback(given.split("/")[0].rsplit(":", 1)[0]) else "https://") + given
    try:
        parts = urlsplit(given)
        host, port = parts.hostname or "", parts.port
    except ValueError as wrong:
        raise WrongAddress("This is no web address", "Write it like https://llm.example.com.") from wrong
    if len(given) > _LONGEST or not host or any(ord(sign) <= 32 or ord(sign) == 127 for sign in given):
        raise WrongAddress("This is no web address", "Write it like https://llm.example.com.")
    if parts.username is not None or parts.password is not None:
        raise WrongAddress("The address holds a user or password", "Leave them out; the key is asked for next.")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise WrongAddress("The address is not encrypted", "Use https://; only this machine itself may be linked without.")
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port is None or (parts.scheme, port) in {("https", 443), ("http", 80)} else f"{shown}:{port}"
    path = parts.path.rstrip("/")
    while ending := next((each for each in _API_PATHS if path.lower().endswith(each)), ""):
        path = path[: -len(ending)].rstrip("/")
    return urlunsplit((parts.scheme, netloc, path, "", ""))


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine itself."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def key(text: str) -> str:
    """Return a key from what was pasted: without spaces, quotes, `Bearer` or `export NAME=` around it.

    Raises:
        WrongKey: nothing is left, or what is left cannot be a key. The message never quotes it.
    """
    given = text.strip().strip(_QUOTES).strip()
    given = _BEARER.sub("", _KEY.sub("", given, count=1), count=1).strip().strip(_QUOTES).strip()
    if not given:
        raise WrongKey("There is no key", "Paste the key that your administrator or the gateway's page gave you.")
    if not given.isascii() or any(ord(sign) <= 32 or ord(sign) == 127 for sign in given) or len(given) > 16_384:
        raise WrongKey("This is no key", "A key is one word; copy it again, without the text around it.")
    return given
