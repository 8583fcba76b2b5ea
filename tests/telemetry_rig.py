"""A receiver on a loop of its own, and ways to talk to it."""

import asyncio
import http.client
import json
import socket
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from tankful.core.heard import Heard, HeardCall, HeardPrompt
from tankful.telemetry.doorway import HOST, Doorway
from tankful.telemetry.receiver import Receiver
from tankful.telemetry.records import Report
from tankful.telemetry.registry import understood
from tankful.telemetry.talk import Patience

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
AT_NS = int(NOW.timestamp()) * 1_000_000_000
TOKEN = "t" * 32
JSON = "application/json"
PATIENCE_S = 60
CANARY = "canary-3141592653589793"
"""Stands for what people say to agents; it must be nowhere."""


@dataclass(slots=True)
class Listening:
    """A receiver that runs."""

    doorway: Doorway
    reports: list[Heard] = field(default_factory=list[Heard])
    came: threading.Condition = field(default_factory=threading.Condition)

    def take(self, report: Report) -> None:
        heard = understood(report.records, report.at)
        if heard.calls or heard.prompts:
            with self.came:
                self.reports.append(heard)
                self.came.notify_all()

    @property
    def calls(self) -> list[HeardCall]:
        return [call for report in self.reports for call in report.calls]

    @property
    def prompts(self) -> list[HeardPrompt]:
        return [prompt for report in self.reports for prompt in report.prompts]

    def until(self, calls: int) -> list[HeardCall]:
        with self.came:
            assert self.came.wait_for(lambda: len(self.calls) >= calls, PATIENCE_S)
        return self.calls

    def post(self, path: str, body: bytes, headers: Mapping[str, str] | None = None, method: str = "POST") -> tuple[int, bytes]:
        """Send one request with the token, unless other headers are given."""
        line = http.client.HTTPConnection(HOST, self.doorway.port, timeout=PATIENCE_S)
        try:
            line.request(method, path, body, dict(headers) if headers is not None else granted())
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    def say(self, *pieces: bytes) -> bytes:
        """Send bytes as they are and return everything that comes until the other side hangs up."""
        with socket.create_connection((HOST, self.doorway.port), timeout=PATIENCE_S) as line:
            for piece in pieces:
                line.sendall(piece)
            heard = b""
            while more := line.recv(65536):
                heard += more
            return heard


def granted(content_type: str = JSON, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKEN}", "Content-Type": content_type} | more


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        return int(trial.getsockname()[1])


def until_heard(ours: Doorway, *, heard: bool = True) -> None:
    """Wait until somebody listens at a doorway, or nobody does any more."""
    pause, tries = threading.Event(), PATIENCE_S * 100
    while tries and _is_heard(ours) is not heard:
        pause.wait(0.01)
        tries -= 1
    assert _is_heard(ours) is heard


def _is_heard(ours: Doorway) -> bool:
    with socket.socket() as line:
        return line.connect_ex((HOST, ours.port)) == 0


@contextmanager
def listening(patience: Patience | None = None) -> Generator[Listening]:
    made = Listening(Doorway(free_port(), TOKEN))
    ready, over = threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def live() -> None:
        receiver = Receiver(made.doorway, made.take, lambda: NOW, patience)
        await receiver.start()
        loops.append(asyncio.get_running_loop())
        ready.set()
        await over.wait()
        await receiver.stop()

    thread = threading.Thread(target=lambda: asyncio.run(live()))
    thread.start()
    assert ready.wait(PATIENCE_S)
    try:
        yield made
    finally:
        loops[0].call_soon_threadsafe(over.set)
        thread.join(PATIENCE_S)


def value(of: Any) -> dict[str, Any]:
    match of:
        case bool():
            return {"boolValue": of}
        case int():
            return {"intValue": str(of)}
        case float():
            return {"doubleValue": of}
        case list():
            return {"arrayValue": {"values": [value(each) for each in cast("list[Any]", of)]}}
        case _:
            return {"stringValue": str(of)}


def pairs(attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value(of)} for key, of in attributes.items()]


def logs(*records: Mapping[str, Any], service: str = "", scope: str = "", time_ns: int = AT_NS) -> bytes:
    """Return a request with these events, each given by its attributes."""
    resource = {"attributes": pairs({"service.name": service, "user.email": CANARY})}
    said = [
        {"timeUnixNano": str(time_ns + n), "body": {"stringValue": CANARY}, "attributes": pairs(each)} for n, each in enumerate(records)
    ]
    return json.dumps({"resourceLogs": [{"resource": resource, "scopeLogs": [{"scope": {"name": scope}, "logRecords": said}]}]}).encode()


def spans(*given: Mapping[str, Any], service: str = "copilot-chat", parent: str = "p1") -> bytes:
    """Return a request with these spans, each given by its attributes."""
    resource = {"attributes": pairs({"service.name": service})}
    said = [
        {
            "traceId": "t1",
            "spanId": f"s{number}",
            "parentSpanId": parent,
            "name": CANARY,
            "startTimeUnixNano": str(AT_NS - 4_000_000_000),
            "endTimeUnixNano": str(AT_NS),
            "attributes": pairs(each),
            "events": [{"name": CANARY, "attributes": pairs({"prompt": CANARY})}],
        }
        for number, each in enumerate(given)
    ]
    return json.dumps({"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": said}]}]}).encode()


def claude_call(number: int = 1, **more: Any) -> dict[str, Any]:
    """Return the attributes of Claude Code's report of a call, with what people may let it add."""
    return {
        "event.name": "api_request",
        "event.sequence": number,
        "session.id": "session",
        "model": "claude-sonnet-4-20250514",
        "input_tokens": 100,
        "output_tokens": 50,
        "cache_read_tokens": 10,
        "cache_creation_tokens": 20,
        "cost_usd": 0.001,
        "cost_usd_micros": 1128,
        "request_id": f"req_{number}",
        "query_source": "main",
        "prompt": CANARY,
    } | more
