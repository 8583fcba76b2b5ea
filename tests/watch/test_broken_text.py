"""Lines whose text is no UTF-8 are found, whatever else a file holds."""

from pathlib import Path

from tankful.core.parsing import LONGEST_LINE
from tankful.watch.broken_text import broken_lines


def written(folder: Path, content: bytes) -> str:
    log = folder / "log.jsonl"
    log.write_bytes(content)
    return str(log)


def test_lines_are_counted_from_one_and_one_still_being_written_is_none(tmp_path: Path) -> None:
    assert [*broken_lines(written(tmp_path, b"\xff\nplain\nna\xc3\xafve\n\xc3\n\nhalf \xe2\x86"))] == [1, 4]


def test_a_line_too_long_to_be_read_is_not_looked_into(tmp_path: Path) -> None:
    long = b"\xc3\xa9" * (LONGEST_LINE // 2)
    assert [*broken_lines(written(tmp_path, b"x" + long + b"\xff\n\xff\n" + long + b"\xff"))] == [2]


def test_what_is_not_there_or_no_file_has_no_lines(tmp_path: Path) -> None:
    assert [*broken_lines(str(tmp_path / "gone.jsonl"))] == []
    assert [*broken_lines(str(tmp_path))] == []
