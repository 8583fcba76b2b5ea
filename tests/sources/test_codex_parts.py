"""A Codex log that was cut into parts counts as the whole did: requests, tokens, models, folders, whatever order they are read in."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.codex_reading import Books, book, read_lines, read_log, tokens
from tankful.core.usage import UsageEvent

PARENT, CHILD = "019e2d1c-8a53-7a10-9d3e-5f4c0b1a2d3e", "019e2d9d-0b12-7c45-8e2f-1a2b3c4d5e6f"
START = datetime(2026, 5, 4, 9, tzinfo=UTC)
STEP = st.tuples(st.integers(1, 90_000), st.integers(0, 90_000), st.integers(1, 4000))


class Writer:
    """Writes lines as Codex does: each a little later than the one before it."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at
        self.total = [0, 0, 0]
        self.turns = 0

    def line(self, kind: str, payload: Mapping[str, Any]) -> bytes:
        self.at += timedelta(milliseconds=1217)
        stamp = f"{self.at:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
        return json.dumps({"timestamp": stamp, "type": kind, "payload": payload}, separators=(",", ":")).encode()

    def meta(self, session: str, **more: str) -> bytes:
        return self.line("session_meta", {"id": session, "cwd": f"/home/ada/{session[:8]}", "model_provider": "corp", **more})

    def turn(self, model: str) -> Iterator[bytes]:
        self.turns += 1
        identity = f"019e2d{self.turns:02x}-8a53-7a10-9d3e-{self.at:%d%H%M%S}0000"
        yield self.line("event_msg", {"type": "user_message", "message": "words"})
        yield self.line("turn_context", {"model": model, "cwd": "/home/ada/elsewhere", "turn_id": identity})

    def request(self, step: tuple[int, int, int], times: int) -> Iterator[bytes]:
        given, cached, gave = step
        last = (given, min(given, cached), gave)
        self.total = [old + new for old, new in zip(self.total, last, strict=True)]
        names = ("input_tokens", "cached_input_tokens", "output_tokens")
        info = {"total_token_usage": dict(zip(names, self.total, strict=True)), "last_token_usage": dict(zip(names, last, strict=True))}
        yield self.line("response_item", {"type": "message", "content": "words"})
        for _ in range(times):
            yield self.line("event_msg", {"type": "token_count", "info": info})


TIMES = st.sampled_from([1, 1, 1, 2, 3])
TURN = st.tuples(st.sampled_from(["gpt-5.4", "gpt-5.5"]), st.lists(st.tuples(STEP, TIMES), min_size=1, max_size=4))
TURNS = st.lists(TURN, min_size=1, max_size=4)
PLACES = st.lists(st.integers(1, 60), max_size=3)


def body(writer: Writer, turns: Sequence[Any]) -> list[bytes]:
    """Return the lines of some turns."""
    lines: list[bytes] = []
    for model, requests in turns:
        lines += writer.turn(model)
        for step, times in requests:
            lines += writer.request(step, times)
    return lines


TWO_TURNS = (("gpt-5.4", [((1000, 400, 50), 2), ((1500, 900, 70), 1)]), ("gpt-5.5", [((2200, 1400, 30), 1), ((2900, 2200, 60), 3)]))


def whole(turns: Sequence[Any] = TWO_TURNS) -> list[bytes]:
    """Return the log of a session."""
    writer = Writer()
    return [writer.meta(PARENT), *body(writer, turns)]


def fork(parent: Sequence[bytes], turns: Sequence[Any], *, is_dated_anew: bool) -> list[bytes]:
    """Return the log of a session that goes on from another one's, all of which it repeats."""
    writer = Writer(START + timedelta(hours=3))
    head = writer.meta(CHILD, forked_from_id=PARENT)
    copied = [json.loads(each) for each in parent]
    counts = [each["payload"]["info"]["total_token_usage"] for each in copied if each["payload"].get("type") == "token_count"]
    writer.total = list(counts[-1].values())
    again = [writer.line(each["type"], each["payload"]) for each in copied] if is_dated_anew else list(parent)
    return [head, *again, *body(writer, turns)]


def name_of(session: str, mark: str = "") -> str:
    return f"rollout-2026-05-04T09-00-00-{session}{mark}.jsonl"


def put(folder: Path, files: Mapping[str, Sequence[bytes]]) -> list[str]:
    paths = [folder / "sessions" / "2026" / "05" / "04" / name for name in files]
    for path, lines in zip(paths, files.values(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(line + b"\n" for line in lines))
    return [str(path) for path in paths]


def shown(events: Sequence[UsageEvent]) -> Counter[object]:
    """Return everything that a price or a sum depends on."""
    return Counter((each.tokens, each.model, each.session, each.project, each.provider, each.tier) for each in events)


def cut(lines: Sequence[bytes], *places: int) -> list[Sequence[bytes]]:
    edges = [0, *sorted(min(place, len(lines)) for place in places), len(lines)]
    return [lines[start:end] for start, end in pairwise(edges)]


def in_parts(session: str, lines: Sequence[bytes], places: Sequence[int]) -> dict[str, Sequence[bytes]]:
    return {name_of(session, f"-{place}" if place else ""): part for place, part in enumerate(cut(lines, *places))}


@pytest.fixture
def one(tmp_path: Path) -> list[UsageEvent]:
    return book(*map(read_log, put(tmp_path / "one", {name_of(PARENT): whole()})))


@pytest.mark.parametrize("place", range(1, len(whole())))
def test_a_log_cut_in_two_counts_as_one_and_so_does_a_copy_of_its_end(tmp_path: Path, one: list[UsageEvent], place: int) -> None:
    head, tail = cut(whole(), place)
    for number, first in enumerate((head, whole())):
        found = [*map(read_log, put(tmp_path / str(number), {name_of(PARENT): first, name_of(PARENT, "-b"): tail}))]
        for order in permutations(found):
            assert shown(book(*order)) == shown(one)
        assert {prompt.key for each in found for prompt in each.prompts} == {prompt.key for prompt in _prompts(tmp_path)}


@pytest.mark.parametrize("place", range(1, len(whole())))
def test_a_copy_of_the_end_under_any_name_adds_nothing(tmp_path: Path, one: list[UsageEvent], place: int) -> None:
    found = [*map(read_log, put(tmp_path, {name_of(PARENT): whole(), "notes.jsonl": cut(whole(), place)[1]}))]
    for order in permutations(found):
        assert shown(book(*order)) == shown(one)


def test_a_request_told_again_at_another_speed_keeps_its_own(tmp_path: Path) -> None:
    lines = whole()
    tier = Writer(START + timedelta(seconds=7)).line(
        "event_msg", {"type": "thread_settings_applied", "thread_settings": {"service_tier": "fast"}}
    )
    lines.insert(5, tier)
    assert [event.tier for event in book(*map(read_log, put(tmp_path, {name_of(PARENT): lines})))] == ["", "fast", "fast", "fast"]


def _prompts(folder: Path) -> list[Any]:
    return read_log(str(next(folder.glob(f"one/**/{name_of(PARENT)}")))).prompts


@pytest.mark.parametrize("place", range(1, len(whole())))
def test_a_head_that_comes_after_the_rest_tells_what_the_rest_could_not(tmp_path: Path, one: list[UsageEvent], place: int) -> None:
    head, tail = cut(whole(), place)
    (path,) = put(tmp_path / "two", {name_of(PARENT, "-b"): tail})
    alone = read_log(path)
    booked = book(alone, *map(read_log, put(tmp_path / "two", {name_of(PARENT): head})))
    assert len(booked) == len(one)
    assert tokens(booked) == tokens(one)
    assert all(event.model for event in booked)
    assert {event.project for event in booked} <= {event.project for event in one} | {"/home/ada/elsewhere"}


@settings(deadline=None, max_examples=50)
@given(
    turns=TURNS,
    own=TURNS,
    is_dated_anew=st.booleans(),
    places=PLACES,
    child_places=PLACES,
    is_parent_lost=st.booleans(),
    is_whole_kept=st.booleans(),
    chance=st.randoms(use_true_random=False),
)
def test_sessions_and_their_forks_count_the_same_in_parts(
    turns: Sequence[Any],
    own: Sequence[Any],
    is_dated_anew: bool,
    places: list[int],
    child_places: list[int],
    is_parent_lost: bool,
    is_whole_kept: bool,
    chance: Any,
) -> None:
    parent = whole(turns)
    child = fork(parent, own, is_dated_anew=is_dated_anew)
    files = {name_of(CHILD): child} if is_parent_lost else {name_of(PARENT): parent, name_of(CHILD): child}
    parts = {} if is_parent_lost else in_parts(PARENT, parent, places)
    parts |= in_parts(CHILD, child, child_places)
    if is_whole_kept:
        parts[name_of(CHILD)] = child
    with TemporaryDirectory() as folder:
        expected = book(*map(read_log, put(Path(folder, "whole"), files)))
        assert len(expected) == sum(len(requests) for _, requests in (*turns, *own))
        paths = put(Path(folder, "parts"), parts)
        chance.shuffle(paths)
        assert shown(book(*map(read_log, paths))) == shown(expected)


@settings(deadline=None, max_examples=50)
@given(turns=TURNS, places=PLACES, chance=st.randoms(use_true_random=False))
def test_parts_that_come_one_by_one_in_any_order_count_each_request_once(turns: Sequence[Any], places: list[int], chance: Any) -> None:
    lines = whole(turns)
    parts = [*in_parts(PARENT, lines, places).items()]
    chance.shuffle(parts)
    books = Books()
    with TemporaryDirectory() as folder:
        expected = book(*map(read_log, put(Path(folder, "whole"), {name_of(PARENT): lines})))
        for name, part in parts:
            (path,) = put(Path(folder, "parts"), {name: part})
            books.book(read_log(path).events)
    assert len(books.close()) == len(expected)
    assert tokens(books.close()) == tokens(expected)


def test_parts_may_lie_in_another_day_or_in_the_archive(tmp_path: Path, one: list[UsageEvent]) -> None:
    head, tail = cut(whole(), 5)
    for number, (first, second) in enumerate((("05/04", "05/06"), ("05/04", None), (None, "05/04"), (None, None))):
        home = tmp_path / str(number)
        folders = [home / "archived_sessions" if day is None else home / "sessions" / "2026" / day for day in (first, second)]
        for folder, mark, lines in zip(folders, ("", "-b"), (head, tail), strict=True):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name_of(PARENT, mark)).write_bytes(b"\n".join([*lines, b""]))
        assert shown(book(*(read_log(str(path)) for path in home.rglob("*.jsonl")))) == shown(one)


def test_a_name_with_a_session_but_no_day_is_enough_in_one_folder(tmp_path: Path, one: list[UsageEvent]) -> None:
    names = [tmp_path / "sessions" / f"rollout-{PARENT}{mark}.jsonl" for mark in ("", "-b")]
    names[0].parent.mkdir()
    for path, lines in zip(names, cut(whole(), 5), strict=True):
        path.write_bytes(b"\n".join([*lines, b""]))
    assert shown(book(*(read_log(str(path)) for path in names))) == shown(one)


def test_a_part_whose_rest_is_nowhere_counts_for_its_session(tmp_path: Path) -> None:
    _, tail = cut(whole(), 5)
    (tmp_path / name_of(CHILD, "-unfinished")).write_bytes(b'{"timestamp":')
    (tmp_path / name_of(PARENT, "-gone")).symlink_to("nowhere")
    for path in (f"/nowhere/{name_of(PARENT)}", str(tmp_path / name_of(PARENT))):
        events = book(read_lines(tail, path))
        assert {event.session for event in events} == {PARENT}
        assert shown(book(read_lines(whole(), path), read_lines(tail, "renamed.jsonl"))) == shown(book(read_lines(whole())))


def _placed(folder: Path, files: Mapping[str, Sequence[bytes]]) -> list[UsageEvent]:
    found = [*map(read_log, put(folder, files))]
    (totals,) = {(len(events), tokens(events)) for events in (book(*order) for order in permutations(found))}
    assert totals == (len(book(*found)), tokens(book(*found)))
    return book(*found)


FIRST_COUNT = 5
"""So many lines are a whole log up to its first count."""


@pytest.mark.parametrize("place", range(FIRST_COUNT + 1, len(whole())))
def test_parts_with_any_names_count_as_one_log_once_the_first_has_counted(tmp_path: Path, one: list[UsageEvent], place: int) -> None:
    head, tail = cut(whole(), place)
    assert shown(_placed(tmp_path, {"b.jsonl": head, "a.jsonl": tail})) == shown(one)


@pytest.mark.parametrize("places", [(6, 9), (8, 13), (9, 12), (11, 14), (13, 14)])
def test_three_parts_with_any_names_count_as_one_if_each_has_counted(
    tmp_path: Path, one: list[UsageEvent], places: tuple[int, int]
) -> None:
    assert shown(_placed(tmp_path, dict(zip(("b.jsonl", "c.jsonl", "a.jsonl"), cut(whole(), *places), strict=True)))) == shown(one)


def test_a_head_with_another_name_is_found_by_its_end(tmp_path: Path, one: list[UsageEvent]) -> None:
    head, tail = cut(whole(), FIRST_COUNT + 2)
    assert shown(_placed(tmp_path, {"a.jsonl": head, name_of(PARENT): tail})) == shown(one)


def test_a_session_that_began_as_another_one_had_counts_though_its_head_is_lost(tmp_path: Path) -> None:
    head = whole()[:FIRST_COUNT]
    other = body(Writer(START + timedelta(minutes=1)), TWO_TURNS)[FIRST_COUNT - 2 : FIRST_COUNT - 1]
    assert len(_placed(tmp_path, {"a.jsonl": head, "b.jsonl": other})) == 2


def test_a_part_with_another_name_that_goes_on_from_copies_goes_on_from_any(tmp_path: Path, one: list[UsageEvent]) -> None:
    head, tail = cut(whole(), FIRST_COUNT + 1)
    assert shown(_placed(tmp_path, {"b.jsonl": head, "c.jsonl": head, "a.jsonl": tail, "d.jsonl": tail})) == shown(one)


def test_a_part_of_one_request_and_its_copy_are_no_repetition_of_each_other(tmp_path: Path) -> None:
    only = whole()[-1:]
    assert len(_placed(tmp_path, {"a.jsonl": only, "b.jsonl": only})) == 1


def test_a_part_goes_on_from_none_of_different_logs_that_end_alike(tmp_path: Path) -> None:
    head, tail = cut(whole(), FIRST_COUNT)
    other = [Writer(START - timedelta(hours=1)).meta(CHILD), *body(Writer(START - timedelta(hours=1)), TWO_TURNS)][: len(head)]
    events = _placed(tmp_path, {"b.jsonl": head, "c.jsonl": other, "a.jsonl": tail[1:]})
    assert len(events) == 5
    assert {event.session for event in events} == {PARENT, CHILD, "a"}


def test_what_was_told_later_goes_on_from_nothing(tmp_path: Path) -> None:
    head = [Writer(START + timedelta(hours=1)).meta(CHILD), *body(Writer(START + timedelta(hours=1)), TWO_TURNS)][:FIRST_COUNT]
    assert len(_placed(tmp_path, {"b.jsonl": head, "a.jsonl": cut(whole(), FIRST_COUNT + 1)[1]})) == 4


def test_parts_without_times_or_totals_go_on_from_nothing(tmp_path: Path) -> None:
    odd = [
        b'{"type":"event_msg","payload":{"type":"token_count"%s}}' % more for more in (b"", b',"info":null', b',"info":{}', b',"info":[]')
    ]
    timeless = [line.replace(b'"timestamp":"2026', b'"timestamp":"soon') for line in whole()]
    naive = [line.replace(b'Z"', b'"') for line in whole()]
    for number, (head, tail) in enumerate((cut(odd, 2), cut(timeless, FIRST_COUNT), cut(naive, FIRST_COUNT))):
        assert len(_placed(tmp_path / str(number), {"b.jsonl": head, "a.jsonl": tail})) in {0, 4, 5}
