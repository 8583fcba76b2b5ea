"""Asks LiteLLM several things about one account and keeps apart what it told, what it may not tell, and what failed."""

from collections.abc import Mapping
from typing import TypeVar

from tankful.core.errors import GatewayConfused, GatewayError, NotAllowed
from tankful.gateways.figures import clock
from tankful.gateways.gateway import Asked
from tankful.gateways.grants import bearer
from tankful.gateways.http import Reply
from tankful.gateways.litellm_refusals import Exceeded, exceeded, refused, said

T = TypeVar("T")

_MOST_BYTES = 8_000_000
"""A large team's row comes with all its members."""


class Talk:
    """Some questions, asked at once or one after another; none of them raises, so that none is left unheard."""

    def __init__(self, asked: Asked) -> None:
        """Ask nothing yet."""
        self.asked = asked
        self.account = asked.link.name
        self.clock = asked.now
        """The gateway's own, as soon as it has answered: ours may be hours off, and it is the gateway that resets."""
        self.overs: list[Exceeded] = []
        self.over_paths: list[str] = []
        """What was asked for when these were heard."""
        self.refusals: list[GatewayError] = []
        """It answers, but does not tell: no right to, or no such thing."""
        self.failures: list[GatewayError] = []
        self.missing: set[str] = set()
        """Paths that this version does not have."""
        self.poll_after_s: int | None = None

    async def get(self, path: str, shape: type[T], params: Mapping[str, str] | None = None) -> T | None:
        """Ask for one thing; `None` when it was not told, for the reason that is kept."""
        asked = self.asked
        try:
            reply = await asked.http.get(asked.link.url + path, secret=bearer(asked.secret), params=params, most_bytes=_MOST_BYTES)
            self._heard(reply)
            if reply.status == 200:
                return reply.as_a(shape)
        except GatewayError as error:
            self.failures.append(error)
            return None
        over = exceeded(reply)
        if over is not None:
            self.overs.append(over)
            self.over_paths.append(path)
            return None
        error = refused(reply)
        absent = reply.status in {400, 404} and isinstance(error, GatewayConfused) and not reply.is_page
        (self.refusals if absent or isinstance(error, NotAllowed) else self.failures).append(error)
        if reply.status == 404 and said(reply).text == "Not Found":  # the web framework's words for a path it has not
            self.missing.add(path)
        return None

    def check(self) -> None:
        """Raise the first failure, if there was one."""
        if self.failures:
            raise self.failures[0]

    def _heard(self, reply: Reply) -> None:
        self.clock = clock(reply.headers, self.clock)
        self.poll_after_s = self.poll_after_s if reply.poll_after_s is None else reply.poll_after_s
