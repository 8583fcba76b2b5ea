"""Settings of agents are read as far as they are settings."""

import os
import sys
from pathlib import Path

import pytest

from sources.homes_reading import machine
from tankful.sources.agent_settings import application_data, entries, folder_named, member, settings_in, table, variable, word


def test_json_and_toml_are_read_by_their_name(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('\ufeff{"a": {"b": " c "}}', "utf-8")
    (tmp_path / "config.toml").write_text('list = [1]\n[a]\nb = "c"\n', "utf-8")
    for name in ("settings.json", "config.toml"):
        assert word(settings_in(tmp_path / name), "a", "b") == "c"
    assert entries(settings_in(tmp_path / "config.toml"), "list") == [1]


def test_comments_in_json_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "settings.jsonc").write_text('\ufeff{"a": "// no comment, }", /* one */ "b": [1, 2,], // two\n}', "utf-8")
    assert settings_in(tmp_path / "settings.jsonc") == {"a": "// no comment, }", "b": [1, 2]}


def test_a_change_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"a": "one"}', "utf-8")
    assert word(settings_in(file), "a") == "one"
    file.write_text('{"a": "three"}', "utf-8")
    assert word(settings_in(file), "a") == "three"


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000, b" " * 4_000_001])
def test_what_is_no_settings_file_says_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "settings.json").write_bytes(content)
    assert settings_in(tmp_path / "settings.json") == {}


def test_a_missing_file_a_folder_a_pipe_and_an_impossible_name_say_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    for path in (tmp_path / "none.json", tmp_path, tmp_path / "pipe.json", tmp_path / "a\0b.json"):
        assert settings_in(path) == {}
        assert variable(path, "NAME") == ""


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file that only Linux has")
def test_a_file_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    for name in ("settings.json", ".env"):
        (tmp_path / name).symlink_to("/proc/self/mem")
    assert settings_in(tmp_path / "settings.json") == {}
    assert variable(tmp_path / ".env", "NAME") == ""


def test_what_is_elsewhere_or_of_another_type_is_nothing() -> None:
    given = {"a": {"b": 1}, "c": [2]}
    assert member(given, "a", "b") == 1
    assert member(given, "a", "b", "c") is None
    assert (table(given, "a"), table(given, "c")) == ({"b": 1}, {})
    assert (entries(given, "c"), entries(given, "a")) == ([2], [])
    assert word(given, "a", "b") == ""


def test_half_a_character_is_no_word_that_could_be_kept() -> None:
    assert [word({"a": text}, "a") for text in ("\ud83d", "é ")] == ["", "é"]


def test_a_file_of_variables_is_read_line_by_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# note\nOTHER=1\nexport NAME = 'value'\n", "utf-8")
    assert variable(tmp_path / ".env", "NAME") == "value"
    assert variable(tmp_path / ".env", "MISSING") == ""
    (tmp_path / ".env").write_text("#" * 4_000_001, "utf-8")
    assert variable(tmp_path / ".env", "NAME") == ""


def test_desktop_programs_keep_theirs_where_each_platform_wants_it(tmp_path: Path) -> None:
    assert application_data(machine(tmp_path)) == tmp_path / ".config"
    assert application_data(machine(tmp_path, {"XDG_CONFIG_HOME": "/elsewhere"})) == Path("/elsewhere")
    assert application_data(machine(tmp_path, platform="darwin")) == tmp_path / "Library" / "Application Support"
    assert application_data(machine(tmp_path, platform="win32")) == tmp_path / "AppData" / "Roaming"
    assert application_data(machine(tmp_path, {"APPDATA": "/roaming"}, "win32")) == Path("/roaming")


def test_a_variable_names_a_folder_if_it_is_whole(tmp_path: Path) -> None:
    environ = {"WHOLE": "/a/b", "HOME_BASED": "~/c", "RELATIVE": "d", "EMPTY": ""}
    found = [folder_named(machine(tmp_path, environ), name) for name in (*environ, "MISSING")]
    assert found == [Path("/a/b"), tmp_path / "c", None, None, None]
