"""A LiteLLM of recorded answers on this machine, and an account linked to it."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any, TypeVar

from gateway_rig import Answer, AnsweringServer, Seen
from tankful.core.allocation import Statement
from tankful.core.links import Link, Method
from tankful.gateways.gateway import Asked
from tankful.gateways.http import open_http

T = TypeVar("T")

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = "sk-robins-own-key"  # noqa: S105 - made up
TEAM = "0f3c2b6e-7d1a-4c52-9a50-2f6b8a1d9e10"
MEMBER_PATH, TEAM_PATH = f"/team/{TEAM}/members/me", "/team/info"
_RECORDINGS = Path(__file__).parent / "data" / "gateways" / "litellm"


def recorded(name: str) -> Any:
    """Return the body of an answer."""
    return json.loads((_RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))


def recording(name: str) -> Answer:
    """Return a good answer."""
    return 200, {}, recorded(name)


def refusing(name: str) -> Answer:
    """Return an answer that is an error."""
    status, body = recorded("errors")[name]
    return status, {}, body


ERRORS: tuple[str, ...] = tuple(recorded("errors"))


@dataclass
class LiteLLM:
    """What it answers on each path, read with GET: the name of a recording, or a whole answer. It says that it is `clock`."""

    answers: dict[str, str | Answer | Callable[[Seen], Answer]] = field(
        default_factory=dict[str, "str | Answer | Callable[[Seen], Answer]"]
    )
    method: Method = Method.KEY
    secret: str = SECRET
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    who: str = ""
    """Who was linked."""
    clock: datetime = NOW
    asked: list[Seen] = field(default_factory=list[Seen])
    """The requests of the last question."""

    def _answer(self, seen: Seen) -> Answer:
        given = self.answers.get(seen.path, refusing("no_such_path"))
        if callable(given):
            given = given(seen)
        status, headers, body = recording(given) if isinstance(given, str) else given
        return status, {"date": format_datetime(self.clock, usegmt=True), **headers}, body

    def ask(self, question: Callable[[Asked], Awaitable[T]], *, now: datetime = NOW, last: Statement | None = None) -> T:
        """Ask one question as the linked account, and keep what was sent for it."""

        async def asking(url: str) -> T:
            async with open_http() as http:
                link = Link("work", "litellm", url, self.method, self.who, options=self.options)
                return await question(Asked(http, link, self.secret, now, last=last))

        with AnsweringServer(self._answer) as server:
            try:
                return asyncio.run(asking(server.url))
            finally:
                self.asked = list(server.requests)

    @property
    def paths(self) -> list[str]:
        """What was asked for, sorted: questions are asked at once."""
        return sorted(seen.path for seen in self.asked)


def personal(**more: str | Answer | Callable[[Seen], Answer]) -> LiteLLM:
    """Return one that knows a personal key and its user."""
    return LiteLLM({"/key/info": "key_personal", "/v2/user/info": "user"} | _by_path(more))


def in_team(**more: str | Answer | Callable[[Seen], Answer]) -> LiteLLM:
    """Return one that knows a key of a team."""
    answers: dict[str, str] = {"/key/info": "key_of_team", "/v2/user/info": "user_in_team", MEMBER_PATH: "member", TEAM_PATH: "team"}
    return LiteLLM(answers | _by_path(more))


_NAMES = {"key": "/key/info", "user": "/v2/user/info", "old": "/user/info", "member": MEMBER_PATH, "team": TEAM_PATH}


def _by_path(more: Mapping[str, str | Answer | Callable[[Seen], Answer]]) -> dict[str, str | Answer | Callable[[Seen], Answer]]:
    return {_NAMES[name]: answer for name, answer in more.items()}
