"""A change of somebody's file is remembered before it is made, and can be taken back to the last byte."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tankful.switch.errors import NotSwitched
from tankful.switch.journal import Journal
from tankful.switch.plans import plan
from tankful.switch.values import Change

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TEXT = '{\n  // mine\n  "a": 1,\n  "env": {"X": "1"} // kept\n}\n'
CHANGES = (Change(("env", "NEW"), "2"), Change(("more", "deep"), True), Change(("a",), 7))


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "switch")


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "settings.json"
    path.write_text(TEXT)
    path.chmod(0o640)
    return path


def switch(journal: Journal, path: Path, changes: tuple[Change, ...] = CHANGES, now: datetime = NOW) -> None:
    journal.carry_out("agent", "test", [plan(path, changes)], now)


def back(journal: Journal) -> None:
    for entry in reversed(journal.of("agent", "test")):
        journal.undo(entry)


def test_a_change_and_its_undo_leave_every_byte_and_permission(journal: Journal, settings: Path) -> None:
    switch(journal, settings)
    assert json.loads(settings.read_text().replace("// mine", "").replace("// kept", "")) == {
        "a": 7,
        "env": {"X": "1", "NEW": "2"},
        "more": {"deep": True},
    }
    assert settings.stat().st_mode & 0o777 == 0o640
    back(journal)
    assert (settings.read_text(), settings.stat().st_mode & 0o777) == (TEXT, 0o640)
    assert journal.entries() == ()


def test_a_file_that_was_not_there_goes_again(journal: Journal, tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    switch(journal, path, (Change(("otel", "exporter"), {"x": {"y": "z"}}),))
    assert path.read_text() == '[otel]\nexporter = {x = {y = "z"}}\n'
    assert path.stat().st_mode & 0o777 == 0o600
    back(journal)
    assert not path.exists()
    assert not plan(path, ()).is_needed


def test_what_others_changed_meanwhile_stays(journal: Journal, settings: Path) -> None:
    switch(journal, settings)
    settings.write_text(settings.read_text().replace("// mine", "// theirs").replace('"X": "1"', '"X": "9"'))
    back(journal)
    assert settings.read_text() == TEXT.replace("// mine", "// theirs").replace('"X": "1"', '"X": "9"')


@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        ("a.yaml", "a: 1\nb:   'quoted'  # why\n", ("b",)),
        ("a.json", '{"a": 1, "b": {"c" : [ 1,2 ], /* x */ "d": 1.50}}\n', ("b",)),
        ("a.toml", "a = 1\nb = 'single'  # why\n", ("c",)),
    ],
)
def test_old_values_come_back_as_they_were_written(journal: Journal, tmp_path: Path, name: str, text: str, key: tuple[str, ...]) -> None:
    path = tmp_path / name
    path.write_text(text)
    switch(journal, path, (Change(key, "ours"),))
    path.write_text(path.read_text().replace("1", "2", 1))
    back(journal)
    assert path.read_text() == text.replace("1", "2", 1)


def test_what_others_took_out_already_needs_no_undo(journal: Journal, settings: Path) -> None:
    switch(journal, settings)
    settings.write_text(TEXT + "\n")
    back(journal)
    assert settings.read_text() == TEXT + "\n"
    switch(journal, settings)
    settings.unlink()
    back(journal)
    assert not settings.exists()
    assert journal.entries() == ()


def test_what_others_put_in_the_place_of_ours_is_a_conflict(journal: Journal, settings: Path) -> None:
    switch(journal, settings)
    theirs = settings.read_text().replace('"NEW": "2"', '"NEW": "3"')
    settings.write_text(theirs)
    with pytest.raises(NotSwitched, match=r"env\.NEW in .* is not what Tankful put there"):
        back(journal)
    assert settings.read_text() == theirs
    settings.write_text("{")
    with pytest.raises(NotSwitched, match="no JSON that can be changed"):
        back(journal)
    assert len(journal.entries()) == 1


def test_a_toml_file_is_merged_too(journal: Journal, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    text = '# mine\nmodel = "x"\n\n[otel]\nenvironment = "dev"  # kept\n'
    path.write_text(text)
    switch(journal, path, (Change(("otel", "exporter"), "none"), Change(("new", "a"), 1)))
    path.write_text(path.read_text().replace('"x"', '"y"'))
    back(journal)
    assert path.read_text().rstrip() == text.replace('"x"', '"y"').rstrip()
    path.write_text("otel = 3\n")
    with pytest.raises(NotSwitched, match="otel is not a table"):
        plan(path, (Change(("otel", "exporter"), "none"),))


def test_a_file_that_changed_after_it_was_shown_is_left_alone(journal: Journal, settings: Path) -> None:
    shown = plan(settings, CHANGES)
    settings.write_text("{}")
    with pytest.raises(NotSwitched, match="changed meanwhile"):
        journal.carry_out("agent", "test", [shown], NOW)
    assert (settings.read_text(), journal.entries()) == ("{}", ())


def test_a_kill_between_the_journal_and_the_file_leaves_nothing_to_take_back(journal: Journal, settings: Path) -> None:
    switch(journal, settings)
    settings.write_text(TEXT)  # as if the change had never been made
    assert journal.undoing(journal.entries()[0]) is None
    back(journal)
    assert settings.read_text() == TEXT


def test_copies_are_for_the_owner_alone_and_the_oldest_go(journal: Journal, settings: Path, tmp_path: Path) -> None:
    for number in range(14):
        switch(journal, settings, (Change(("n",), number),), NOW + timedelta(seconds=number))
        if number:
            journal.undo(journal.entries()[-1])
        settings.write_text(settings.read_text() + " ")
    copies = sorted(path for path in (tmp_path / "switch").iterdir() if path.name != "journal.json")
    assert len(copies) == 11
    assert copies[0].name == journal.entries()[0].backup
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "switch").iterdir()} == {0o600}


def test_a_damaged_or_lost_copy_is_said(journal: Journal, settings: Path, tmp_path: Path) -> None:
    switch(journal, settings)
    copy = tmp_path / "switch" / journal.entries()[0].backup
    copy.write_text("other")
    with pytest.raises(NotSwitched, match="is damaged"):
        back(journal)
    copy.unlink()
    with pytest.raises(NotSwitched, match="cannot be read"):
        back(journal)
    (tmp_path / "switch" / "journal.json").write_text("[{}]")
    with pytest.raises(NotSwitched, match="cannot be read"):
        journal.entries()


def test_without_a_place_for_the_copy_nothing_is_changed(settings: Path, tmp_path: Path) -> None:
    (tmp_path / "switch").write_text("in the way")
    with pytest.raises(NotSwitched, match="cannot be copied first"):
        switch(Journal(tmp_path / "switch"), settings)
    with pytest.raises(NotSwitched, match="cannot be read"):
        switch(Journal(tmp_path / "switch"), tmp_path / "none.json")
    assert settings.read_text() == TEXT


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[1]", "no JSON that can be changed: it is not an object"),
        (b'{"a": ', "no JSON that can be changed"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b" " * 4_000_001, "no plain file of a sensible size"),
        (b'{"env": 4}', "env is not an object"),
    ],
)
def test_a_file_that_makes_no_sense_is_left_alone(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    with pytest.raises(NotSwitched, match=said):
        plan(path, CHANGES)
    assert path.read_bytes() == content


def test_links_and_folders_and_locked_files_are_left_alone(settings: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(settings)
    with pytest.raises(NotSwitched, match="is a link to"):
        plan(link, CHANGES)
    with pytest.raises(NotSwitched, match="no plain file"):
        plan(tmp_path, CHANGES)
    with pytest.raises(NotSwitched, match="cannot be read"):
        plan(settings / "below.json", CHANGES)
    settings.chmod(0o444)
    with pytest.raises(NotSwitched, match="may only be read"):
        plan(settings, CHANGES)
    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(NotSwitched, match="no plain file"):
        plan(tmp_path / "pipe.json", CHANGES)


def test_the_difference_is_shown(settings: Path, tmp_path: Path) -> None:
    assert [line for line in plan(settings, CHANGES[:1]).diff() if line[0] in "+-"][2:] == [
        '-  "env": {"X": "1"} // kept',
        '+  "env": {"X": "1", "NEW": "2"} // kept',
    ]
    assert plan(tmp_path / "new.json", CHANGES[2:]).diff()[0] == "--- nothing"
