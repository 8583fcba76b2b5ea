"""What Codex's logs hold, booked in the real ledger: in any order, in pieces and over and over."""

import itertools
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from sources.codex_reading import NOW, logs_of, places, read_lines, read_log
from tankful.core.batch import Batch, Checkpoint
from tankful.core.report import By
from tankful.core.usage import Basis, UsageEvent
from tankful.sources import codex_source
from tankful.sources.source import Findings
from tankful.store.ledger import Ledger
from tankful.store.migrations import STEPS

DATA = Path(__file__).parent.parent / "data" / "codex"
CASES: dict[str, dict[str, Any]] = json.loads((DATA / "expected.json").read_text())


def unpriced(_: UsageEvent) -> tuple[None, Basis]:
    return None, Basis.UNPRICED


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path / "ledger.db", lambda: NOW)
    yield opened
    opened.close()


def batch(path: str, found: Findings) -> Batch:
    mark = Checkpoint(path, "codex", 0, 0, 0, 0, 0, 0, passing_over=False, head=b"", tail=b"", fields=None)
    return Batch(mark, tuple(found.events), tuple(found.prompts), tuple(found.problems))


def booked(ledger: Ledger) -> list[tuple[str, int, int]]:
    with ledger.history() as history:
        rows = history.rows((By.MODEL,), None, None, UTC, ())
    return sorted((row.model or "", row.requests, row.tokens.total) for row in rows)


def expected(case: str) -> list[tuple[str, int, int]]:
    events = sorted((event.get("model", "gpt-5.4") or "", sum(event["tokens"][:4])) for event in CASES[case]["events"])
    grouped = itertools.groupby(events, key=lambda event: event[0])
    sums = [(model, [total for _, total in each]) for model, each in grouped]
    return [(model, len(totals), sum(totals)) for model, totals in sums]


@pytest.mark.parametrize("cut", range(1, 9))
def test_records_that_are_read_before_their_counts_give_way_to_them(ledger: Ledger, cut: int) -> None:
    (path, _) = sorted(str(each) for each in (DATA / "records").iterdir())
    lines = Path(path).read_bytes().splitlines()
    for log in (lines[:cut], lines[:cut], lines):
        ledger.record([batch(path, read_lines(log, path))], unpriced)
    assert booked(ledger) == [("gpt-5.4", 3, 7640)]


@pytest.mark.parametrize("cut", range(1, 12))
def test_records_count_from_where_a_session_has_nothing_else(ledger: Ledger, cut: int) -> None:
    (path, _) = sorted(str(each) for each in (DATA / "records-midway").iterdir())
    lines = Path(path).read_bytes().splitlines()
    ledger.record([batch(path, read_lines(lines, path, min(cut, len(lines))))], unpriced)
    assert booked(ledger) == [("gpt-5.4", 6, 25_770)]


@pytest.mark.parametrize("cuts", [(), (4,), (1, 2, 3, 4)])
def test_a_session_that_goes_back_to_counts_alone_loses_none_of_its_records(ledger: Ledger, cuts: tuple[int, ...]) -> None:
    (path, _) = sorted(str(each) for each in (DATA / "records-midway").iterdir())
    lines = Path(path).read_bytes().splitlines()
    only = [*lines[:2], *(line for line in lines if b"resp_304" in line or b"resp_305" in line), lines[3]]
    ledger.record([batch(path, read_lines(only, path, *cuts))], unpriced)
    assert booked(ledger) == [("gpt-5.4", 3, 5030 + 6040 + 2580)]


@pytest.mark.parametrize("cuts", [(), (2,), (3,), (2, 3)])
@pytest.mark.parametrize("has_count", [False, True])
def test_a_record_waits_for_the_name_of_its_model(ledger: Ledger, cuts: tuple[int, ...], has_count: bool) -> None:
    (path, _) = sorted(str(each) for each in (DATA / "records").iterdir())
    head, turn, record, count = Path(path).read_bytes().splitlines()[:4]
    lines = [head, record, turn, *([count] if has_count else [])]
    ledger.record([batch(path, read_lines(lines, path, *cuts))], unpriced)
    assert booked(ledger) == [("gpt-5.4", 1, 1050)]


def test_what_an_earlier_version_read_of_records_is_read_again(ledger: Ledger) -> None:
    (path, _) = sorted(str(each) for each in (DATA / "records-midway").iterdir())
    found = read_log(path)
    old = Findings([event._replace(keys=(number,), second_hand=2) for number, event in enumerate(found.events[3:5], 1)])
    other = batch("another.jsonl", Findings())
    ledger.record([batch(path, old), other._replace(checkpoint=other.checkpoint._replace(source="claude-code"))], unpriced)
    (step,) = (step for step in STEPS if "source = 'codex'" in step)
    with closing(sqlite3.connect(ledger.path)) as connection:
        connection.executescript(step)
    assert ledger.checkpoint(path) is None
    assert ledger.checkpoint("another.jsonl") is not None
    ledger.record([batch(path, found)], unpriced)
    assert booked(ledger) == [("gpt-5.4", 6, 25_770)]


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    "case",
    [
        "ends-copied",
        "fork",
        "siblings-without-parent",
        "spawned-without-parent",
        "records",
        "records-midway",
        "capture-with-log",
        "late-model",
        "nameless-copies",
        "written-twice",
        "twins",
    ],
)
def test_the_ledger_books_each_request_once(ledger: Ledger, case: str, backwards: bool) -> None:
    single = DATA / f"{case}.jsonl"
    roots = codex_source.SOURCE.roots(places(DATA / "nobody", None, DATA / case))
    paths = [str(single)] if single.is_file() else logs_of(roots)
    for path in (*(reversed(paths) if backwards else paths), *paths):
        ledger.record([batch(path, read_log(path))], unpriced)
    assert booked(ledger) == expected(case)
