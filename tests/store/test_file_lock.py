import subprocess
import sys
from pathlib import Path

import pytest

from tankful.store.file_lock import FileLock

HOLDER = """
import sys
from pathlib import Path
from tankful.store.file_lock import FileLock
lock = FileLock(Path(sys.argv[1]))
print(lock.try_take(), flush=True)
sys.stdin.read()
"""


def test_one_at_a_time_holds_it(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "new" / "a.lock"), FileLock(tmp_path / "new" / "a.lock")
    assert first.try_take()
    assert not second.try_take()
    first.give_back()
    assert second.try_take()
    second.give_back()
    second.give_back()


def test_a_program_that_dies_gives_it_back(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with subprocess.Popen([sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        lock = FileLock(path)
        assert not lock.try_take()
        other.kill()
        other.wait()
        assert lock.try_take()
        lock.give_back()


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        FileLock(tmp_path / "file" / "a.lock").try_take()
