"""A record that is one JSON value is read whole each time it has changed."""

from datetime import UTC, datetime
from pathlib import Path

from tankful.core.batch import Batch
from tankful.core.parsing import LONGEST_DOCUMENT, FileTimes, Findings, Form, form_of
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage, UsageEvent
from tankful.watch.reader import read
from tankful.watch.record import Record

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Whole:
    """A parser that makes one event of the whole, and counts how often it was asked."""

    def __init__(self, fields: bytes | None) -> None:
        self.times = 0 if fields is None else int(fields)

    def read_document(self, content: bytes, times: FileTimes, found: Findings) -> None:
        self.times += 1
        found.events.append(UsageEvent("agent", (1,), times.modified, TokenUsage(len(content))))

    def fields(self) -> bytes:
        return b"%d" % self.times


def read_all(path: Path, before: Batch | None = None) -> list[Batch]:
    return list(read(Record(str(path), "agent", None if before is None else before.checkpoint, Whole, NOW)))


def test_the_name_says_how_a_record_is_written() -> None:
    assert form_of("/a/b.json") is Form.DOCUMENT
    assert [form_of(f"/a/b{end}") for end in (".db", ".sqlite", ".sqlite3", ".vscdb")] == [Form.STORE] * 4
    assert form_of("/a/b.pb") is Form.SEALED
    assert [form_of(f"/a/b{end}") for end in (".jsonl", ".md", "", ".jsonl.deleted.1")] == [Form.LINES] * 4


def test_it_is_read_anew_with_what_the_parser_kept(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    path.write_text("{}")
    (first,) = read_all(path)
    assert (first.events[0].tokens.input, first.checkpoint.fields, first.checkpoint.size) == (2, b"1", 2)
    path.write_text('{"a": 1}')
    (second,) = read_all(path, first)
    assert (second.events[0].tokens.input, second.checkpoint.fields) == (8, b"2")


def test_an_empty_one_is_about_to_be_written(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    path.write_text(" \n")
    (batch,) = read_all(path)
    assert (batch.events, batch.problems, batch.checkpoint.fields) == ((), (), None)


def test_one_beyond_all_reason_is_said_and_not_held(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    with path.open("wb") as file:
        file.truncate(LONGEST_DOCUMENT + 1)
    (batch,) = read_all(path)
    assert [problem.flaw for problem in batch.problems] == [Flaw.LONG_FILE]
    assert batch.checkpoint.size == LONGEST_DOCUMENT + 1


def test_what_is_not_there_says_nothing_and_what_is_no_file_is_said(tmp_path: Path) -> None:
    assert read_all(tmp_path / "session.json") == []
    (tmp_path / "folder.json").mkdir()
    (batch,) = read_all(tmp_path / "folder.json")
    assert [problem.flaw for problem in batch.problems] == [Flaw.NOT_A_FILE]
