"""A text is copied by whatever program the desktop has for it."""

import sys
from pathlib import Path

import pytest

from tankful.system.clipboard import copied

_PROGRAM = """#!{python}
import pathlib, sys
pathlib.Path({into!r}).write_bytes(sys.stdin.buffer.read())
sys.exit({code})
"""


def program(folder: Path, name: str, into: Path, code: int = 0) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(_PROGRAM.format(python=sys.executable, into=str(into), code=code))
    path.chmod(0o755)


@pytest.mark.parametrize(("name", "display"), [("wl-copy", "WAYLAND_DISPLAY"), ("xclip", "DISPLAY"), ("xsel", "DISPLAY")])
def test_the_desktops_own_program_gets_the_text(tmp_path: Path, name: str, display: str) -> None:
    program(tmp_path / "bin", name, tmp_path / "copied")
    assert copied("Ünicode\n", {"PATH": str(tmp_path / "bin"), display: ":1"})
    assert (tmp_path / "copied").read_text() == "Ünicode\n"


def test_one_that_fails_leaves_it_to_the_next(tmp_path: Path) -> None:
    program(tmp_path / "bin", "xclip", tmp_path / "first", code=1)
    program(tmp_path / "bin", "xsel", tmp_path / "second")
    assert copied("text", {"PATH": str(tmp_path / "bin"), "DISPLAY": ":1"})
    assert (tmp_path / "second").read_text() == "text"


def test_without_a_desktop_or_a_program_nothing_is_copied(tmp_path: Path) -> None:
    program(tmp_path / "bin", "xclip", tmp_path / "copied")
    assert not copied("text", {"PATH": str(tmp_path / "bin")})
    assert not copied("text", {"PATH": str(tmp_path), "DISPLAY": ":1"})
