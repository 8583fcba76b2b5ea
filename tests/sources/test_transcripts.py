"""A transcript is read on from where it was left, line by whole line."""

import os
from datetime import UTC, datetime
from pathlib import Path

from tankful.sources.transcripts import Heard, new_lines


def test_each_whole_line_is_read_once(tmp_path: Path) -> None:
    file, heard = tmp_path / "t.jsonl", Heard()
    file.write_bytes(b"one\ntwo\nthr")
    assert list(new_lines(file, heard)) == [b"one\n", b"two\n"]
    assert list(new_lines(file, heard)) == []
    file.write_bytes(b"one\ntwo\nthree\n")
    assert list(new_lines(file, heard)) == [b"three\n"]


def test_one_that_was_begun_anew_is_read_from_its_start(tmp_path: Path) -> None:
    file, heard = tmp_path / "t.jsonl", Heard()
    file.write_bytes(b"one\ntwo\n")
    assert len(list(new_lines(file, heard))) == 2
    heard.hear(datetime(2026, 10, 1, tzinfo=UTC))
    file.write_bytes(b"new\n")
    assert list(new_lines(file, heard)) == [b"new\n"]
    assert heard.times() == []


def test_a_line_longer_than_any_message_is_passed_over(tmp_path: Path) -> None:
    file, heard = tmp_path / "t.jsonl", Heard()
    file.write_bytes(b"one\n" + b"x" * (9 * 1024 * 1024) + b"\ntwo\n")
    assert list(new_lines(file, heard)) == [b"one\n", b"two\n"]


def test_nothing_is_read_where_there_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "none", tmp_path, tmp_path / "pipe", tmp_path / "a\0b"):
        assert list(new_lines(path, Heard())) == []


def test_a_checkpoint_keeps_the_latest_times_only() -> None:
    heard = Heard()
    for second in range(2000):
        heard.hear(datetime.fromtimestamp(1790000000 + second, UTC))
    kept = heard.bounded()
    assert (len(kept.responses), kept.times()[-1]) == (1000, heard.times()[-1])
