"""Settings are read with whatever people put into them."""

from pathlib import Path

import pytest

from tankful.sources.commented_json import settings_of, table_of, without_comments, word_of


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ('{"a": 1}', {"a": 1}),
        ('\ufeff{"a": 1}', {"a": 1}),
        ('{ // one\n "a": "http://x", /* two\n */ "b": ["}, ]",], }', {"a": "http://x", "b": ["}, ]"]}),
        ("[1]", {}),
        ("{", {}),
        ("[" * 5000, {}),
    ],
)
def test_comments_and_commas_too_many_are_passed_over(tmp_path: Path, text: str, given: object) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text, "utf-8")
    assert settings_of(path) == given


def test_what_is_no_settings_file_holds_nothing(tmp_path: Path) -> None:
    assert settings_of(tmp_path) == settings_of(tmp_path / "missing") == settings_of(tmp_path / "a\0b") == {}
    giant = tmp_path / "giant.json"
    with giant.open("wb") as file:
        file.truncate(4_000_001)
    assert settings_of(giant) == {}


def test_texts_stay_as_they_are() -> None:
    assert without_comments(r'{"a": "// \" /* ,}"}') == r'{"a": "// \" /* ,}"}'


def test_a_path_into_settings_ends_where_something_else_lies() -> None:
    assert table_of({"a": {"b": {"c": 1}}}, "a", "b") == {"c": 1}
    assert table_of({"a": [1]}, "a", "b") == {}
    assert (word_of({"a": " x "}, "a"), word_of({"a": 1}, "a"), word_of(None, "a")) == ("x", "", "")
