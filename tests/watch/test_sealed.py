"""An encrypted record tells that it has changed, and no more of it is read than shows that."""

import os
from datetime import UTC, datetime
from pathlib import Path

from tankful.core.batch import Batch
from tankful.core.parsing import FileTimes, Findings
from tankful.core.problems import Flaw
from tankful.core.usage import Prompt
from tankful.watch.reader import read
from tankful.watch.record import Record

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WRITTEN = datetime(2026, 11, 20, 11, tzinfo=UTC)


class Prints:
    """A parser that keeps what it was told."""

    def __init__(self, fields: bytes | None) -> None:
        self.last = b"" if fields is None else fields

    def note(self, print_of: int, times: FileTimes, found: Findings) -> None:
        self.last = str(print_of).encode()
        found.prompts.append(Prompt("agent", print_of, times.modified, ""))

    def fields(self) -> bytes:
        return self.last


def read_all(path: Path, before: Batch | None = None) -> Batch:
    (batch,) = read(Record(str(path), "agent", None if before is None else before.checkpoint, Prints, NOW))
    return batch


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    os.utime(path, (WRITTEN.timestamp(), WRITTEN.timestamp()))
    return path


def test_it_is_known_by_its_beginning_and_its_size(tmp_path: Path) -> None:
    noise = bytes(range(256)) * 20
    contents = (noise, noise, b"x" + noise[1:], noise + b"x", noise[:-1] + b"x")
    seen = [read_all(written(tmp_path / f"{number}.pb", content)).prompts[0] for number, content in enumerate(contents)]
    assert [prompt.key == seen[0].key for prompt in seen] == [True, True, False, False, True]
    assert {prompt.at for prompt in seen} == {WRITTEN}
    assert all(0 <= prompt.key < 1 << 63 for prompt in seen)


def test_what_the_parser_kept_goes_on_and_an_empty_file_tells_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "talk.pb", b"sealed")
    first = read_all(path)
    assert (first.checkpoint.fields, first.checkpoint.size) == (str(first.prompts[0].key).encode(), 6)
    empty = read_all(written(path, b""), first)
    assert (empty.prompts, empty.checkpoint.fields, empty.checkpoint.size) == ((), first.checkpoint.fields, 0)
    assert read_all(written(path, b"")).checkpoint.size == 0


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "talk.pb").mkdir()
    (problem,) = read_all(tmp_path / "talk.pb").problems
    assert problem.flaw in {Flaw.NOT_A_FILE, Flaw.UNREADABLE}
    assert list(read(Record(str(tmp_path / "gone.pb"), "agent", None, Prints, NOW))) == []
