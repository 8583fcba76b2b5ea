"""A walk that knows what folders held finds what a fresh one finds."""

import os
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tankful.watch.folders import Found, Listings, Walk

SUFFIXES = (".jsonl", ".db")
LATER = 2**62
"""Everything was changed before then."""
LINKS = pytest.mark.skipif(sys.platform == "win32", reason="links need a permission there")


class Again:
    """Walks below a folder, each of which knows what the one before found worth keeping."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.known: Listings = {}

    def walk(self, settled_ns: int = LATER) -> Walk:
        walk = Walk(str(self.root), SUFFIXES, known=self.known, settled_ns=settled_ns)
        walk.files()
        self.known = walk.kept
        return walk

    def differs(self) -> str:
        """Say how a walk that knows differs from one that does not; empty when it does not."""
        knowing, fresh = self.walk(), Walk(str(self.root), SUFFIXES)
        fresh.files()
        pairs: list[tuple[object, object]] = [
            (sorted(knowing.found), sorted(fresh.found)),
            (knowing.folders, fresh.folders),
            (sorted(knowing.odd), sorted(fresh.odd)),
            (sorted(knowing.refused), sorted(fresh.refused)),
            (sorted(knowing.followed), sorted(fresh.followed)),
        ]
        return "; ".join(f"{knew} instead of {right}" for knew, right in pairs if knew != right)


def put(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def one(walk: Walk) -> Found:
    (found,) = walk.found
    return found


@pytest.fixture
def again(tmp_path: Path) -> Again:
    return Again(tmp_path / "root")


def test_what_did_not_change_is_the_very_same_and_no_folder_is_listed_again(again: Again) -> None:
    put(again.root / "a" / "b" / "one.jsonl")
    before = again.walk()
    listings = dict(again.known)
    after = again.walk()
    assert one(after) is one(before)
    assert {path: id(listing) for path, listing in again.known.items()} == {path: id(listing) for path, listing in listings.items()}
    assert (after.folders, len(listings)) == (3, 3)


def test_a_file_that_grew_in_a_folder_that_did_not_change_is_seen(again: Again) -> None:
    log, other = put(again.root / "a" / "one.jsonl"), put(again.root / "a" / "two.jsonl")
    again.walk()
    log.write_bytes(b"longer")
    assert {each.path: each.size for each in again.walk().found} == {str(log): 6, str(other): 1}
    assert again.differs() == ""


def test_a_file_that_was_written_anew_with_as_many_bytes_is_seen_by_its_time(again: Again) -> None:
    log = put(again.root / "one.jsonl")
    before = one(again.walk())
    log.write_bytes(b"y")
    os.utime(log, ns=(1, before.modified_ns + 1))
    assert one(again.walk()) == before._replace(modified_ns=before.modified_ns + 1)


def test_another_file_of_that_name_size_and_time_is_seen_by_its_number(again: Again) -> None:
    log = put(again.root / "one.jsonl")
    before = one(again.walk())
    other = put(again.root / "other")
    os.utime(other, ns=(before.modified_ns, before.modified_ns))
    other.replace(log)
    after = one(again.walk())
    assert (after.size, after.modified_ns) == (before.size, before.modified_ns)
    assert after.inode != before.inode


@pytest.mark.parametrize("back", [False, True])
def test_files_that_come_and_go_are_seen_even_where_the_time_of_their_folder_is_set_back(again: Again, back: bool) -> None:
    put(again.root / "a" / "one.jsonl")
    status = (again.root / "a").stat()
    again.walk()
    put(again.root / "a" / "two.jsonl")
    if back:
        os.utime(again.root / "a", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert len(again.walk().found) == 2
    (again.root / "a" / "one.jsonl").unlink()
    if back:
        os.utime(again.root / "a", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert one(again.walk()).path == str(again.root / "a" / "two.jsonl")
    assert again.differs() == ""


def test_folders_that_are_born_or_go_below_known_ones_are_seen(again: Again) -> None:
    put(again.root / "a" / "one.jsonl")
    again.walk()
    put(again.root / "a" / "b" / "c" / "two.jsonl")
    assert len(again.walk().found) == 2
    (again.root / "a" / "b").rename(again.root / "elsewhere")
    assert str(again.root / "elsewhere" / "c" / "two.jsonl") in {each.path for each in again.walk().found}
    assert again.differs() == ""


def test_what_is_in_a_folder_that_has_just_changed_is_not_kept(again: Again) -> None:
    put(again.root / "one.jsonl")
    again.walk(settled_ns=(again.root).stat().st_ctime_ns)
    assert again.known == {}
    again.walk(settled_ns=time.time_ns() + 1_000_000_000)
    assert list(again.known) == [str(again.root)]


@LINKS
@pytest.mark.parametrize(("name", "born"), [("nowhere.jsonl", "far"), ("folder-to-be", "far/two.jsonl")])
def test_what_links_lead_to_is_looked_at_each_time(again: Again, tmp_path: Path, name: str, born: str) -> None:
    put(again.root / "one.jsonl")
    (again.root / name).symlink_to(tmp_path / "far")
    again.walk()
    put(tmp_path / born)
    assert len(again.walk().found) == 2
    assert again.differs() == ""


@LINKS
def test_a_link_to_a_file_is_known_until_what_it_leads_to_is_another_thing(again: Again, tmp_path: Path) -> None:
    far = put(tmp_path / "far" / "log")
    again.root.mkdir()
    (again.root / "one.jsonl").symlink_to(far)
    again.walk()
    assert list(again.known) == [str(again.root)]
    far.write_bytes(b"grown")
    assert one(again.walk()).size == 5
    far.unlink()
    assert again.walk().found == []
    far.write_bytes(b"again")
    again.walk()
    far.unlink()
    far.mkdir()
    assert again.walk().found == []
    assert again.differs() == ""


@LINKS
def test_a_folder_behind_a_link_is_known_like_any_other(again: Again, tmp_path: Path) -> None:
    log = put(tmp_path / "far" / "one.jsonl")
    again.root.mkdir()
    (again.root / "link").symlink_to(log.parent)
    again.walk()
    assert list(again.known) == [str(again.root / "link")]
    put(tmp_path / "other" / "two.jsonl")
    (again.root / "link").unlink()
    (again.root / "link").symlink_to(tmp_path / "other")
    assert one(again.walk()).path == str(again.root / "link" / "two.jsonl")


def test_what_a_database_writes_ahead_is_seen_in_a_folder_that_did_not_change(again: Again) -> None:
    again.root.mkdir()
    with closing(sqlite3.connect(again.root / "calls.db", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE calls (tokens)")
        before = one(again.walk())
        assert one(again.walk()) is before
        database.execute("INSERT INTO calls VALUES (1)")
        assert one(again.walk()).size > before.size
        assert again.differs() == ""


NAMES = st.sampled_from(["a", "b", "c.jsonl", "d.jsonl", "e.db", "f.txt"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
CHANGES = st.lists(st.tuples(st.sampled_from(["write", "delete", "move", "link", "look"]), PATHS, PATHS), max_size=25)


def change(root: Path, kind: str, path: Path, other: Path) -> None:
    """Change something below a folder, if that can be done."""
    try:
        if kind == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                file.write(b"more")
        elif kind == "delete":
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        elif kind == "move":
            path.replace(other)
        elif kind == "link" and root not in {path, other}:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(other)
    except OSError:
        return  # something else is in its place


@LINKS
@settings(max_examples=60, deadline=None)
@given(changes=CHANGES)
def test_whatever_changes_a_walk_that_knows_finds_what_a_fresh_one_finds(
    changes: list[tuple[str, str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("root")
    again = Again(root)
    for kind, path, other in changes:
        change(root, kind, root / path, root / other)
        if kind == "look":
            settle(root)
            assert again.differs() == ""
    settle(root)
    assert again.differs() == ""


def settle(root: Path) -> None:
    """Wait until what changes from now on has another time than what did before."""
    mark = root.with_name(f"{root.name}-mark")
    before = max((root / below).stat().st_ctime_ns for below, _, _ in os.walk(root))
    while True:
        mark.write_bytes(b"")
        if mark.stat().st_ctime_ns > before:
            return
