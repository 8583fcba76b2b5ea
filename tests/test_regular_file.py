"""What lies in the place of a file of ours may be anything; it never holds us up."""

import os
from pathlib import Path

import pytest

from tankful.regular_file import content_of, is_odd, odd_at, opened
from tankful.store.glance import quarters_since

pipes = pytest.mark.skipif(os.name == "nt", reason="there are no named pipes among the files of this system")


def test_a_file_gives_what_it_holds_or_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"words")
    link = tmp_path / "link"
    link.symlink_to(path)
    assert (content_of(path), content_of(str(link)), content_of(path, 2)) == (b"words", b"words", b"wo")
    assert not is_odd(path)
    assert not is_odd(link)


@pipes
@pytest.mark.parametrize("is_linked", [False, True])
def test_a_pipe_is_refused_at_once(tmp_path: Path, is_linked: bool) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    if is_linked:
        path = path.rename(tmp_path / "elsewhere")
        path = tmp_path / "link"
        path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="it is no regular file"):
        content_of(path)
    assert is_odd(path)
    assert quarters_since(str(path), 0) is None


def test_what_is_missing_or_a_folder_is_refused_as_ever(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        content_of(tmp_path / "none")
    with pytest.raises(OSError):  # noqa: PT011 - each system has its own kind
        content_of(tmp_path)
    assert not is_odd(tmp_path / "none")
    assert not is_odd("\0")
    assert not is_odd(tmp_path)
    assert is_odd(tmp_path, may_be_folder=False)


@pipes
@pytest.mark.parametrize("ending", ["", "-journal", "-wal", "-shm"])
def test_what_a_database_would_wait_for_is_found(tmp_path: Path, ending: str) -> None:
    database = tmp_path / "some.db"
    assert odd_at(database) == ""
    os.mkfifo(f"{database}{ending}")
    assert odd_at(database) == f"{database}{ending}"
    assert quarters_since(str(database), 0) is None


@pipes
def test_a_pipe_that_somebody_listens_to_is_not_written_into(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(OSError, match="it is no regular file"):
        opened(str(path), os.O_WRONLY)
    os.close(reader)
