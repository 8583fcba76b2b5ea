"""Calls models as Claude Code does: through the gateway, and with a line in its log for every answer."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from gateway.running_litellm import CLAUDE

_IN = Decimal("0.000003")
_OUT = Decimal("0.000015")
"""Dollars per token of `CLAUDE`."""
CALL = Decimal("0.06")
"""What a call costs unless tokens are asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, or why there is none."""

    status: int
    body: dict[str, Any]

    @property
    def call(self) -> str:
        """The id that it is logged and booked under."""
        return str(self.body["id"])

    @property
    def refused_for(self) -> str:
        """The gateway's word for its refusal, empty when it did not refuse."""
        return "" if self.status < 400 else str(self.body["error"]["type"])


@dataclass
class ClaudeCaller:
    """One session with one key."""

    http: httpx.Client
    log: Path | None = None
    session: str = field(default_factory=lambda: str(uuid.uuid4()))

    def call(self, given: int = 10_000, made: int = 2_000, model: str = CLAUDE, *, streamed: bool = False, busy: str = "") -> Answer:
        """Ask something that takes so many tokens, and that the model `busy` refuses, and log the answer if there is one."""
        question = {
            "model": model,
            "max_tokens": made,
            "stream": streamed,
            "messages": [{"role": "user", "content": f"BUSY={busy} IN={given} OUT={made}"}],
        }
        said = self.http.post("/v1/messages", json=question)
        if said.is_success:
            answer = Answer(said.status_code, _message_of(said.text) if streamed else said.json())
            self._write(answer.body, "request-id" in said.headers)
            return answer
        return Answer(said.status_code, said.json())

    def spend(self, calls: int = 1) -> Decimal:
        """Call so often and return what it costs."""
        for _ in range(calls):
            answer = self.call()
            assert not answer.refused_for, answer.body
        return CALL * calls

    def _write(self, message: dict[str, Any], has_request_id: bool) -> None:
        assert not has_request_id, "LiteLLM sends none, so Claude Code logs none"
        if self.log is None:
            return
        line = {
            "type": "assistant",
            "uuid": str(uuid.uuid4()),
            "sessionId": self.session,
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "cwd": "/home/grace/orchard",
            "message": message,
        }
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(line, separators=(",", ":")) + "\n")


def price(given: int, made: int) -> Decimal:
    """Return the dollars that so many tokens of `CLAUDE` cost."""
    return given * _IN + made * _OUT


def _message_of(stream: str) -> dict[str, Any]:
    """Put a streamed answer together, as Claude Code does before it logs it."""
    events = [json.loads(line.removeprefix("data: ")) for line in stream.splitlines() if line.startswith("data: {")]
    message: dict[str, Any] = events[0]["message"]
    pieces = [event["delta"]["text"] for event in events if event["type"] == "content_block_delta"]
    end = next(event for event in events if event["type"] == "message_delta")
    return {
        **message,
        **end["delta"],
        "content": [{"type": "text", "text": "".join(pieces)}],
        "usage": {**message["usage"], **end["usage"]},
    }
