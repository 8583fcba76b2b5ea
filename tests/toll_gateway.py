"""A small kind of gateway of our own, and a server that speaks it: keys, sign-ins, grants that rotate, and everything that goes wrong."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from gateway_rig import Answer, Raw, Seen
from tankful.core.allocation import Allocation, Statement
from tankful.core.errors import LinkRejected
from tankful.core.links import Method
from tankful.gateways.gateway import Asked, Detected, Gateway, SignInStep
from tankful.gateways.grants import Grant, bearer, grant_of
from tankful.gateways.http import Http, refusal

KEY = "sk-canary-4711"
NOW = datetime.fromisoformat("2026-11-20T15:00:00+00:00")


def gateway(kind: str = "toll", title: str = "Toll booth", methods: tuple[Method, ...] = (Method.KEY, Method.BROWSER)) -> Gateway:
    """Return a kind that knows itself by the word at `/about`."""

    async def detect(http: Http, url: str) -> Detected | None:
        reply = await http.get(f"{url}/about")
        return Detected(kind, url, methods) if reply.body == json.dumps([kind]).encode() else None

    async def fetch(asked: Asked) -> Statement | None:
        reply = await asked.http.get(
            f"{asked.link.url}/me", secret=bearer(asked.secret), headers={"X-File": asked.link.options.get("file", "")}
        )
        if reply.status == 204:
            return None
        if reply.status != 200:
            raise refusal(reply)
        said = reply.as_a(dict[str, Any])
        start = asked.now.replace(day=1, hour=0)
        budget = Allocation(asked.link.name, "you", Decimal(600), Decimal(said["spent"]), start, start.replace(month=12))
        return Statement(asked.link.name, asked.now, who=said["who"], allocations=(budget,))

    async def sign_in(http: Http, detected: Detected, method: Method, now: datetime, tell: Callable[[SignInStep], None]) -> str:
        page = (await http.get(f"{detected.url}/page")).as_a(tuple[str])
        tell(SignInStep(page[0], "ABCD-EFGH" if method is Method.DEVICE else "", now + timedelta(minutes=5)))
        return await _grant(http, detected.url, "none", now)

    async def renew(asked: Asked) -> str | None:
        grant = grant_of(asked.secret)
        if grant is None or not grant.runs_out(asked.now):
            return None
        return await _grant(asked.http, asked.link.url, grant.refresh, asked.now)

    return Gateway(kind, title, methods, detect, fetch, sign_in, renew=renew, file=lambda machine, _: machine.home / "its" / "file")


async def _grant(http: Http, url: str, refresh: str, now: datetime) -> str:
    reply = await http.post(f"{url}/token", form={"refresh": refresh})
    if reply.status == 400:
        raise LinkRejected("The sign-in has ended", "Sign in again.")
    if reply.status != 200:
        raise refusal(reply)
    access, fresh = reply.as_a(tuple[str, str])
    return Grant(access, now + timedelta(hours=1), fresh, f"{url}/token").written()


@dataclass
class TollBooth:
    """What the server knows; use it as `answers`."""

    kind: str = "toll"
    who: str = "alice@example.com"
    keys: set[str] = field(default_factory=lambda: {KEY})
    spent: str = "402.17"
    turn: int = 0
    """How often tokens were given out; the newest refresh token alone is worth anything."""
    on_token: Callable[[], None] = lambda: None
    """Happens when tokens were given out, before they are answered."""
    instead: dict[str, Answer | Raw] = field(default_factory=dict[str, Answer | Raw])

    def __call__(self, seen: Seen) -> Answer | Raw | None:
        answers = {"/about": self._about, "/page": self._page, "/me": self._me, "/token": self._token}
        if seen.path in self.instead or seen.path not in answers:
            return self.instead.get(seen.path)
        return answers[seen.path](seen)

    def _about(self, _: Seen) -> Answer:
        return 200, {}, [self.kind]

    def _page(self, seen: Seen) -> Answer:
        return 200, {}, [f"http://{seen.headers['host']}/login"]

    def _me(self, seen: Seen) -> Answer:
        token = seen.headers.get("authorization", "").removeprefix("Bearer ")
        if token in {*self.keys, f"access-{self.turn}"} or seen.headers.get("x-file"):
            return 200, {}, {"who": self.who, "spent": self.spent}
        return 401, {}, {"error": "no"}

    def _token(self, seen: Seen) -> Answer:
        if seen.form["refresh"] not in {"none", f"refresh-{self.turn}"}:
            return 400, {}, {"error": "invalid_grant"}
        self.turn += 1
        self.on_token()
        return 200, {}, [f"access-{self.turn}", f"refresh-{self.turn}"]
