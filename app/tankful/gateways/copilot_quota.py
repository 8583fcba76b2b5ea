"""Reads how much of GitHub Copilot's monthly quotas is used: percent, no money.

With GitHub's token from a file of Copilot's, if the user agreed to exactly that file, or with one that was pasted. A token of a
host goes to the `api.` of that host and nowhere else.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from tankful.core.allocation import QuotaWindow, Statement
from tankful.core.errors import GatewayBusy, GatewayConfused, LinkRejected, NotAllowed
from tankful.core.links import Link, Method
from tankful.gateways.addresses import is_loopback, origin
from tankful.gateways.agreed import agreed_file, contents
from tankful.gateways.figures import instant, number
from tankful.gateways.gateway import Asked, Detected, Gateway, Machine
from tankful.gateways.http import Http, refusal

KIND = "copilot-quota"
URL = "https://api.github.com"
_EVERY_S = 300
_TITLES = {"premium_interactions": "premium requests", "chat": "chat", "completions": "completions"}
_COMMENT = re.compile(rb"^\s*//.*$", re.MULTILINE)


class _App(msgspec.Struct):
    oauth_token: str = ""

    def __repr__(self) -> str:
        return "_App(…)"


class _Settings(msgspec.Struct):
    """Of Copilot CLI, where no keyring holds its token."""

    copilot_tokens: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    copilotTokens: dict[str, str] = msgspec.field(default_factory=dict[str, str])  # noqa: N815 - as it is written

    def __repr__(self) -> str:
        return "_Settings(…)"


class _Quota(msgspec.Struct):
    entitlement: Any = None
    remaining: Any = None
    percent_remaining: Any = None
    unlimited: bool = False


class _User(msgspec.Struct):
    copilot_plan: str
    login: str = ""
    quota_snapshots: dict[str, _Quota] | None = None
    monthly_quotas: dict[str, Any] | None = None
    limited_user_quotas: dict[str, Any] | None = None
    quota_reset_date_utc: Any = None
    quota_reset_date: Any = None
    limited_user_reset_date: Any = None


async def _detect(_http: Http, url: str) -> Detected | None:
    ours = origin(url) in {origin(URL), origin("https://github.com")}
    return Detected(KIND, URL, (Method.FILE, Method.KEY)) if ours else None


async def _fetch(asked: Asked) -> Statement:
    secret = asked.secret if asked.link.method is Method.KEY else _token(asked.link, await contents(agreed_file(asked.link)))
    reply = await asked.http.get(f"{asked.link.url}/copilot_internal/user", headers={"Authorization": f"token {secret}"})
    if reply.status == 401:
        raise LinkRejected("GitHub does not accept the token", "Sign in to Copilot again, or paste a new token.")
    if reply.status == 403 and reply.retry_after_s is not None:
        raise GatewayBusy("GitHub asks to be left alone for a while", "Nothing to do.", reply.retry_after_s)
    if reply.status in {403, 404} and not reply.is_page:
        raise NotAllowed("GitHub knows of no Copilot for this token", "Use a token of the account that has Copilot.")
    if reply.status != 200:
        raise refusal(reply)
    user = reply.as_a(_User)
    return Statement(asked.link.name, asked.now, who=user.login, windows=tuple(_windows(asked.link.name, user)), poll_after_s=_EVERY_S)


def _windows(account: str, user: _User) -> Iterator[QuotaWindow]:
    resets_at = instant(user.quota_reset_date_utc or user.quota_reset_date or user.limited_user_reset_date, "reset")
    told: dict[str, Decimal] = {}
    for name, quota in (user.quota_snapshots or {}).items():
        used = None if quota.unlimited else _used(name, quota.entitlement, quota.remaining, quota.percent_remaining)
        if used is not None:
            told[name] = used
    left = user.limited_user_quotas or {}
    for name, granted in (user.monthly_quotas or {}).items():
        used = _used(name, granted, left.get(name), None)
        if used is not None and name not in (user.quota_snapshots or {}):
            told[name] = used
    for name in (*(each for each in _TITLES if each in told), *(each for each in told if each not in _TITLES)):
        title = _TITLES.get(name, name.replace("_", " ")[:40])
        yield QuotaWindow(account, f"month, {title}", told[name], resets_at)


def _used(name: str, granted: object, left: object, percent_left: object) -> Decimal | None:
    """Return the percent that are used, more than 100 when overdrawn; `None` for a quota that does not exist or is not told."""
    whole = None if granted is None else number(granted, name)
    if whole is not None and whole <= 0:
        return None
    if percent_left is not None:
        return max(100 - number(percent_left, name), Decimal(0))
    if whole is None or left is None:
        return None
    return max((whole - number(left, name)) / whole * 100, Decimal(0))


def _token(link: Link, file: bytes) -> str:
    """Return the token that the file holds for the host behind the link's address.

    Raises:
        GatewayConfused: there is none.
    """
    host = urlsplit(link.url).hostname or ""
    wanted = "github.com" if is_loopback(host) else host.removeprefix("api.")
    for named, token in _tokens(_COMMENT.sub(b"", file)).items():
        # `github.com`, `github.com:Iv1.…` with the program, `https://github.com:alice` with the user.
        if (
            named.removeprefix("https://").split(":")[0].split("/")[0].lower() == wanted
            and token.isascii()
            and token.isprintable()
            and token
        ):
            return token
    raise GatewayConfused(f"The file holds no token for {wanted}", "Sign in to Copilot again; some versions keep it in a keyring instead.")


def _tokens(file: bytes) -> dict[str, str]:
    """Return tokens by host, whichever of its programs wrote the file."""
    try:
        settings = msgspec.json.decode(file, type=_Settings)
        # Of Copilot's other files nothing is known to these settings.
        if tokens := settings.copilot_tokens | settings.copilotTokens:
            return tokens
        return {named: app.oauth_token for named, app in msgspec.json.decode(file, type=dict[str, _App]).items()}
    except (ValueError, RecursionError):
        return {}


def _file(machine: Machine, method: Method) -> Path | None:
    if method is not Method.FILE:
        return None
    if machine.platform == "win32":
        local = machine.environ.get("LOCALAPPDATA", "")
        return (Path(local) if local else machine.home / "AppData" / "Local") / "github-copilot" / "apps.json"
    chosen = machine.environ.get("XDG_CONFIG_HOME", "")
    return (Path(chosen) if chosen else machine.home / ".config") / "github-copilot" / "apps.json"


GATEWAY = Gateway(
    kind=KIND,
    title="GitHub Copilot",
    methods=(Method.FILE, Method.KEY),
    detect=_detect,
    fetch=_fetch,
    url=URL,
    file=_file,
    hint="Name the file in which Copilot keeps GitHub's token, or paste a token of the account that has Copilot.",
)
