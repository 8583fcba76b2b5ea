"""Whatever a gateway answers: one sentence with a hint, the last numbers stay, and the key is in no file, log or output."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine_rig import PATIENCE_S, Machine
from gateway_rig import AnsweringServer, Seen
from rings import MemoryRing
from tankful.core.health import Condition
from tankful.core.links import Method
from tankful.core.snapshot import Snapshot
from tankful.engine.linking import Linked, Linking
from tankful.gateways.gateway import Detected
from tankful.system.log_file import logging_to

CANARY = "sk-canary-4711-that-nobody-may-see"
PROMPT = "words of a prompt"
PAGE = f"<!doctype html><title>Sign in</title><p>{CANARY} {PROMPT}"
GOOD: Any = {"spent": 12.5, "limit": 60, "who": "alice"}
ECHO = {"error": {"message": f"Bad key {CANARY}: {PROMPT}", "type": "auth_error", "code": "401"}}

BAD: dict[str, Any] = {
    "a page in place of JSON": (200, {"content-type": "text/html"}, PAGE),
    "a captive portal": (302, {"location": f"http://localhost:1/login?{CANARY}"}, ""),
    "a cut answer": (200, {}, b'{"spent": 12.5, "lim'),
    "a huge answer": (200, {}, b" " * 2_100_000),
    "a wrong type": (200, {}, GOOD | {"spent": [CANARY]}),
    "a negative number": (200, {}, GOOD | {"spent": -1}),
    "no number": (200, {}, b'{"spent": NaN, "limit": 60, "who": "alice"}'),
    "another shape": (200, {}, {"budget": CANARY}),
    "a refused key": (401, {}, ECHO),
    "no permission": (403, {}, ECHO),
    "another kind": (404, {}, ECHO),
    "a used up budget in words of another kind": (422, {}, ECHO),
    "too many questions": (429, {"retry-after": "120"}, ECHO),
    "trouble": (500, {}, ECHO),
}


def _files_with(folder: Path, words: tuple[str, ...]) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(word.encode() in path.read_bytes() for word in words)]


@pytest.mark.parametrize("name", BAD)
def test_a_bad_answer_is_one_sentence_and_keeps_numbers_and_secrets(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    answer: list[Any] = [(200, {}, GOOD)]
    ring = MemoryRing()

    def answered(_: Seen) -> Any:
        return answer[0]

    async def work(linking: Linking) -> Linked:
        options = {"path": "/budget", "spent": "/spent", "limit": "/limit", "who": "/who"}
        return await linking.with_key(Detected("generic", server.url, (Method.KEY,)), CANARY, name="broker", options=options)

    def shows(condition: Condition) -> Callable[[Snapshot], bool]:
        return lambda seen: bool(seen.accounts) and seen.accounts[0].health.condition is condition

    machine = Machine(tmp_path)
    machine.spend(1, at=datetime.now(UTC) - timedelta(hours=3))
    with caplog.at_level(logging.INFO), logging_to(machine.folders.state), AnsweringServer(answered) as server:
        with machine.engine(ring=ring) as (engine, audience):
            engine.call(work).result(PATIENCE_S)
            audience.until(shows(Condition.OK))
        answer[0] = BAD[name]
        with machine.engine(ring=ring) as (engine, audience):
            seen = audience.until(shows(Condition.FAILING))
        asked = len([each for each in server.requests if each.path == "/budget"])
    health = seen.accounts[0].health
    assert health.title
    assert health.hint
    assert [meter.allocation.settled for meter in seen.meters if meter.allocation.account == "broker"] == [Decimal("12.5")]
    assert asked == 3, "when it was linked, then once by each engine"
    said = capfd.readouterr()
    for text in (f"{health.title} {health.hint}", said.out, said.err, "".join(record.getMessage() for record in caplog.records)):
        assert CANARY not in text
        assert PROMPT not in text
        assert "Traceback" not in text
    assert _files_with(tmp_path, (CANARY, PROMPT)) == []
