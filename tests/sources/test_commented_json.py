"""JSON is read with whatever people put into it."""

import pytest

from tankful.sources.commented_json import object_in, without_comments


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ('{"a": 1}', {"a": 1}),
        ('{ // one\n "a": "http://x", /* two\n */ "b": ["}, ]",], }', {"a": "http://x", "b": ["}, ]"]}),
        ('{"a": "// no comment, }", /* one */ "b": [1, 2,], // two\n}', {"a": "// no comment, }", "b": [1, 2]}),
        ("[1]", {}),
    ],
)
def test_comments_and_commas_too_many_are_passed_over(text: str, given: object) -> None:
    assert object_in(text) == given


@pytest.mark.parametrize("text", ["", "{", '{"a": "', "[" * 5000])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        object_in(text)


def test_texts_stay_as_they_are() -> None:
    assert without_comments(r'{"a": "// \" /* ,}"}') == r'{"a": "// \" /* ,}"}'
