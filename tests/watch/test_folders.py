"""Every log below a folder is found, whatever lies in the way."""

import os
from pathlib import Path

import pytest

from tankful.watch.folders import Walk


def put(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def found(walk: Walk) -> list[str]:
    return sorted(str(Path(each.path).relative_to(walk.root)) for each in walk.files())


def test_files_with_the_suffix_are_found_at_any_depth_with_what_a_glance_shows(tmp_path: Path) -> None:
    deep = put(tmp_path / "a" / "b" / "c.jsonl", b"12345")
    put(tmp_path / "a" / "b" / "c.json")
    put(tmp_path / "top.jsonl")
    walk = Walk(str(tmp_path), ".jsonl")
    assert found(walk) == ["a/b/c.jsonl", "top.jsonl"]
    [glance] = [each for each in Walk(str(tmp_path), ".jsonl").files() if each.path == str(deep)]
    status = deep.stat()
    assert (glance.device, glance.inode, glance.size, glance.modified_ns) == (status.st_dev, status.st_ino, 5, status.st_mtime_ns)
    assert (walk.folders, walk.refused) == (3, [])


def test_a_folder_that_is_not_there_or_is_a_file_holds_nothing(tmp_path: Path) -> None:
    for root in (tmp_path / "none", put(tmp_path / "file.jsonl")):
        walk = Walk(str(root), ".jsonl")
        assert (found(walk), walk.refused) == ([], [])


def test_links_are_followed_and_loops_are_entered_once(tmp_path: Path) -> None:
    put(tmp_path / "real" / "one.jsonl")
    (tmp_path / "real" / "loop").symlink_to(tmp_path)
    (tmp_path / "second").symlink_to(tmp_path / "real")
    (tmp_path / "file.jsonl").symlink_to(tmp_path / "real" / "one.jsonl")
    (tmp_path / "nowhere.jsonl").symlink_to(tmp_path / "gone")
    walk = Walk(str(tmp_path), ".jsonl")
    assert found(walk) == ["file.jsonl", "real/one.jsonl"]
    assert (walk.folders, walk.refused) == (2, [])


def test_what_cannot_be_looked_at_is_named_and_the_rest_is_found(tmp_path: Path) -> None:
    put(tmp_path / "one.jsonl")
    circle = tmp_path / "circle.jsonl"
    circle.symlink_to(circle)
    walk = Walk(str(tmp_path), ".jsonl")
    assert found(walk) == ["one.jsonl"]
    assert walk.refused == [str(circle)]


def test_a_root_that_cannot_be_looked_at_is_named(tmp_path: Path) -> None:
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    walk = Walk(str(circle), ".jsonl")
    assert (found(walk), walk.refused) == ([], [str(circle)])


@pytest.mark.skipif(os.name == "nt", reason="there are no named pipes among the files of this system")
def test_pipes_are_no_logs(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    assert found(Walk(str(tmp_path), ".jsonl")) == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is closed to this user")
def test_a_closed_folder_is_named(tmp_path: Path) -> None:
    put(tmp_path / "closed" / "one.jsonl")
    (tmp_path / "closed").chmod(0)
    try:
        walk = Walk(str(tmp_path), ".jsonl")
        assert (found(walk), walk.refused) == ([], [str(tmp_path / "closed")])
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_a_folder_that_goes_while_others_are_looked_at_is_no_trouble(tmp_path: Path) -> None:
    put(tmp_path / "a" / "one.jsonl")
    put(tmp_path / "b" / "two.jsonl")
    walk = Walk(str(tmp_path), ".jsonl")
    files = walk.files()
    first = next(files)
    gone = next(folder for folder in (tmp_path / "a", tmp_path / "b") if str(folder) not in first.path)
    next(gone.iterdir()).unlink()
    gone.rmdir()
    assert list(files) == []
    assert walk.refused == []
