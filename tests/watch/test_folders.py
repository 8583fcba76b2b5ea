"""Every log below a folder is found, whatever lies in the way."""

import os
from pathlib import Path

import pytest

from tankful.core.problems import Flaw
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
    walk = Walk(str(tmp_path), (".jsonl",))
    assert found(walk) == ["a/b/c.jsonl", "top.jsonl"]
    [glance] = [each for each in Walk(str(tmp_path), (".jsonl",)).files() if each.path == str(deep)]
    status = deep.stat()
    assert (glance.device, glance.inode, glance.size, glance.modified_ns) == (status.st_dev, status.st_ino, 5, status.st_mtime_ns)
    assert (walk.folders, walk.refused) == (3, [])


def test_a_folder_that_is_not_there_or_is_a_file_holds_nothing(tmp_path: Path) -> None:
    for root in (tmp_path / "none", put(tmp_path / "file.jsonl")):
        walk = Walk(str(root), (".jsonl",))
        assert (found(walk), walk.refused) == ([], [])


def test_links_are_followed_and_loops_are_entered_once(tmp_path: Path) -> None:
    put(tmp_path / "real" / "one.jsonl")
    (tmp_path / "real" / "loop").symlink_to(tmp_path)
    (tmp_path / "second").symlink_to(tmp_path / "real")
    (tmp_path / "file.jsonl").symlink_to(tmp_path / "real" / "one.jsonl")
    (tmp_path / "nowhere.jsonl").symlink_to(tmp_path / "gone")
    walk = Walk(str(tmp_path), (".jsonl",))
    assert found(walk) == ["file.jsonl", "real/one.jsonl"]
    assert (walk.folders, walk.refused, walk.followed) == (2, [], [str(tmp_path / "file.jsonl")])
    loops = {(Flaw.LOOP, str(tmp_path / link)) for link in ("second", "real/loop")}
    assert set(walk.odd) == loops


def test_a_folder_is_known_by_its_own_name_wherever_links_to_it_stand(tmp_path: Path) -> None:
    put(tmp_path / "real" / "one.jsonl")
    (tmp_path / "a").symlink_to(tmp_path / "real")
    walk = Walk(str(tmp_path), (".jsonl",))
    assert (found(walk), walk.odd) == (["real/one.jsonl"], [(Flaw.LOOP, str(tmp_path / "a"))])


def test_a_link_to_a_folder_above_is_a_loop_and_one_beside_is_followed(tmp_path: Path) -> None:
    put(tmp_path / "root" / "one.jsonl")
    put(tmp_path / "beside" / "two.jsonl")
    (tmp_path / "root" / "up").symlink_to(tmp_path)
    (tmp_path / "root" / "again").symlink_to(tmp_path / "beside")
    (tmp_path / "root" / "all").symlink_to("/")
    walk = Walk(str(tmp_path / "root"), (".jsonl",))
    assert found(walk) == ["again/two.jsonl", "one.jsonl"]
    assert sorted(walk.odd) == [(Flaw.LOOP, str(tmp_path / "root" / name)) for name in ("all", "up")]


def test_a_link_to_itself_is_a_loop_and_the_rest_is_found(tmp_path: Path) -> None:
    put(tmp_path / "one.jsonl")
    circle = tmp_path / "circle.jsonl"
    circle.symlink_to(circle)
    walk = Walk(str(tmp_path), (".jsonl",))
    assert found(walk) == ["one.jsonl"]
    assert (walk.refused, walk.odd) == ([], [(Flaw.LOOP, str(circle))])


def test_a_root_that_is_a_link_to_itself_is_named(tmp_path: Path) -> None:
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    walk = Walk(str(circle), (".jsonl",))
    assert (found(walk), walk.refused, walk.odd) == ([], [], [(Flaw.LOOP, str(circle))])


def test_a_root_with_an_impossible_name_is_named(tmp_path: Path) -> None:
    endless = str(tmp_path / ("x" * 5000))
    walk = Walk(endless, (".jsonl",))
    assert (list(walk.files()), walk.refused, walk.odd) == ([], [endless], [])


def test_a_folder_that_is_named_like_a_log_is_named_and_looked_into(tmp_path: Path) -> None:
    put(tmp_path / "folder.jsonl" / "one.jsonl")
    walk = Walk(str(tmp_path), (".jsonl",))
    assert found(walk) == ["folder.jsonl/one.jsonl"]
    assert walk.odd == [(Flaw.NOT_A_FILE, str(tmp_path / "folder.jsonl"))]


@pytest.mark.skipif(os.name == "nt", reason="there are no named pipes among the files of this system")
def test_pipes_are_no_logs_and_are_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    os.mkfifo(tmp_path / "pipe")
    walk = Walk(str(tmp_path), (".jsonl",))
    assert (found(walk), walk.odd) == ([], [(Flaw.NOT_A_FILE, str(tmp_path / "pipe.jsonl"))])


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is closed to this user")
def test_a_closed_folder_is_named(tmp_path: Path) -> None:
    put(tmp_path / "closed" / "one.jsonl")
    (tmp_path / "closed").chmod(0)
    try:
        walk = Walk(str(tmp_path), (".jsonl",))
        assert (found(walk), walk.refused) == ([], [str(tmp_path / "closed")])
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_a_folder_that_goes_while_others_are_looked_at_is_no_trouble(tmp_path: Path) -> None:
    put(tmp_path / "a" / "one.jsonl")
    gone = put(tmp_path / "b" / "two.jsonl")
    walk = Walk(str(tmp_path), (".jsonl",))
    walk.begin()
    gone.unlink()
    gone.parent.rmdir()
    walk.go_through(walk.ahead)
    walk.end()
    assert [each.path for each in walk.found] == [str(tmp_path / "a" / "one.jsonl")]
    assert walk.refused == []
