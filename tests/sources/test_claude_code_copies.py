"""Sub-agents' lines that were copied without what they are known by: each call counts once, and two calls stay two."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_rig import opened, price, total
from sources.test_claude_code_echoes import in_every_order, line, made, progress
from tankful.core.batch import Batch, Checkpoint
from tankful.core.usage import TokenUsage
from tankful.sources.claude_code_source import SOURCE
from tankful.sources.source import FileTimes, Findings, Log

COPIES = Path(__file__).parents[1] / "data" / "claude-code" / "copied-sub-agents"
EXPECTED = json.loads((COPIES / "expected.json").read_text())
TIMES = FileTimes(modified=datetime(2026, 6, 30, tzinfo=UTC), now=datetime(2026, 7, 1, tzinfo=UTC))
MARK = Checkpoint("/logs/a.jsonl", SOURCE.id, 1, 1, 1, 1, 1, 1, False, b"", b"", b"")
AT = "2026-05-04T10:00:00.123Z"
LATER = "2026-05-04T12:00:00.123Z"
ONE = (1, TokenUsage(3, 50, 1000))
TWO = (2, TokenUsage(6, 100, 2000))


def aside(
    request: str | None, *, uuid: str = "line", session: str = "session", at: str = AT, read: int = 1000, call: str = "msg-1"
) -> bytes:
    """A sub-agent's line; without `uuid` it has lost the identity of its own, too."""
    whole = json.loads(line(request, read, aside=True, uuid=uuid or "gone", session=session, at=at, call=call))
    return json.dumps({name: value for name, value in whole.items() if (name != "uuid" or uuid) and value is not None}).encode()


def booked(folder: Path, pieces: Sequence[tuple[Path, Sequence[bytes]]]) -> tuple[int, TokenUsage]:
    """What a ledger holds after it was told of these pieces of logs one after the other."""
    ledger = opened(folder)
    for log, lines in pieces:
        found = Findings()
        SOURCE.parser(Log(SOURCE.id, str(log)), None).read(lines, 1, TIMES, found)
        ledger.record([Batch(MARK, tuple(found.events), (), ())], price)
    said = total(ledger)
    ledger.close()
    return said


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_recorded_copies_add_nothing_in_whatever_order_and_pieces_they_are_read(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    parts: list[tuple[Path, Sequence[bytes]]] = []
    for log in sorted(COPIES.rglob("*.jsonl")):
        lines = log.read_bytes().splitlines()
        cut = data.draw(st.integers(0, len(lines)))
        parts += [(log, lines[:cut]), (log, lines[cut:])]
    requests, tokens = booked(tmp_path_factory.mktemp("ledger"), data.draw(st.permutations(parts)))
    said = {"input": tokens.input, "output": tokens.output, "cache_read": tokens.cache_read, "cache_write": tokens.cache_write}
    assert (requests, said) == (EXPECTED["requests"], EXPECTED["tokens"])


@pytest.mark.parametrize("uuid", ["line", "other", ""])
@pytest.mark.parametrize("session", ["session", "fork"])
def test_a_sub_agents_line_met_again_without_its_request_id_adds_nothing(tmp_path: Path, uuid: str, session: str) -> None:
    assert in_every_order(tmp_path, [aside("req-1")], [aside(None, uuid=uuid, session=session)]) == {ONE}


def test_a_copy_and_a_replay_of_it_under_a_new_request_id_are_one(tmp_path: Path) -> None:
    files = [aside("req-1")], [aside("req-2", uuid="again")], [aside(None, uuid="", session="fork")]
    assert in_every_order(tmp_path, *files) == {ONE}


def test_a_line_that_never_had_a_request_id_is_known_in_another_session_by_its_moment(tmp_path: Path) -> None:
    assert in_every_order(tmp_path, [aside(None)], [aside(None, uuid="", session="fork")]) == {ONE}
    assert in_every_order(made(tmp_path / "reported"), [aside(None)], [progress(None)]) == {ONE}


@pytest.mark.parametrize(
    "other",
    [
        aside(None, uuid="two", session="other", at="2026-05-04T10:00:00.124Z"),
        aside(None, uuid="two", session="other", read=1001),
        aside(None, uuid="two", session="other", call="msg-2"),
        aside("req-1", uuid="two", session="other", at=LATER),
    ],
    ids=["a moment later", "given more", "another message", "two hours later with a request id"],
)
def test_two_calls_through_a_relay_with_one_message_id_stay_two(tmp_path: Path, other: bytes) -> None:
    assert {requests for requests, _ in in_every_order(tmp_path, [aside(None)], [other])} == {2}


def test_first_calls_of_sub_agents_that_end_in_the_same_whole_second_stay_two(tmp_path: Path) -> None:
    at = "2026-05-04T10:00:00Z"
    assert in_every_order(tmp_path, [aside(None, at=at)], [aside(None, uuid="two", session="other", at=at)]) == {TWO}


def test_a_sub_agents_call_is_no_copy_of_one_on_the_main_line(tmp_path: Path) -> None:
    assert in_every_order(tmp_path, [line("req-1", at=AT)], [aside(None, session="fork")]) == {TWO}
    assert in_every_order(made(tmp_path / "bare"), [line(None, at=AT)], [aside(None, session="fork")]) == {TWO}
