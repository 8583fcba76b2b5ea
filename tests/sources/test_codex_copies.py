"""However a Codex log is split, and whatever part of it is copied, each of its requests counts once."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.codex_reading import book, read_lines, tokens
from tankful.core.usage import TokenUsage, UsageEvent

START = datetime(2026, 5, 4, 9, tzinfo=UTC)
LAST = ((1000, 400, 50), (1500, 900, 70), (2200, 1400, 30))
"""What each request of a log took: input, the cached part of it, output."""
STEP = st.tuples(st.integers(1, 5000), st.integers(0, 5000), st.integers(1, 500))


def _line(at: str, kind: str, payload: Any) -> bytes:
    return json.dumps({"timestamp": at, "type": kind, "payload": payload}).encode()


def _hourly(number: int) -> str:
    return f"{START + timedelta(hours=number, milliseconds=217):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"


def _hourly_in_seconds(number: int) -> str:
    return f"{START + timedelta(hours=number):%Y-%m-%dT%H:%M:%SZ}"


def _anew(_: int) -> str:
    return "2026-05-06T10:00:00Z"


def _second_by_second(number: int) -> str:
    return f"2026-05-06T10:00:0{number}.5Z"


def _after(number: int) -> str:
    return f"2026-05-06T10:0{number}:00.117Z"


def _meta(session: str, **more: str) -> bytes:
    return _line(_hourly(0), "session_meta", {"id": session, "cwd": "/home/ada/work", **more})


def _turn(model: str = "gpt-5.4", turn: str = "") -> bytes:
    return _line(_hourly(0), "turn_context", {"model": model, **({"turn_id": turn} if turn else {})})


def _counts(steps: Sequence[tuple[int, int, int]], stamp: Callable[[int], str] = _hourly) -> list[bytes]:
    sums = [tuple(sum(column) for column in zip(*steps[: end + 1], strict=True)) for end in range(len(steps))]
    names = ("input_tokens", "cached_input_tokens", "output_tokens")
    lines: list[bytes] = []
    for number, (last, total) in enumerate(zip(steps, sums, strict=True)):
        info = {"last_token_usage": dict(zip(names, last, strict=True)), "total_token_usage": dict(zip(names, total, strict=True))}
        lines.append(_line(stamp(number), "event_msg", {"type": "token_count", "info": info}))
    return lines


def _whole(stamp: Callable[[int], str] = _hourly) -> list[bytes]:
    return [_meta("a"), _turn(), *_counts(LAST, stamp)]


def _booked(*logs: Sequence[bytes]) -> list[UsageEvent]:
    """Read the logs in every order, which changes nothing, and return what counts."""
    found = [read_lines(log, f"{place}.jsonl") for place, log in enumerate(logs)]
    (totals,) = {(len(events), tokens(events)) for events in (book(*order) for order in permutations(found))}
    events = book(*found)
    assert totals == (len(events), tokens(events))
    return events


def _once(events: Sequence[UsageEvent]) -> bool:
    given, cached, gave = (sum(column) for column in zip(*LAST, strict=True))
    return len(events) == 3 and tokens(events) == TokenUsage(given - cached, gave, cached)


@pytest.mark.parametrize("stamp", [_hourly, _hourly_in_seconds])
def test_a_log_and_a_nameless_copy_of_its_later_part_count_once(stamp: Callable[[int], str]) -> None:
    whole = _whole(stamp)
    events = _booked(whole, whole[3:])
    assert _once(events)
    assert {event.model for event in events} == {"gpt-5.4"}


def test_a_nameless_copy_of_all_counts_adds_nothing() -> None:
    whole = _whole()
    assert _once(_booked(whole, whole[2:], whole[4:]))


@pytest.mark.parametrize("stamp", [_hourly, _anew])
def test_a_fork_that_copies_only_the_end_of_its_parent_counts_it_once(stamp: Callable[[int], str]) -> None:
    for copied in (_counts(LAST, stamp)[1:2], _counts(LAST, stamp)[1:], _counts(LAST, stamp)[2:]):
        assert _once(_booked(_whole(), [_meta("b", forked_from_id="a"), _turn(), *copied]))


def test_what_a_fork_adds_after_a_copied_end_counts() -> None:
    own = (3000, 2000, 40)
    fork = [_meta("b", forked_from_id="a"), _turn(), *_counts((*LAST, own), _anew)[2:]]
    events = _booked(_whole(), fork)
    assert len(events) == 4
    assert tokens(events).total == sum(given + gave for given, _, gave in (*LAST, own))


TURNS = "019e2d1c-8a53-7a10-9d3e-5f4c0b1a2d3e", "019e2d1d-0b12-7c45-8e2f-1a2b3c4d5e6f"


def _in_turns(stamp: Callable[[int], str], names: Sequence[str]) -> list[bytes]:
    """The counts of a session whose first turn ends after its first two requests."""
    counts = _counts(LAST, stamp)
    return [_turn(turn=names[0]), *counts[:2], _turn(turn=names[1]), *counts[2:]]


@pytest.mark.parametrize("copied", [3, 5])
def test_a_fork_of_a_lost_fork_counts_nothing_again_of_what_its_turns_say_was_made_before(copied: int) -> None:
    own = (3000, 2000, 40)
    grandchild = [_meta("c", forked_from_id="b"), *_in_turns(_anew, TURNS)[:copied], _turn(turn="019e2d20-" + TURNS[0][9:])]
    grandchild.append(_counts((*LAST[: 2 if copied == 3 else 3], own), _anew)[-1])
    events = _booked([_meta("a"), *_in_turns(_hourly, TURNS)], grandchild)
    assert len(events) == 4
    assert tokens(events).total == sum(given + gave for given, _, gave in (*LAST, own))


@pytest.mark.parametrize("names", [("1", "2"), ("", "")])
def test_turns_that_are_only_numbered_make_no_two_sessions_one(names: tuple[str, str]) -> None:
    assert len(_booked([_meta("a"), *_in_turns(_hourly, names)], [_meta("b"), *_in_turns(_anew, names)])) == 6


def test_counts_without_totals_after_a_copied_end_are_known_by_what_came_before() -> None:
    usage = {"last_token_usage": {"input_tokens": 5, "output_tokens": 6}}
    alone = _line(_hourly(9), "event_msg", {"type": "token_count", "info": usage})
    fork = [_meta("b", forked_from_id="a"), *_counts(LAST, _anew)[2:], alone]
    assert len(_booked([*_whole(), alone], fork)) == 4


def test_two_sessions_that_began_alike_in_the_same_second_both_count() -> None:
    first = _counts(LAST[:1], _hourly_in_seconds)
    assert len(_booked([_meta("a"), *first], [_meta("b"), *first])) == 2


@pytest.mark.parametrize("cut", [3, 4])
def test_a_log_split_in_two_counts_the_same(cut: int) -> None:
    whole = _whole()
    events = _booked(whole[:cut], whole[cut:])
    assert _once(events)
    assert [event.model for event in events] == ["gpt-5.4"] * (cut - 2) + [None] * (5 - cut)


def test_the_later_part_of_a_split_log_takes_the_model_that_it_names_itself() -> None:
    whole = _whole()
    events = _booked(whole[:3], [*whole[3:], _turn("gpt-5.5")])
    assert _once(events)
    assert [event.model for event in events] == ["gpt-5.4", "gpt-5.5", "gpt-5.5"]


@given(steps=st.lists(STEP, min_size=1, max_size=8), parts=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=4))
def test_copies_of_any_parts_add_nothing(steps: list[tuple[int, int, int]], parts: list[tuple[int, int]]) -> None:
    counts = _counts(steps)
    copies = [read_lines(counts[min(part) : max(part)], f"{place}.jsonl") for place, part in enumerate(parts)]
    events = book(*copies, read_lines([_meta("a"), *counts]))
    assert len(events) == len(steps)
    assert tokens(events).total == sum(given + gave for given, _, gave in steps)


def _spawned(session: str, replayed: Sequence[bytes], *own: tuple[int, int, int]) -> list[bytes]:
    """The log of a sub-agent that begins with a copy of its parent's counts, and then makes requests of its own."""
    source = {"subagent": {"thread_spawn": {"parent_thread_id": "a"}}}
    head = _line(_anew(0), "session_meta", {"id": session, "cwd": "/home/ada/work", "source": source, "timestamp": _anew(0)})
    return [head, _turn(), *replayed, *_counts((*LAST, *own), _after)[len(LAST) :]]


OWN, OTHER = (3000, 2000, 40), (3100, 2100, 45)


@pytest.mark.parametrize("start", [0, 1, 2])
@pytest.mark.parametrize("stamp", [_anew, _hourly, _second_by_second])
def test_a_sub_agents_copy_of_its_parents_requests_counts_once_whether_the_parents_log_is_there_or_not(
    start: int, stamp: Callable[[int], str]
) -> None:
    replayed = _counts(LAST, stamp)[start:]
    one, two = _spawned("b", replayed, OWN), _spawned("c", replayed, OTHER)
    both = sum(given + gave for given, _, gave in (*LAST, OWN, OTHER))
    events = _booked(_whole(), one, two)
    assert (len(events), tokens(events).total) == (5, both)
    orphans = _booked(one, two)
    left = sum(given + gave for given, _, gave in (*LAST[start:], OWN, OTHER))
    assert (len(orphans), tokens(orphans).total) == (5 - start, left)


def test_a_sub_agents_copy_of_totals_alone_could_be_anything_and_counts_nothing() -> None:
    replayed: list[bytes] = []
    for each in _counts(LAST, _anew):
        line = json.loads(each)
        del line["payload"]["info"]["last_token_usage"]
        replayed.append(json.dumps(line).encode())
    for logs in ([_spawned("b", replayed, OWN)], [_whole(), _spawned("b", replayed, OWN)]):
        events = _booked(*logs)
        assert len(events) == (1 if len(logs) == 1 else 4)


def test_copies_of_requests_without_totals_are_known_by_their_instant() -> None:
    """Nothing says whose they are, nor what came before them."""
    lines: list[bytes] = []
    for each in _counts(LAST):
        line = json.loads(each)
        del line["payload"]["info"]["total_token_usage"]
        lines.append(json.dumps(line).encode())
    assert _once(_booked([_turn(), *lines], [_turn(), *lines[1:]], lines[2:]))
    assert len(_booked([_meta("a"), _turn(), *lines], [_turn(), *lines[1:]])) == 3
