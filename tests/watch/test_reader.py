"""What is new in a file is read once, whatever happens to the file and whatever it holds."""

import os
import tracemalloc
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tankful.core.batch import Batch, Checkpoint
from tankful.core.parsing import LONGEST_LINE, FileTimes, Findings
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage, UsageEvent
from tankful.watch import reader
from tankful.watch.reader import read
from tankful.watch.record import Record

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Lines:
    """A parser that makes an event of each line that is not empty, and remembers how many there were."""

    def __init__(self, fields: bytes | None, seen: list[tuple[int, bytes]]) -> None:
        self.count = 0 if fields is None else int(fields)
        self._seen = seen

    def read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        for number, line in enumerate(lines, first_line):
            self._seen.append((number, line))
            if line.strip():
                self.count += 1
                found.events.append(
                    UsageEvent("agent", (self.count,), times.modified, TokenUsage(1), session=line.decode("utf-8", "replace"))
                )

    def fields(self) -> bytes:
        return b"%d" % self.count


class Log:
    """One file, read on and on as the program does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.mark: Checkpoint | None = None
        self.seen: list[tuple[int, bytes]] = []
        self.batches: list[Batch] = []

    def append(self, content: bytes) -> None:
        with self.path.open("ab") as file:
            file.write(content)

    def _parser(self, fields: bytes | None) -> Lines:
        return Lines(fields, self.seen)

    def read(self, longest_line: int = LONGEST_LINE, *, checks_text: bool = True) -> list[str]:
        """Read what is new and return the lines that hold something."""
        found: list[str] = []
        self.seen.clear()
        record = Record(str(self.path), "agent", self.mark, self._parser, NOW, checks_text, longest_line)
        self.batches = list(read(record))
        for batch in self.batches:
            self.mark = batch.checkpoint
            found += [event.session for event in batch.events]
        return found

    @property
    def flaws(self) -> list[tuple[Flaw, int]]:
        return [(problem.flaw, problem.line) for batch in self.batches for problem in batch.problems]


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "log.jsonl")


def test_a_file_that_is_not_there_says_nothing(log: Log) -> None:
    assert log.read() == []
    assert log.batches == []


def test_only_what_was_appended_is_read(log: Log) -> None:
    log.append(b"one\ntwo\n")
    assert log.read() == ["one", "two"]
    assert log.read() == []
    log.append(b"three\n")
    assert log.read() == ["three"]
    assert log.seen == [(3, b"three")]


def test_half_a_line_waits_for_its_other_half(log: Log) -> None:
    log.append(b'one\n{"a":')
    assert log.read() == ["one"]
    log.append(b'"}"')
    assert log.read() == []
    log.append(b"}\n")
    assert log.read() == ['{"a":"}"}']
    assert log.seen == [(2, b'{"a":"}"}')]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_last_line_without_its_end_counts_once_it_is_whole(log: Log, end: bytes) -> None:
    log.append(b'{"a":1}' + end[:-1])
    assert [line.strip() for line in log.read()] == ['{"a":1}']
    log.append(end[-1:] + b'{"b":2}\n')
    assert log.read() == ['{"b":2}']
    assert log.seen[-1] == (2, b'{"b":2}')


def test_an_object_with_bad_text_at_the_end_of_a_file_is_no_whole_line_yet(log: Log) -> None:
    log.append(b'{"a":"\xff"}x}')
    assert log.read() == []


@pytest.mark.parametrize("content", [b"\0\0\0\n", b"\xff\xfe\n", b"\n\n\n", b"\r\n"])
def test_strange_bytes_are_the_parsers_affair(log: Log, content: bytes) -> None:
    log.append(content + b"one\n")
    assert log.read()[-1] == "one"
    assert b"\n".join(line for _, line in log.seen) + b"\n" == content + b"one\n"


def test_a_file_that_shrank_is_read_anew(log: Log) -> None:
    log.append(b"one\ntwo\n")
    log.read()
    log.path.write_bytes(b"new\n")
    assert log.read() == ["new"]
    assert log.seen == [(1, b"new")]


def test_a_file_rewritten_in_place_is_read_anew(log: Log) -> None:
    log.append(b"one\ntwo\n")
    log.read()
    log.path.write_bytes(b"ONE\nTWO\nthree\n")
    assert log.read() == ["ONE", "TWO", "three"]


def test_a_file_rewritten_at_the_same_length_is_read_anew(log: Log) -> None:
    middle = b"x" * 5000 + b"\n"
    log.append(b"one\n" + middle + b"two\n")
    log.read()
    log.path.write_bytes(b"one\n" + middle.upper() + b"two\n")
    status = log.path.stat()
    os.utime(log.path, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000_000))
    assert len(log.read()) == 3


def test_a_file_put_in_anothers_place_is_read_anew(log: Log) -> None:
    log.append(b"one\ntwo\n")
    log.read()
    other = log.path.with_name("other")
    other.write_bytes(b"one\ntwo\nthree\n")
    other.replace(log.path)
    assert log.read() == ["one", "two", "three"]


def test_a_renamed_file_goes_on_where_it_was_if_its_checkpoint_comes_along(log: Log) -> None:
    log.append(b"one\n")
    log.read()
    log.path = log.path.rename(log.path.with_name("renamed"))
    log.append(b"two\n")
    assert log.read() == ["two"]


def test_a_copy_is_a_file_of_its_own(log: Log) -> None:
    log.append(b"one\n")
    log.read()
    copy = Log(log.path.with_name("copy"))
    copy.append(log.path.read_bytes())
    assert copy.read() == ["one"]


def test_a_line_too_long_to_be_a_response_is_passed_over_in_bounded_memory(log: Log) -> None:
    with log.path.open("wb") as file:
        file.write(b"one\n{")
        file.seek(200 * 1024 * 1024, os.SEEK_CUR)  # a hole: read as zeros, and no room taken on the disk
        file.write(b"}\ntwo\n")
    tracemalloc.start()
    try:
        assert log.read() == ["one", "two"]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5 * LONGEST_LINE
    assert log.flaws == [(Flaw.LONG_LINE, 2)]
    assert log.seen[-1] == (3, b"two")
    assert log.read() == []


def test_a_line_that_is_still_growing_too_long_is_passed_over_from_where_it_was_left(log: Log) -> None:
    log.append(b"{" + b" " * (LONGEST_LINE + reader.CHUNK))
    assert log.read() == []
    assert log.flaws == [(Flaw.LONG_LINE, 1)]
    log.append(b"more")
    assert log.read() == []
    log.append(b"}\ntwo\n")
    assert log.read() == ["two"]
    assert log.seen == [(2, b"two")]


@pytest.mark.parametrize("checked", [True, False])
def test_lines_that_are_no_text_are_named_unless_a_backlog_is_read(log: Log, checked: bool) -> None:
    log.append(b"one\n\xff\nna\xc3\xafve\n\xc3\n{}\nhalf \xe2\x86")
    log.read(checks_text=checked)
    assert log.flaws == ([(Flaw.BAD_TEXT, 2), (Flaw.BAD_TEXT, 4)] if checked else [])
    log.append(b"\x92\n")
    log.read(checks_text=checked)
    assert log.flaws == []


def test_where_a_line_may_hold_a_whole_session_it_may_be_longer(log: Log) -> None:
    session = b"{" + b" " * (LONGEST_LINE + reader.CHUNK) + b"}"
    log.append(b"one\n" + session + b"\ntwo")
    assert log.read(2 * LONGEST_LINE) == ["one", session.decode()]
    log.append(b"\n" + session)
    assert log.read(2 * LONGEST_LINE) == ["two", session.decode()]
    assert log.flaws == []


def test_a_long_snapshot_of_files_is_no_flaw(log: Log) -> None:
    log.append(b'{"type":"file-history-snapshot"' + b" " * (LONGEST_LINE + reader.CHUNK) + b"}\ntwo\n")
    assert log.read() == ["two"]
    assert log.flaws == []


def test_many_events_come_in_several_batches_each_with_its_own_checkpoint(log: Log) -> None:
    line = b"x" * 60 + b"\n"
    log.append(line * 12_000)
    assert len(log.read()) == 12_000
    assert len(log.batches) > 2
    offsets = [batch.checkpoint.offset for batch in log.batches]
    assert offsets == sorted(set(offsets))
    assert offsets[-1] == 12_000 * len(line)


def test_what_is_no_regular_file_is_said_and_not_waited_for(log: Log) -> None:
    os.mkfifo(log.path)
    assert log.read() == []
    assert log.flaws == [(Flaw.NOT_A_FILE, 0)]


def test_a_folder_in_a_logs_place_is_said(log: Log) -> None:
    log.path.mkdir()
    assert log.read() == []
    assert log.flaws == [(Flaw.NOT_A_FILE, 0)]


def test_links_in_a_loop_are_said_and_keep_the_checkpoint(log: Log) -> None:
    log.append(b"one\n")
    log.read()
    before = log.mark
    log.path.unlink()
    log.path.symlink_to(log.path)
    assert log.read() == []
    assert log.flaws == [(Flaw.UNREADABLE, 0)]
    assert log.mark == before


def test_a_read_that_fails_midway_is_said() -> None:
    memory = Path("/proc/self/mem")
    if not memory.exists():
        pytest.skip("no file at hand that opens and does not read")
    found = list(read(Record(str(memory), "agent", None, lambda fields: Lines(fields, []), NOW)))
    assert [problem.flaw for batch in found for problem in batch.problems] == [Flaw.UNREADABLE]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(lines=st.lists(st.binary(max_size=30).map(lambda raw: raw.replace(b"\n", b"")), max_size=20), data=st.data())
def test_however_a_file_grows_every_line_is_seen_once(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], data: st.DataObject
) -> None:
    log = Log(tmp_path_factory.mktemp("growing") / "log")
    content = b"".join(line + b"\n" for line in lines)
    seen: list[tuple[int, bytes]] = []
    start = 0
    for cut in [*sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=6))), len(content)]:
        log.append(content[start:cut])
        start = cut
        log.read()
        seen += log.seen
    # A last line that was whole without its end is followed by what is left of it once the end comes: nothing.
    first_sight: dict[int, bytes] = {}
    for number, line in seen:
        assert first_sight.setdefault(number, line) == line or line == b""
    assert list(first_sight.items()) == list(enumerate(lines, 1))


def test_a_parser_goes_on_from_its_own_fields(log: Log) -> None:
    made: list[bytes | None] = []

    def parser(fields: bytes | None) -> Lines:
        made.append(fields)
        return Lines(fields, [])

    def go(mark: Checkpoint | None, make: Callable[[bytes | None], Lines]) -> Checkpoint:
        *_, last = read(Record(str(log.path), "agent", mark, make, NOW))
        return last.checkpoint

    log.append(b"one\ntwo\n")
    mark = go(None, parser)
    log.append(b"three\n")
    assert go(mark, parser).fields == b"3"
    assert made == [None, b"2"]
