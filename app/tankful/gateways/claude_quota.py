"""Reads how much of a Claude subscription's limits is used: percent by window, no money.

Either from what Claude Code told our status line, which needs no credentials; or from Anthropic, with the token in Claude Code's
own file, if the user agreed to exactly that file. The token is never renewed here, as that would sign Claude Code out.
"""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from tankful.core.allocation import QuotaWindow, Statement
from tankful.core.errors import GatewayConfused, GatewayUnreachable, LinkRejected, NotAllowed
from tankful.core.links import Method
from tankful.gateways.addresses import origin
from tankful.gateways.agreed import agreed_file, contents, only_to
from tankful.gateways.figures import instant, share
from tankful.gateways.gateway import Asked, Detected, Gateway, Machine
from tankful.gateways.http import Http, refusal

KIND = "claude-quota"
URL = "https://api.anthropic.com"
KEPT = "claude-limits.json"
"""What our status line was told last, in the folder of our state."""
_HEADERS = {"anthropic-beta": "oauth-2025-04-20"}
_EVERY_S = 300
"""Anthropic soon refuses whoever asks oftener."""
_TITLES = {"five_hour": "5 hours", "seven_day": "week", "seven_day_opus": "week, Opus", "seven_day_sonnet": "week, Sonnet"}
_KINDS = {"session": "5 hours", "weekly_all": "week", "weekly_scoped": "week"}


class _Token(msgspec.Struct, rename="camel"):
    access_token: str
    expires_at: Any = None

    def __repr__(self) -> str:
        return "_Token(…)"


class _Credentials(msgspec.Struct):
    claudeAiOauth: _Token | None = None  # noqa: N815 - as it is written


class _Share(msgspec.Struct):
    utilization: Any = None
    resets_at: Any = None


class _Model(msgspec.Struct):
    display_name: str | None = None


class _Scope(msgspec.Struct):
    model: _Model | None = None


class _Limit(msgspec.Struct):
    kind: str = ""
    percent: Any = None
    resets_at: Any = None
    scope: _Scope | None = None


class _Usage(msgspec.Struct):
    five_hour: _Share | None = None
    seven_day: _Share | None = None
    seven_day_opus: _Share | None = None
    seven_day_sonnet: _Share | None = None
    limits: list[_Limit] | None = None


class _Kept(msgspec.Struct):
    """Seconds since 1970, and by name percent and when it ends."""

    at: Decimal
    windows: dict[str, tuple[Decimal, Decimal]]


async def _detect(_http: Http, url: str) -> Detected | None:
    return Detected(KIND, URL, (Method.LOCAL, Method.FILE)) if origin(url) == origin(URL) else None


async def _fetch(asked: Asked) -> Statement:
    if asked.link.method is Method.LOCAL:
        return await _told(asked)
    only_to(asked.link, URL)
    token = _token(await contents(agreed_file(asked.link)), asked.now)
    reply = await asked.http.get(f"{asked.link.url}/api/oauth/usage", secret=token, headers=_HEADERS)
    if reply.status == 401:
        raise LinkRejected("Anthropic does not accept Claude Code's sign-in", "Sign in to Claude Code again: claude /login")
    if reply.status == 403:
        raise NotAllowed("Claude Code's sign-in may not read its limits", "Link it by the status line instead, without credentials.")
    if reply.status != 200:
        raise refusal(reply)
    if not reply.as_a(dict[str, msgspec.Raw]).keys() & {*_TITLES, "limits"}:
        raise GatewayConfused("Anthropic's answer is not what was expected", "It may have changed; the last good numbers stay.")
    windows = _windows(asked.link.name, reply.as_a(_Usage))
    return Statement(asked.link.name, asked.now, windows=windows, poll_after_s=_EVERY_S)


async def _told(asked: Asked) -> Statement:
    """Return what Claude Code told our status line; a window that has ended since says nothing any more."""
    path = agreed_file(asked.link)
    hint = "Let Claude Code show `tankful statusline`; it tells the limits of a subscription after its next answer."
    try:
        kept = msgspec.json.decode(await contents(path), type=_Kept)
        at = instant(kept.at, "time")
        told = [(_TITLES.get(name, name), share(used, name), instant(end, name)) for name, (used, end) in kept.windows.items()]
    except GatewayUnreachable:
        raise GatewayUnreachable("Claude Code has not told its limits yet", hint) from None
    except (ValueError, RecursionError, GatewayConfused):
        raise GatewayConfused("What the status line kept cannot be read", hint) from None
    windows = tuple(QuotaWindow(asked.link.name, title, used, end) for title, used, end in told if end is None or end > asked.now)
    return Statement(asked.link.name, min(at or asked.now, asked.now), windows=windows)


def _token(file: bytes, now: datetime) -> str:
    try:
        held = msgspec.json.decode(file, type=_Credentials).claudeAiOauth
    except (ValueError, RecursionError):
        held = None
    if held is None or not held.access_token.isascii() or not held.access_token.isprintable() or not held.access_token:
        raise GatewayConfused("The file holds no sign-in of Claude Code", "Sign in to Claude Code with your subscription: claude /login")
    until = instant(held.expires_at, "time of expiry")
    if until is not None and until <= now:
        raise NotAllowed("Claude Code's sign-in has to be renewed", "Use Claude Code once: it renews its own sign-in, and we never do.")
    return held.access_token


def _windows(account: str, usage: _Usage) -> tuple[QuotaWindow, ...]:
    """Return the windows that have a name we know, and those of single models that the newer list adds."""
    found: dict[str, QuotaWindow] = {}
    for name, title in _TITLES.items():
        used: _Share | None = getattr(usage, name)
        if used is not None and used.utilization is not None:
            found[title] = QuotaWindow(account, title, share(used.utilization, name), instant(used.resets_at, name))
    for each in usage.limits or ():
        title = _KINDS.get(each.kind, "")
        if each.kind == "weekly_scoped":
            model = each.scope.model.display_name if each.scope is not None and each.scope.model is not None else None
            title = f"{title}, {model}" if model else ""
        if title and title not in found and each.percent is not None:
            found[title] = QuotaWindow(account, title, share(each.percent, each.kind), instant(each.resets_at, each.kind))
    return tuple(found.values())


def _file(machine: Machine, method: Method) -> Path:
    if method is Method.LOCAL:
        return machine.state / KEPT
    chosen = machine.environ.get("CLAUDE_CONFIG_DIR", "").strip()
    return (Path(chosen).expanduser() if chosen else machine.home / ".claude") / ".credentials.json"


GATEWAY = Gateway(
    kind=KIND,
    title="Claude subscription",
    methods=(Method.LOCAL, Method.FILE),
    detect=_detect,
    fetch=_fetch,
    url=URL,
    file=_file,
    hint="The status line tells the limits without any credentials; or name Claude Code's own file, and its token is used.",
)
