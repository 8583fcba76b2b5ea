"""What holds of every source: a new one with records in `tests/data/<id>/home` is held to all of it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.recorded_home import CASES, DATA, NOW, RecordedHome, opened
from tankful.core.health import Condition
from tankful.core.parsing import Form
from tankful.sources.registry import SOURCES
from tankful.sources.source import Log
from tankful.watch.reader import read
from tankful.watch.record import Record

ODD = ("-1", "1e400", "99999999999999999999", "null", '"many"', "[]", "{}", "true", "0.5", '"\\ud83d"', "")
"""What may stand in the place of a number."""


@pytest.fixture(params=CASES)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RecordedHome]:
    yield from opened(request.param, tmp_path)


def test_every_source_has_records_of_its_own() -> None:
    assert [source.id for source in SOURCES if not (DATA / source.id).is_dir()] == []


def test_the_records_give_what_is_expected(home: RecordedHome) -> None:
    booked, expected = home.booked(), home.expected
    assert [_public(row) for row in booked.rows] == _expected(expected)
    assert booked.prompts == expected.get("prompts", 0)
    for name in ("sessions", "projects"):
        if name in expected:
            named: list[str] = expected[name]
            assert getattr(booked, name) == sorted(each for each in named if each)
    assert booked.flaws == sorted(set(expected.get("flaws", ())))


def _expected(expected: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [row | {"model": row["model"] or ""} for row in expected["rows"]]
    return sorted(rows, key=lambda row: (row["day"], row["model"]))


def _public(row: dict[str, Any]) -> dict[str, Any]:
    nano = row["nano"]
    known = None if nano is None else f"{Decimal(nano).scaleb(-9).normalize():f}"
    return {"day": row["day"], "model": row["model"], "requests": row["requests"], "tokens": row["tokens"], "recorded_usd": known}


def test_reading_again_what_was_written_anew_adds_nothing(home: RecordedHome) -> None:
    first = home.booked()
    for path in home.records(Form.LINES, Form.DOCUMENT):
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)
    for path in home.records(Form.STORE):
        with closing(sqlite3.connect(path)) as store:
            store.execute("VACUUM")
    home.age()
    for path in home.records():
        os.utime(path)
    again = home.booked()
    assert (again.rows, again.prompts) == (first.rows, first.prompts)


def test_lines_that_come_one_by_one_give_the_same(home: RecordedHome) -> None:
    for log in home.records(Form.LINES):
        lines = log.read_bytes().splitlines(keepends=True)
        log.write_bytes(b"")
        for line in lines:
            with log.open("ab") as file:
                file.write(line)
            home.booked()
    home.age()
    assert [_tallied(_public(row)) for row in home.booked().rows] == [_tallied(row) for row in _expected(home.expected)]


def _tallied(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("model", "requests", "tokens", "recorded_usd")}


@pytest.mark.parametrize("backwards", [False, True])
def test_records_that_appear_one_after_the_other_give_the_same_in_whatever_order(
    home: RecordedHome, tmp_path: Path, backwards: bool
) -> None:
    aside = {path: tmp_path / f"aside-{number}" for number, path in enumerate(home.records())}
    for path, hidden in aside.items():
        path.rename(hidden)
    for path in sorted(aside, reverse=backwards):
        aside[path].rename(path)
        home.booked()
    booked, expected = home.booked(), home.expected
    assert [_tallied(_public(row)) for row in booked.rows] == [_tallied(row) for row in _expected(expected)]
    assert booked.prompts == expected.get("prompts", 0)


@pytest.mark.parametrize("fields", [b"\xc1", b"\x93\x01\x02\x03", b"\x93\x01"])
def test_a_state_of_another_make_is_a_fresh_start(home: RecordedHome, fields: bytes) -> None:
    for path in home.records():
        log = Log(home.agent, str(path))
        assert home.source.parser(log, fields).fields() == home.source.parser(log, None).fields()


def test_a_copy_adds_nothing(home: RecordedHome) -> None:
    first = home.booked()
    for path in home.records():
        path.with_name(f"copy-{path.name}").write_bytes(path.read_bytes())
    again = home.booked()
    assert again.sums == first.sums
    assert again.prompts == first.prompts


def test_halves_of_a_log_give_as_much_as_the_whole(home: RecordedHome) -> None:
    if not home.expected.get("split", True):
        assert home.expected["why"]
        return
    whole = home.booked().sums
    for log in home.records(Form.LINES):
        if not home.takes(log.with_name(f"half-{log.name}")):
            continue  # the agent gives all its logs the same name: there can be no second one in the folder
        if log.name in home.expected.get("whole", {}):
            continue  # said there with its reason
        lines = log.read_bytes().splitlines(keepends=True)
        for cut in range(1, len(lines)):
            with TemporaryDirectory() as folder:
                for halved in opened(home.agent, Path(folder)):
                    there = halved.home / log.relative_to(home.home)
                    there.write_bytes(b"".join(lines[:cut]))
                    there.with_name(f"half-{there.name}").write_bytes(b"".join(lines[cut:]))
                    assert halved.booked().sums == whole, f"cut before line {cut + 1}"


@pytest.mark.parametrize("agent", CASES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_in_the_records_nothing_is_raised_or_negative(agent: str, tmp_path: Path, data: st.DataObject) -> None:
    with TemporaryDirectory(dir=tmp_path) as folder:
        for home in opened(agent, Path(folder)):
            records = home.records()
            path = data.draw(st.sampled_from(records))
            content = _mangled(path.read_bytes(), data)
            path.write_bytes(content)
            parser = partial(home.source.parser, Log(agent, str(path)))
            for batch in read(Record(str(path), agent, None, parser, NOW)):
                for event in batch.events:
                    assert min(event.tokens) >= 0
                    assert event.at.tzinfo is not None
                    assert event.agent == agent
                    assert event.keys
                    "".join((event.model or "", event.session, event.project, event.provider, event.route)).encode()
                for total in batch.totals:
                    assert min(total.tokens) >= 0
                    assert total.at.tzinfo is not None
                assert all(prompt.agent == agent for prompt in batch.prompts)


def _mangled(content: bytes, data: st.DataObject) -> bytes:
    """Cut something out, put something in, or replace a number or a text by something odd."""
    place = data.draw(st.integers(0, len(content)))
    match data.draw(st.integers(0, 3)):
        case 0:
            return content[:place]
        case 1:
            return content[:place] + data.draw(st.binary(min_size=1, max_size=20)) + content[place:]
        case 2:
            return content[:place] + content[place + data.draw(st.integers(1, 50)) :]
        case _:
            start = content.find(b":", place)
            end = min((at for at in (content.find(mark, start) for mark in (b",", b"}", b"\n")) if at > 0), default=len(content))
            return content if start < 0 else content[: start + 1] + data.draw(st.sampled_from(ODD)).encode() + content[end:]


@pytest.mark.parametrize("shape", ["empty", "noise", "pipe", "folder", "loop", "dangling", "locked", "other tables"])
def test_what_is_no_record_is_said_and_holds_up_nothing(home: RecordedHome, shape: str) -> None:
    records = home.records(*([Form.STORE] if shape in {"locked", "other tables"} else []))
    if not records:
        return
    path = records[0]
    match shape:
        case "empty":
            path.write_bytes(b"")
        case "noise":
            path.write_bytes(bytes(range(256)) * 40)
        case "pipe":
            path.unlink()
            os.mkfifo(path)
        case "folder":
            path.unlink()
            path.mkdir()
        case "loop":
            path.unlink()
            path.symlink_to(path)
        case "dangling":
            path.unlink()
            path.symlink_to("nowhere")
        case "other tables":
            path.unlink()
            with closing(sqlite3.connect(path)) as store:
                store.execute("CREATE TABLE something (else_ TEXT)")
        case _:
            with closing(sqlite3.connect(path, isolation_level=None)) as store:
                store.execute("PRAGMA journal_mode = DELETE")
                store.execute("BEGIN EXCLUSIVE")
                home.booked()
            home.booked()
            return
    home.booked()
    (feed,) = home.reading.feeds()
    assert feed.condition in Condition
