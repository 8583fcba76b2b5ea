"""A line without a time of its own is dated by its file, and stays on that day when the file is copied later."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from ledger_rig import opened, price, rows
from tankful.core.batch import Batch, Checkpoint
from tankful.core.report import By
from tankful.core.usage import UsageEvent
from tankful.sources.claude_code_source import SOURCE
from tankful.sources.source import FileTimes, Findings, Log

WRITTEN = datetime(2026, 5, 4, 10, tzinfo=UTC)
NOW = datetime(2026, 7, 1, tzinfo=UTC)
MARK = Checkpoint("/logs/a.jsonl", SOURCE.id, 1, 1, 1, 1, 1, 1, False, b"", b"", b"")
ADVISED = [{"type": "advisor_message", "model": "opus", "output_tokens": 7}]


def line(stamp: str | None, output: int = 9, *, parts: Sequence[object] = ()) -> bytes:
    message = {"id": "msg-1", "model": "haiku", "usage": {"input_tokens": 1, "output_tokens": output, "iterations": parts}}
    return json.dumps({"type": "assistant", "sessionId": "s", "requestId": "r", "timestamp": stamp, "message": message}).encode()


def read(modified: datetime, *lines: bytes) -> Findings:
    found = Findings()
    SOURCE.parser(Log(SOURCE.id, "/logs/s.jsonl"), None).read(lines, 1, FileTimes(modified, NOW), found)
    return found


def events(modified: datetime, *lines: bytes) -> tuple[UsageEvent, ...]:
    return tuple(read(modified, *lines).events)


@pytest.mark.parametrize("stamp", [None, "soon", "1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z"])
@pytest.mark.parametrize("order", list(permutations([0, 3, 30])))
def test_a_later_copy_of_a_file_moves_no_response_to_another_day(tmp_path: Path, stamp: str | None, order: tuple[int, ...]) -> None:
    ledger = opened(tmp_path)
    for days in order:
        ledger.record([Batch(MARK, events(WRITTEN + timedelta(days=days), line(stamp, parts=ADVISED)), (), ())], price)
    assert {(row.day, row.requests) for row in rows(ledger, By.DAY)} == {(WRITTEN.date(), 2)}
    ledger.close()


@pytest.mark.parametrize("order", list(permutations([None, "2026-05-03T08:00:00Z", "2026-05-03T09:00:00Z"])))
def test_the_last_time_that_is_written_counts_and_not_the_files(order: tuple[str | None, ...]) -> None:
    [event] = events(WRITTEN, *map(line, order))
    assert (event.at, event.first_wins) == (datetime(2026, 5, 3, 9, tzinfo=UTC), False)
    apart = [events(WRITTEN, line(stamp))[0] for stamp in order]
    whole = apart[0].merged(apart[1]).merged(apart[2])
    assert (whole.at, whole.first_wins) == (event.at, False)


def test_blocks_without_times_are_one_response_of_the_files_day() -> None:
    [event] = events(WRITTEN, line(None, 1), line(None, 5), line(None, 9))
    assert (event.at, event.first_wins, event.tokens.output) == (WRITTEN, True, 9)


def test_a_prompt_with_an_impossible_time_is_the_same_one_in_a_copy() -> None:
    said = json.dumps({"type": "user", "sessionId": "s", "timestamp": "1970-01-01T00:00:00Z", "message": {"content": "Hi"}}).encode()
    first, second = (read(WRITTEN + timedelta(days=days), said).prompts for days in (0, 3))
    assert [prompt.key for prompt in first] == [prompt.key for prompt in second]
