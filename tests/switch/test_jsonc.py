"""Values change in JSON with comments, and nothing else does."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tankful.switch.jsonc import changed, read
from tankful.switch.values import ABSENT, Change

SETTINGS = """\
// What I like
{
    "editor.fontSize": 13, // small
    /* on purpose */ "a": [1, 2, /* three */ 4,],
    "env": {
        // keys
        "PATH": "/usr/bin"  // the usual
    },
    "text": "// no comment, \\"really\\""
    // the end
}
"""


def test_it_is_read_with_comments_and_commas_too_many() -> None:
    assert read(SETTINGS) == {
        "editor.fontSize": 13,
        "a": [1, 2, 4],
        "env": {"PATH": "/usr/bin"},
        "text": '// no comment, "really"',
    }
    assert read("") == read(" \n") == read("// nothing\n") == read("\ufeff") == {}
    assert read("\ufeff{}") == {}


@pytest.mark.parametrize(
    "text",
    ["[]", "1", "{", '{"a"', '{"a":', '{"a":1', '{"a" 1}', '{"a":1 "b":2}', "{1:2}", '{"a":[1 2]}', '{"a":nul}', '{"a":}', "{} x", '{"a":"',
     "{,}",
     '{"a":"\n"}', "[" * 500, '{"a":' * 500, "/* open", '{"a":1,,}'],
)  # fmt: skip
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(text)


def test_a_value_is_replaced_where_it_stands() -> None:
    assert changed(SETTINGS, [Change(("env", "PATH"), "/bin")]) == SETTINGS.replace('"/usr/bin"', '"/bin"')
    assert changed(SETTINGS, [Change(("a",), True)]) == SETTINGS.replace("[1, 2, /* three */ 4,]", "true")


def test_an_entry_is_added_behind_the_last_one_and_its_comment() -> None:
    assert changed(SETTINGS, [Change(("env", "NEW"), "1")]) == SETTINGS.replace(
        '"/usr/bin"  // the usual\n', '"/usr/bin",  // the usual\n        "NEW": "1"\n'
    )
    with_comma = '{\n\t"a": 1, // one\n}\n'
    assert changed(with_comma, [Change(("b",), 2)]) == '{\n\t"a": 1, // one\n\t"b": 2,\n}\n'
    assert changed('{"a": 1}', [Change(("b",), 2)]) == '{"a": 1, "b": 2}'
    assert changed('{"a": 1,}', [Change(("b",), 2)]) == '{"a": 1, "b": 2,}'


def test_objects_on_the_way_are_made() -> None:
    assert changed('{\n  "a": 1\n}\n', [Change(("x", "y", "z"), [1])]) == (
        '{\n  "a": 1,\n  "x": {\n    "y": {\n      "z": [\n        1\n      ]\n    }\n  }\n}\n'
    )
    assert changed("{}", [Change(("x", "y"), 1)]) == '{\n  "x": {\n    "y": 1\n  }\n}'
    assert changed("", [Change(("x",), 1)]) == '{\n  "x": 1\n}\n'
    assert changed("{ // why\n}", [Change(("x",), 1)]) == '{\n  "x": 1 // why\n}'
    assert changed('{\r\n  "a": 1\r\n}\r\n', [Change(("x", "y"), 1)]) == '{\r\n  "a": 1,\r\n  "x": {\r\n    "y": 1\r\n  }\r\n}\r\n'
    assert read(changed("// only this\n", [Change(("x",), 1)])) == {"x": 1}


def test_what_is_in_the_way_is_not_overwritten() -> None:
    with pytest.raises(ValueError, match="env is not an object"):
        changed('{"env": 3}', [Change(("env", "A"), 1)])


def test_taking_out_what_was_put_in_restores_every_byte() -> None:
    for text in (SETTINGS, '{\n  "a": 1\n}\n', '{\n\t"a": 1, // one\n}\n', '{"a": 1}', '{\r\n  "a": {\r\n    "b": 2\r\n  }\r\n}\r\n'):
        put = changed(text, [Change(("new",), {"x": 1}), Change(("newer",), "2")])
        assert read(put) == read(text) | {"new": {"x": 1}, "newer": "2"}
        assert changed(put, [Change(("newer",), ABSENT), Change(("new",), ABSENT)]) == text


def test_taking_out_leaves_the_neighbours_and_their_comments() -> None:
    assert changed(SETTINGS, [Change(("a",), ABSENT)]) == SETTINGS.replace('"a": [1, 2, /* three */ 4,],', "")
    assert changed(SETTINGS, [Change(("editor.fontSize",), ABSENT)]) == SETTINGS.replace('"editor.fontSize": 13, ', "")
    assert changed('{"a": 1, "b": 2}', [Change(("a",), ABSENT)]) == '{"b": 2}'
    assert changed('{"a": 1, "b": 2}', [Change(("b",), ABSENT)]) == '{"a": 1}'
    assert changed(SETTINGS, [Change(("none", "at", "all"), ABSENT), Change(("env", "none"), ABSENT)]) == SETTINGS


def test_of_two_entries_of_one_name_the_last_one_counts() -> None:
    assert read('{"a": 1, "a": 2}') == {"a": 2}
    assert changed('{"a": 1, "a": 2}', [Change(("a",), 3)]) == '{"a": 1, "a": 3}'


PLAIN = some.recursive(
    some.none() | some.booleans() | some.integers(-99, 99) | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(some.dictionaries(some.text(max_size=3), PLAIN, max_size=4), some.text(max_size=3), PLAIN, some.sampled_from((None, 1, 2, "\t")))
def test_any_value_can_be_set_and_taken_out(document: dict[str, Any], name: str, value: Any, indent: int | str | None) -> None:
    text = json.dumps(document, indent=indent)
    assert read(text) == document
    put = changed(text, [Change((name,), value)])
    assert read(put) == document | {name: value}
    assert read(changed(put, [Change((name,), ABSENT)])) == {key: held for key, held in document.items() if key != name}
