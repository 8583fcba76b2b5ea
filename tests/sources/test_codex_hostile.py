"""Whatever a Codex log holds, reading it never fails; whatever is copied, nothing counts twice."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.codex_reading import book, read_lines, tokens
from tankful.core.problems import Flaw
from tankful.sources.source import Findings

NAMES = st.sampled_from(
    (
        "type",
        "payload",
        "info",
        "last_token_usage",
        "total_token_usage",
        "input_tokens",
        "cached_input_tokens",
        "output_tokens",
        "reasoning_output_tokens",
        "model",
        "cwd",
        "id",
        "session_id",
        "forked_from_id",
        "source",
        "subagent",
        "thread_spawn",
        "parent_thread_id",
        "timestamp",
        "usage",
        "response",
        "result",
        "data",
        "thread_id",
        "thread_settings",
        "service_tier",
        "kind",
        "model_provider",
    )
)
WORDS = st.sampled_from(
    (
        "event_msg",
        "token_count",
        "session_meta",
        "turn_context",
        "thread_settings_applied",
        "user_message",
        "thread.started",
        "turn.completed",
        "plain",
        "fast",
        "2026-05-04T09:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
    )
)
LEAVES = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.integers() | st.floats() | WORDS | st.text(max_size=8)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=20)
LINES = st.binary(max_size=60) | st.dictionaries(NAMES, VALUES, max_size=6).map(lambda value: json.dumps(value).encode())
USAGE = st.dictionaries(NAMES, st.integers(-10, 10**10) | VALUES, max_size=5)


def _line(timestamp: Any, kind: str, payload: Any) -> bytes:
    return json.dumps({"timestamp": timestamp, "type": kind, "payload": payload}, separators=(",", ":")).encode()


def _count_line(timestamp: Any, last: Any, total: Any) -> bytes:
    return _line(timestamp, "event_msg", {"type": "token_count", "info": {"last_token_usage": last, "total_token_usage": total}})


def _turn_line(usage: Any) -> bytes:
    return json.dumps({"type": "turn.completed", "usage": usage}).encode()


SHAPED = st.builds(_count_line, VALUES, USAGE, USAGE) | st.builds(_line, VALUES, WORDS, VALUES) | st.builds(_turn_line, USAGE)


@given(lines=st.lists(LINES | SHAPED, max_size=12), cut=st.integers(0, 12))
def test_no_line_makes_reading_fail_and_no_cut_changes_what_is_read(lines: list[bytes], cut: int) -> None:
    whole, pieces = read_lines(lines), read_lines(lines, "rollout.jsonl", min(cut, len(lines)))
    assert (pieces.events, pieces.prompts, pieces.problems) == (whole.events, whole.prompts, whole.problems)


@pytest.mark.parametrize(
    ("line", "flaw"),
    [
        (b'{"type":"token_count","payload":' + b"[" * 100_000 + b"}", Flaw.NOT_JSON),
        (_line("2026-05-04T09:00:00Z", "event_msg", {"type": "token_count", "info": 5}), Flaw.WRONG_SHAPE),
        (b'{"a":"token_count"', Flaw.NOT_JSON),
        (b'{"timestamp":"","type":"turn_context","payload":{"model":}}', Flaw.NOT_JSON),
        (b'{"type":"session_meta"\0}', Flaw.NOT_JSON),
        (b'{"usage":{"input_tokens":-5,"output_tokens":2},"response":"text"}', Flaw.WRONG_SHAPE),
        (b'{"type":"turn.completed","usage":{"input_tokens":100000000000000}}', Flaw.BAD_COUNT),
        (b'{"usage":{"input_tokens":5,"output_tokens":2000000000}}', Flaw.BAD_COUNT),
        (b'{"timestamp":true,"usage":{"input_tokens":5}}', Flaw.BAD_TIME),
        (_line("2026-05-04T09:00:00Z", "turn_context", {"model": 5}), Flaw.WRONG_SHAPE),
        (_line("2026-05-04T09:00:00Z", "turn_context", {"model": "gpt-5.4", "cwd": ["/home"]}), Flaw.WRONG_SHAPE),
        (_line("2026-05-04T09:00:00Z", "session_meta", {"id": 5}), Flaw.WRONG_SHAPE),
        (_line("2026-05-04T09:00:00Z", "session_meta", {"id": "a", "source": 5}), Flaw.WRONG_SHAPE),
        (_line("2026-05-04T09:00:00Z", "session_meta", {"id": "a", "forked_from_id": {}}), Flaw.WRONG_SHAPE),
        (
            _line("2026-05-04T09:00:00Z", "session_meta", {"source": {"subagent": {"thread_spawn": {"parent_thread_id": 5}}}}),
            Flaw.WRONG_SHAPE,
        ),
        (_line("2026-05-04T09:00:00Z", "event_msg", {"type": "token_count", "info": {"model": 5}}), Flaw.WRONG_SHAPE),
        (_line("2026-05-04T09:00:00Z", "event_msg", {"type": "thread_settings_applied", "thread_settings": "fast"}), Flaw.WRONG_SHAPE),
        (
            _line("2026-05-04T09:00:00Z", "event_msg", {"type": "thread_settings_applied", "thread_settings": {"service_tier": 5}}),
            Flaw.WRONG_SHAPE,
        ),
        (_line("2026-05-04T09:00:00Z", "event_msg", {"type": "user_message", "kind": 5}), Flaw.WRONG_SHAPE),
        (b'{"type":"thread.started","thread_id":5}', Flaw.WRONG_SHAPE),
        (b'{"usage":{"input_tokens":5},"model":["gpt-5.4"]}', Flaw.WRONG_SHAPE),
        (b'{"timestamp":"","type":"turn_context","payload":{"model":"gpt-\xff5"}}', Flaw.BAD_TEXT),
        (b'{"timestamp":"2026-05-04T09:00:00Z","type":"event_msg","payload":{"type":"user_message","message":"\xc3("}}', Flaw.BAD_TEXT),
    ],
)
def test_a_bad_line_is_blamed_with_its_number(line: bytes, flaw: Flaw) -> None:
    found = read_lines([b"", line])
    assert [(problem.flaw, problem.line) for problem in found.problems] == [(flaw, 2)]


def test_a_model_with_broken_characters_is_named_with_them_replaced() -> None:
    turn = b'{"timestamp":"","type":"turn_context","payload":{"model":"gpt-\xff5"}}'
    (event,) = read_lines([turn, _count_line("2026-05-04T09:00:00Z", {"input_tokens": 5}, None)]).events
    assert event.model == "gpt-\ufffd5"


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"  \t",
        b"{}",
        '{"timestamp":"","type":"turn_context","payload":{"model":"gpt-5.4","cwd":"/home/ada/größer"}}'.encode(),
        b'{"type":["token_count"],"payload":{}}',
        b'{"type":"event_msg","payload":{"type":["token_count"]}}',
        b'{"type":"session_meta"}',
        b'{"type":"turn.completed"}',
        b'{"type":"assistant","message":{"usage":{"input_tokens":5}}}',
        _line("2026-05-04T09:00:00Z", "event_msg", {"info": {}, "type": "token_count"}),
        _line("2026-05-04T09:00:00Z", "event_msg", {"a": "token_count"}),
        _line("2026-05-04T09:00:00Z", "event_msg", {"a": 1}),
        _line("2026-05-04T09:00:00Z", "event_msg", {"type": "agent_message"}),
        _line("2026-05-04T09:00:00Z", "thread.started", {}),
        b'{"type":"thread.started","thread_id":"t","usage":null}',
    ],
)
def test_a_line_that_tells_of_no_request_adds_nothing(line: bytes) -> None:
    found = read_lines([line])
    assert (found.events, found.prompts, found.problems) == ([], [], [])


STEP = st.tuples(st.integers(1, 5000), st.integers(0, 5000), st.integers(1, 500))
Step = tuple[int, int, int]
"""What one request adds: input, the cached part of it, output."""
START = datetime(2026, 5, 4, 9, tzinfo=UTC)


def _counts(steps: Sequence[Step], started: Callable[[int], datetime], before: Step = (0, 0, 0)) -> list[bytes]:
    """Write one count for each step, as Codex does; `started` gives the time of the nth."""
    total = before
    lines: list[bytes] = []
    for number, last in enumerate(steps):
        total = (total[0] + last[0], total[1] + last[1], total[2] + last[2])
        usages = [{"input_tokens": given, "cached_input_tokens": cached, "output_tokens": gave} for given, cached, gave in (last, total)]
        info = {"last_token_usage": usages[0], "total_token_usage": usages[1]}
        lines.append(_line(started(number).isoformat(), "event_msg", {"type": "token_count", "info": info}))
    return lines


def _meta(session: str, at: datetime, **more: str) -> bytes:
    return _line(at.isoformat(), "session_meta", {"id": session, **more})


def _hourly(number: int) -> datetime:
    return START + timedelta(hours=number)


def _summed(steps: Sequence[Step]) -> Step:
    return sum(step[0] for step in steps), sum(step[1] for step in steps), sum(step[2] for step in steps)


def _place(steps: Sequence[Step]) -> tuple[Step, Step]:
    return _summed(steps), steps[-1]


def _billed(steps: Sequence[Step]) -> int:
    return sum(given + gave for given, _, gave in steps)


@given(
    steps=st.lists(STEP, min_size=1, max_size=8),
    own=st.lists(st.lists(STEP, max_size=4), min_size=1, max_size=3),
    data=st.data(),
)
def test_forks_count_what_they_copied_once(steps: list[Step], own: list[list[Step]], data: st.DataObject) -> None:
    """A tree of forks: each copies a part of any earlier one, dated anew or not, with or without its parent's name in it."""
    histories = [steps]
    logs = [[_meta("s0", START), *_counts(steps, _hourly)]]
    metas = [[_meta("s0", START)]]
    expected = _billed(steps)
    branches = {_place(steps[: end + 1]) for end in range(len(steps))}
    for number, added in enumerate(own, 1):
        parent = data.draw(st.integers(0, number - 1))
        prefix = histories[parent][: data.draw(st.integers(0, len(histories[parent])))]
        at = START + timedelta(days=number)
        copied = [_meta(f"s{number}", at, forked_from_id=f"s{parent}"), *metas[parent]]
        history = [*prefix, *added]
        # Two that come to the very same place cannot be told from a copy, nor need they be: no two answers are alike.
        fresh = {_place(history[: end + 1]) for end in range(len(prefix), len(history))} - branches
        expected += sum(last[0] + last[2] for _, last in fresh)
        branches |= fresh
        anew = data.draw(st.booleans())
        skipped = data.draw(st.integers(0, len(prefix)))
        total = _summed(prefix)
        logs.append(
            [
                *copied,
                *_counts(prefix, (lambda _, at=at: at) if anew else _hourly)[skipped:],
                *_counts(added, lambda place, at=at: at + timedelta(hours=1 + place), total),
            ]
        )
        histories.append(history)
        metas.append(copied)
    order = data.draw(st.permutations(logs))
    assert tokens(book(*(read_lines(log) for log in order))).total == expected


@given(
    steps=st.lists(STEP, min_size=1, max_size=6),
    own=st.lists(STEP, min_size=2, max_size=2, unique=True),
    named=st.booleans(),
)
def test_siblings_share_their_beginning_when_the_parent_is_gone(steps: list[Step], own: list[Step], named: bool) -> None:
    total = _summed(steps)
    found: list[Findings] = []
    for number, last in enumerate(own):
        at = START + timedelta(days=number)
        beginning = [_meta(f"child{number}", at, forked_from_id="gone"), *([_meta("gone", at)] if named else [])]
        log = [*beginning, *_counts(steps, lambda _, at=at: at), *_counts([last], lambda _, at=at: at + timedelta(hours=1), total)]
        found.append(read_lines(log))
    assert tokens(book(*found)).total == _billed(steps) + _billed(own)


@given(steps=st.lists(STEP, min_size=1, max_size=8), end=st.integers(0, 8), repeat=st.integers(0, 8), named=st.booleans())
def test_copies_beginnings_and_repeated_snapshots_add_nothing(steps: list[Step], end: int, repeat: int, named: bool) -> None:
    counts = _counts(steps, _hourly)
    beginning = [_meta("s", START)] if named else []
    repeated = [*counts[:repeat], *counts[max(0, repeat - 1) : repeat], *counts[repeat:]]
    logs = [[*beginning, *counts], [*beginning, *counts[:end]], [*beginning, *repeated]]
    for order in (logs, logs[::-1]):
        assert tokens(book(*(read_lines(log, f"{place}.jsonl") for place, log in enumerate(order)))).total == _billed(steps)


@given(steps=st.lists(STEP, min_size=1, max_size=8), cut=st.integers(0, 8))
def test_a_log_cut_in_two_files_adds_up(steps: list[Step], cut: int) -> None:
    lines = [_meta("s", START), *_counts(steps, _hourly)]
    parts = [read_lines(lines[:cut], "one.jsonl"), read_lines(lines[cut:], "two.jsonl")]
    assert tokens(book(*parts)).total == _billed(steps)


@pytest.mark.parametrize(
    ("payload", "tokens", "flaws"),
    [
        ({}, 0, []),
        (None, 0, []),
        ({"response_id": "r", "usage": {"input_tokens": 5, "output_tokens": 6}}, 11, []),
        ({"usage": {"input_tokens": 5, "output_tokens": 6}}, 11, []),
        ({"response_id": 7, "usage": {"input_tokens": 5, "output_tokens": 6}}, 11, [Flaw.WRONG_SHAPE]),
        ({"response_id": "r", "usage": {"input_tokens": -5, "output_tokens": 6}}, 6, [Flaw.BAD_COUNT]),
        ({"response_id": "r", "usage": {"input_tokens": 10**12, "output_tokens": 6}}, 0, [Flaw.BAD_COUNT]),
        ({"response_id": "r", "usage": "much"}, 0, [Flaw.WRONG_SHAPE]),
        ({"response_id": "r", "usage": {"input_tokens": 0, "output_tokens": 0}}, 0, []),
    ],
)
def test_a_record_of_a_response_counts_as_far_as_it_can_be(payload: object, tokens: int, flaws: list[Flaw]) -> None:
    line = json.dumps({"timestamp": "2026-05-04T09:00:00.100Z", "type": "token_usage_record", "payload": payload}).encode()
    found = read_lines([line, line])
    assert sum(event.tokens.total for event in book(found)) == tokens
    assert [problem.flaw for problem in found.problems] == flaws * 2
