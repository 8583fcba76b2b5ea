"""A response that is told again, aside or by a progress line, is booked once; calls that only look alike are not lost."""

import itertools
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger_rig import opened, price, total
from tankful.core.batch import Batch, Checkpoint
from tankful.core.usage import TokenUsage
from tankful.sources.claude_code_source import SOURCE
from tankful.sources.source import FileTimes, Findings, Log

TIMES = FileTimes(modified=datetime(2026, 6, 30, tzinfo=UTC), now=datetime(2026, 7, 1, tzinfo=UTC))
MARK = Checkpoint("/logs/a.jsonl", SOURCE.id, 1, 1, 1, 1, 1, 1, False, b"", b"", b"")

ADVISED = {"iterations": [{"type": "advisor_message", "model": "claude-opus-4-5", "input_tokens": 7, "output_tokens": 9}] * 3}


def line(
    request: str | None,
    read: int = 1000,
    output: int = 50,
    *,
    aside: bool = False,
    call: str = "msg-1",
    uuid: str = "",
    session: str = "session",
    at: str = "2026-05-04T10:00:00Z",
    advised: bool = False,
) -> bytes:
    """A line of a response: on the main line, or aside (a sub-agent's, a replay)."""
    return json.dumps(
        {
            "isSidechain": aside,
            "sessionId": session,
            "type": "assistant",
            "message": {
                "model": "claude-haiku-4-5",
                "id": call,
                "usage": {"input_tokens": 3, "cache_read_input_tokens": read, "output_tokens": output} | (ADVISED if advised else {}),
            },
            "requestId": request,
            "uuid": uuid or f"line-{request}-{read}-{aside}",
            "timestamp": at,
        }
    ).encode()


def progress(request: str | None, read: int = 1000, output: int = 50, *, call: str = "msg-1") -> bytes:
    """A progress line of the main session, which repeats a sub-agent's line."""
    inner = json.loads(line(request, read, output, call=call))
    return json.dumps(
        {
            "type": "progress",
            "isSidechain": False,
            "sessionId": "session",
            "data": {"message": {"message": inner["message"], "requestId": request, "uuid": "inner", "timestamp": inner["timestamp"]}},
            "uuid": f"progress-{request}-{read}",
            "timestamp": inner["timestamp"],
        }
    ).encode()


def booked(folder: Path, files: Sequence[Sequence[bytes]]) -> tuple[int, TokenUsage]:
    """What a ledger holds after it was told of these files one after the other, and then of all of them once more."""
    ledger = opened(folder)
    for lines in (*files, *files):
        found = Findings()
        SOURCE.parser(Log(SOURCE.id, "/logs/projects/a/session.jsonl"), None).read(lines, 1, TIMES, found)
        ledger.record([Batch(MARK, tuple(found.events), (), ())], price)
    said = total(ledger)
    ledger.close()
    return said


def in_every_order(folder: Path, *files: Sequence[bytes]) -> set[tuple[int, TokenUsage]]:
    """What is booked of these files, whichever is read first, and of all their lines in one file in any order."""
    orders = list(itertools.permutations(files))
    apart = {booked(made(folder / f"apart-{place}"), order) for place, order in enumerate(orders)}
    return apart | {booked(made(folder / f"as-one-{place}"), [list(itertools.chain(*order))]) for place, order in enumerate(orders)}


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.mark.parametrize("read", [1000, 5000, 0])
def test_a_replay_yields_to_its_original_whatever_its_input_side_says(tmp_path: Path, read: int) -> None:
    files = [line("req-1")], [line("req-2", read, aside=True)]
    assert in_every_order(tmp_path, *files) == {(1, TokenUsage(3, 50, 1000))}


def test_two_replays_yield_to_one_original(tmp_path: Path) -> None:
    files = [line("req-1")], [line("req-2", 5000, aside=True)], [line("req-3", 9000, aside=True)]
    assert in_every_order(tmp_path, *files) == {(1, TokenUsage(3, 50, 1000))}


def test_two_replays_whose_original_is_gone_are_one_response(tmp_path: Path) -> None:
    files = [line("req-2", 5000, aside=True)], [line("req-3", 5000, aside=True)]
    assert in_every_order(tmp_path, *files) == {(1, TokenUsage(3, 50, 5000))}


def test_a_relays_first_call_and_that_of_a_sub_agent_are_two_though_they_look_the_same(tmp_path: Path) -> None:
    files = [line(None)], [line(None, aside=True)]
    assert in_every_order(tmp_path, *files) == {(2, TokenUsage(6, 100, 2000))}


def test_a_report_of_a_sub_agents_first_call_through_a_relay_joins_nothing_else(tmp_path: Path) -> None:
    files = [line(None)], [line(None, aside=True)], [progress(None)]
    assert in_every_order(tmp_path, *files) == {(2, TokenUsage(6, 100, 2000))}


@pytest.mark.parametrize("own", ["req-1", None])
@pytest.mark.parametrize("reported", ["req-1", None])
def test_a_sub_agents_response_and_the_report_of_it_are_one(tmp_path: Path, own: str | None, reported: str | None) -> None:
    files = [line("req-0", call="msg-0"), progress(reported)], [line(own, aside=True)]
    assert in_every_order(tmp_path, *files) == {(2, TokenUsage(6, 100, 2000))}


def test_calls_of_the_main_line_stay_apart_though_a_replay_could_be_of_any(tmp_path: Path) -> None:
    files = [line("req-1")], [line("req-2", 2000)], [line("req-3", 1000, aside=True)]
    assert in_every_order(tmp_path, *files) == {(2, TokenUsage(6, 100, 3000))}


def test_a_sub_agents_blocks_without_request_ids_are_one_response(tmp_path: Path) -> None:
    blocks = [line(None, output=output, aside=True, uuid=f"block-{output}") for output in (2, 9, 50)]
    assert in_every_order(tmp_path, blocks[:2], blocks[2:]) == {(1, TokenUsage(3, 50, 1000))}


BLOCKS = {"0": "2026-05-04T10:00:00Z", "1": "2026-05-04T10:00:09Z"}


@pytest.mark.parametrize("session", ["session", "fork"])
def test_a_line_met_again_without_its_request_id_adds_nothing(tmp_path: Path, session: str) -> None:
    whole, copy = line("req-1", uuid="line"), line(None, uuid="line", session=session)
    assert in_every_order(tmp_path, [whole, line("req-2", 5000, call="msg-2")], [copy]) == {(2, TokenUsage(6, 100, 6000))}


def test_blocks_met_again_without_their_request_id_add_nothing_wherever_the_copy_was_cut(tmp_path: Path) -> None:
    whole, copy = (
        [line(request, output=output, uuid=uuid, session=session, at=BLOCKS[uuid]) for uuid, output in (("0", 2), ("1", 50))]
        for request, session in (("req-1", "session"), (None, "fork"))
    )
    assert in_every_order(tmp_path, whole, copy[:1], copy[1:]) == {(1, TokenUsage(3, 50, 1000))}


def test_a_replay_and_a_copy_without_request_id_yield_to_one_original(tmp_path: Path) -> None:
    files = [line("req-1")], [line("req-2", 5000, aside=True)], [line(None, session="fork")]
    assert in_every_order(tmp_path, *files) == {(1, TokenUsage(3, 50, 1000))}


def test_a_replay_yields_to_a_copy_without_request_id_where_the_original_is_gone(tmp_path: Path) -> None:
    files = [line("req-2", 5000, aside=True)], [line(None, session="fork")]
    assert in_every_order(tmp_path, *files) == {(1, TokenUsage(3, 50, 1000))}


def test_calls_of_advisors_met_again_without_a_request_id_add_nothing(tmp_path: Path) -> None:
    files = [line("req-1", advised=True)], [line(None, session="fork", advised=True)]
    assert {requests for requests, _ in in_every_order(tmp_path, *files)} == {4}


@pytest.mark.parametrize(("read", "at"), [(2000, "2026-05-04T10:00:00Z"), (1000, "2026-05-04T12:00:00Z"), (2000, "2026-05-04T12:00:00Z")])
def test_a_relays_call_without_request_id_is_no_copy_of_one_with_it_if_its_input_or_its_time_differs(
    tmp_path: Path, read: int, at: str
) -> None:
    files = [line("req-1")], [line(None, read, at=at)]
    assert in_every_order(tmp_path, *files) == {(2, TokenUsage(6, 100, 1000 + read))}


def test_calls_of_a_relay_that_gives_one_message_id_stay_apart_though_some_have_request_ids(tmp_path: Path) -> None:
    files = [line(None, 1), line(None, 2)], [line("req-1", 3), line("req-2", 3)], [line(None, 4, session="other"), line("req-3", 5)]
    assert in_every_order(tmp_path, *files) == {(6, TokenUsage(18, 300, 18))}
