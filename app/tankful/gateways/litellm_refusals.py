"""Tells what LiteLLM means when it does not answer the question: a used-up budget, a bad key, a missing right, or trouble of its own.

Its errors come in four shapes, and one status means many things: a 401 may be a key that is unknown, one that has run out, a
route for administrators, or a broken database. Only some of that means that somebody has to sign in again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

import msgspec

from tankful.core.allocation import ScopeKind
from tankful.core.errors import GatewayConfused, GatewayError, GatewayUnreachable, LinkRejected, NotAllowed
from tankful.gateways.figures import dollars
from tankful.gateways.http import Reply, refusal

_KEY_HINT = "Ask your administrator for a read_only key of your own, or sign in with the browser."
_ADMIN_HINT = "Ask your administrator if you need it; signing in again would not help."
_AMOUNT = r"\$?\s*(-?[0-9][0-9.eE+-]*)"
_SPENT = re.compile(rf"(?:Current cost:|Spend\s*=)\s*{_AMOUNT}")
_LIMIT = re.compile(rf"(?:Max budget:|Budget\s*=|Limit\s*=)\s*{_AMOUNT}")
_WHOSE = (
    (re.compile(r"\bTeamMember=([^\s:]{1,256})"), ScopeKind.MEMBER),
    (re.compile(r"\bUser=(\S{1,256}) in Team="), ScopeKind.MEMBER),
    (re.compile(r"\bTeam=(\S{1,256})"), ScopeKind.TEAM),
    (re.compile(r"\bOrganization=(\S{1,256})"), ScopeKind.ORGANIZATION),
    (re.compile(r"\bProject=(\S{1,256})"), ScopeKind.PROJECT),
    (re.compile(r"\bKey=(.{1,256}?)(?: \(sk-\S*\))? (?:Current cost|over )"), ScopeKind.KEY),
    (re.compile(r"\bKey( )over "), ScopeKind.KEY),
    (re.compile(r"\bEnd User=(\S{1,256})"), ScopeKind.YOU),
    (re.compile(r"\bUser=(\S{1,256})"), ScopeKind.YOU),
)
_WINDOW = re.compile(r"\bover (\S{1,20}) budget\.")


@dataclass(frozen=True, slots=True)
class Exceeded:
    """A budget is used up, said instead of an answer; what could not be read out of the sentence is `None` or empty."""

    kind: ScopeKind | None = None
    name: str = ""
    """The user's id for one's own budgets, a key's alias, and a team's id."""
    spent: Decimal | None = None
    limit: Decimal | None = None
    window: str = ""
    """The duration of the one of several budgets that it is."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an error says, from whichever of its shapes."""

    kind: str = ""
    """LiteLLM's own word for it: `expired_key`."""
    text: str = ""


class _Error(msgspec.Struct, frozen=True):
    message: object = ""
    type: object = ""


class _Body(msgspec.Struct, frozen=True):
    error: object = None
    detail: object = None


def said(reply: Reply) -> Said:
    """Return what an error says; empty when it is not LiteLLM's."""
    try:
        body = msgspec.json.decode(reply.body, type=_Body)
        if body.error is not None:
            error = msgspec.convert(body.error, _Error)
            return Said(_text(error.type), _text(error.message))
    except (ValueError, RecursionError):
        return Said()
    return Said("", _text(body.detail))


def exceeded(reply: Reply) -> Exceeded | None:
    """Return the used-up budget that an answer speaks of, whatever its status; `None` when it speaks of something else."""
    if reply.status < 400:
        return None
    what = said(reply)
    if what.kind != "budget_exceeded" and not what.text.startswith(("Budget has been exceeded!", "ExceededBudget:")):
        return None
    spent, limit, window = _SPENT.search(what.text), _LIMIT.search(what.text), _WINDOW.search(what.text)
    for pattern, kind in _WHOSE:
        if whose := pattern.search(what.text):
            return Exceeded(kind, whose[1].strip(), _money(spent), _money(limit), window[1] if window else "")
    return Exceeded(None, "", _money(spent), _money(limit))  # older versions do not say whose, and administrators may say nothing


def refused(reply: Reply) -> GatewayError:
    """Return what an answer other than the wished-for one means; nothing of its text is repeated."""
    what = said(reply)
    match what.kind:
        case "no_db_connection" | "internal_error" | "auth_provider_unavailable":
            return _trouble(reply)
        case "internal_server_error" if reply.status != 400:  # which is what it calls a wrong question
            return _trouble(reply)
        case "token_not_found_in_db":
            return LinkRejected("The gateway does not know this key", "Paste it again, or sign in again: it may have been replaced.")
        case "expired_key":
            return LinkRejected("The key or sign-in has run out", "Sign in again, or ask for a new key.")
        case _:
            return _by_text(reply, what.text)


def _by_text(reply: Reply, text: str) -> GatewayError:
    """Go by words that LiteLLM has had for long; its kinds do not tell these apart."""
    match reply.status:
        case 401 | 403 if "Only proxy admin" in text or "Enterprise" in text:
            return NotAllowed("Only administrators may read this", _ADMIN_HINT)
        case 401 if "is blocked" in text:
            return LinkRejected("The key is blocked", "Ask your administrator why; a blocked key may be let in again.")
        case 403 if not reply.is_page:
            return NotAllowed("This key may not read its own spend", _KEY_HINT)
        case status if status >= 500 or "connected" in text or "Database" in text:
            return _trouble(reply)
        case 404 if "not found" in text and text != "Not Found":
            return NotAllowed("The gateway keeps no account for this key", "Paste a key of your own: an administrator's has no budget.")
        case _:
            return refusal(reply)


def _trouble(reply: Reply) -> GatewayError:
    error = refusal(reply)
    if reply.status in {429, 503} or reply.is_page:
        return error
    return GatewayUnreachable(f"The gateway is in trouble ({reply.status})", "Nothing to do: Tankful asks again. Its database may be away.")


def _text(value: object) -> str:
    """Return the sentence of an error, which lies at different depths."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        inner = cast("Mapping[str, object]", value)
        return next((each for each in (inner.get("error"), inner.get("message")) if isinstance(each, str)), "")
    return ""


def _money(found: re.Match[str] | None) -> Decimal | None:
    try:
        return None if found is None else dollars(found[1].rstrip("."), "spend")
    except GatewayConfused:
        return None
