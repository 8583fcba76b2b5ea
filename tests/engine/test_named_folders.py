"""Which of the folders in the settings can be looked into is told, and why others cannot."""

import os
from pathlib import Path

import pytest

from tankful.engine.named_folders import HOMELESS, IMPOSSIBLE, RELATIVE, folder_named, why_passed_over


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("", RELATIVE),
        ("logs/of/mine", RELATIVE),
        ("~nobody-of-that-name/x", HOMELESS),
        ("/a\0b", IMPOSSIBLE),
        ("/\ud800", IMPOSSIBLE),
        ("/" + "d" * 9000, IMPOSSIBLE),
    ],
)
def test_what_can_be_no_folder_is_not_looked_for(named: str, why: str) -> None:
    assert why_passed_over(named) == why
    assert folder_named(named) is None


def test_what_may_become_a_folder_is_watched_for(tmp_path: Path) -> None:
    file, gone, loop = tmp_path / "file", tmp_path / "gone", tmp_path / "loop"
    file.write_text("")
    loop.symlink_to(loop)
    assert why_passed_over(str(tmp_path)) == ""
    assert why_passed_over("~") == ""
    assert why_passed_over(str(gone)) == "is not there"
    assert why_passed_over(str(file)) == "is a file; name the folder that it is in"
    assert why_passed_over(str(file / "below")) == "is not there"
    assert why_passed_over(str(loop)) == f"cannot be read ({os.strerror(40)})"
    assert [folder_named(str(each)) for each in (tmp_path, gone, file, loop)] == [tmp_path, gone, file, loop]
