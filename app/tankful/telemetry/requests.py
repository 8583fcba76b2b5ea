"""Judges a request by its head alone: what it is for, and whether it is let in."""

import hmac
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import NamedTuple

from tankful.telemetry.decoding import MOST
from tankful.telemetry.errors import Refused
from tankful.telemetry.hello import nonce_of
from tankful.telemetry.records import Signal

_SIGNALS = {"v1/logs": Signal.LOGS, "v1/traces": Signal.TRACES, "v1/metrics": Signal.METRICS}
_PORT = re.compile(r":\d*$")
_HOSTS = {"127.0.0.1", "localhost", "[::1]"}


class Wanted(NamedTuple):
    """A request that is let in."""

    signal: Signal | None
    """`None`: a path for all three, or a greeting."""
    nonce: str
    """What a greeting asks to be answered; empty for reports."""
    content_type: str
    encoding: str


def judged(method: bytes, target: bytes, headers: Iterable[tuple[bytes, bytes]], token: str) -> Wanted:
    """Return what a request wants; header names are in lower case.

    Raises:
        Refused: 403 from a web page or to another host's name, 404 for another path, 401 without the token, 405, 413.
    """
    said = {name: value.decode("latin-1").strip() for name, value in headers}
    if b"origin" in said or _PORT.sub("", said.get(b"host", "")) not in _HOSTS:
        raise Refused(HTTPStatus.FORBIDDEN)  # a page in a browser, perhaps under a name that was made to mean this machine
    path, opened = _path(target, token)
    nonce = nonce_of(path)
    if not nonce and path not in _SIGNALS and not (path == "" and opened):
        raise Refused(HTTPStatus.NOT_FOUND)
    if not (nonce or opened or _is_ours(said.get(b"authorization", ""), f"Bearer {token}")):
        raise Refused(HTTPStatus.UNAUTHORIZED)
    if method != (b"GET" if nonce else b"POST"):
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED)
    length = said.get(b"content-length", "0")
    if length.isdecimal() and int(length) > MOST:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    content_type = said.get(b"content-type", "").partition(";")[0].strip().lower()
    return Wanted(_SIGNALS.get(path), nonce, content_type, said.get(b"content-encoding", "").lower())


def _path(target: bytes, token: str) -> tuple[str, bool]:
    """Return the path without slashes around it and without the token in front, and whether that was there."""
    path = target.decode("latin-1").partition("?")[0].strip("/")
    first, _, rest = path.partition("/")
    return (rest, True) if _is_ours(first, token) else (path, False)


def _is_ours(said: str, expected: str) -> bool:
    return hmac.compare_digest(said.encode("utf-8"), expected.encode("utf-8"))
