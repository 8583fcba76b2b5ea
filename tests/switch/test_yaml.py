"""Values change in YAML and in files of variables, and nothing else does, whatever the file looks like."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tankful.switch import env_file, yaml
from tankful.switch.values import ABSENT, Change, at

NAMES = some.sampled_from(["alpha", "beta", "gamma", "delta"])
TEXTS = some.text(some.characters(codec="ascii", categories=("L", "N", "P", "Zs")), max_size=12)
COMMENTS = some.sampled_from(["", "  # why", "   # a: b", " #"])
GAPS = some.sampled_from(["", "\n", "# between\n", "\n# two\n\n"])
SCALARS = some.one_of(
    some.sampled_from(["1", "true", "plain words", "'single'", '"double \\" quoted"', "[a,   b]", "{x: 1}", "~", "2026-11-20"]),
)
NESTED = some.sampled_from(["\n    one: 1   # deep\n    two:\n    - a\n    -   b", "\n  - x\n  - y: 1\n    z: 2", " |\n  some\n   text"])


@some.composite
def documents(draw: some.DrawFn) -> str:
    """A file as somebody may have written it by hand."""
    names = draw(some.lists(NAMES, unique=True, min_size=1))
    lines = [draw(some.sampled_from(["", "# mine\n", "---\n", "\n"]))]
    for name in names:
        lines.append(draw(GAPS))
        lines.append(f"{name}: {draw(SCALARS)}{draw(COMMENTS)}\n" if draw(some.booleans()) else f"{name}:{draw(NESTED)}\n")
    lines.append(draw(GAPS))
    return "".join(lines)


@given(documents(), TEXTS, TEXTS)
def test_what_is_added_and_taken_out_again_leaves_every_byte(text: str, value: str, other: str) -> None:
    changes = [Change(("NEW",), value), Change(("outer", "inner"), {"key": other, "list": [1, True]})]
    changed = yaml.changed(text, changes)
    before, said = yaml.read(text), yaml.read(changed)
    assert said == {**before, "NEW": value, "outer": {"inner": {"key": other, "list": [1, True]}}}
    assert yaml.changed(changed, [Change(("NEW",), ABSENT), Change(("outer",), ABSENT)]) == text


@given(documents(), NAMES, TEXTS)
def test_a_value_is_replaced_and_the_others_keep_theirs(text: str, name: str, value: str) -> None:
    changed = yaml.changed(text, [Change((name,), value)])
    assert yaml.read(changed) == {**yaml.read(text), name: value}
    kept = [line for line in text.splitlines() if line.startswith("#")]
    assert [line for line in changed.splitlines() if line.startswith("#")] == kept


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("", "models:\n"),
        ("# only words\n", "# only words\nmodels:\n"),
        ("# no end", "# no end\nmodels:\n"),
    ],
)
def test_a_file_without_anything_gets_what_is_asked_for(text: str, made: str) -> None:
    changed = yaml.changed(text, [Change(("models", "name=x", "name"), "x")])
    assert changed.startswith(made)
    assert at(yaml.read(changed), ("models", "name=x")) == {"name": "x"}
    assert yaml.changed(text, [Change(("models",), ABSENT)]) == text


def test_an_entry_of_a_list_is_found_by_its_name() -> None:
    text = "models:\n  - name: a   # one\n    model: x\n  - name: b\n    model: 'y'\n"
    changed = yaml.changed(text, [Change(("models", "name=b", "model"), "z")])
    assert yaml.read(changed)["models"] == [{"name": "a", "model": "x"}, {"name": "b", "model": "z"}]
    assert yaml.changed(changed, [Change(("models", "name=b", "model"), "y")]) == text.replace("'y'", "y")
    assert yaml.changed(text, [Change(("models", "name=c"), ABSENT)]) == text
    assert yaml.read(yaml.changed("models:\n", [Change(("models", "name=c"), {"name": "c"})])) == {"models": [{"name": "c"}]}


@pytest.mark.parametrize(
    "text", ["a: [", "a: 1\na: 2\n", "- x\n", "a: 1\n---\nb: 2\n", "a: b: c\n", "\ta: 1\n", 'a: "x\n', "a: *nobody\n", "just text\n"]
)
def test_what_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        yaml.read(text)


VALUES = some.text(some.characters(codec="ascii", categories=("L", "N", "P", "Zs")), min_size=1, max_size=20).filter(
    lambda text: "\\" not in text
)
LINES = some.lists(
    some.sampled_from(["# note\n", "\n", "A=1\n", "export B='two words'\n", 'C="x y" # why\n', "D=\n", "  E=5\n"]), unique=True
).map("".join)


@given(LINES, VALUES)
def test_a_variable_is_added_and_taken_out_again(text: str, value: str) -> None:
    changed = env_file.changed(text, [Change(("NEW",), value)])
    assert env_file.read(changed) == {**env_file.read(text), "NEW": value}
    assert env_file.changed(changed, [Change(("NEW",), ABSENT)]) == text


def test_a_variable_is_replaced_where_it_stands() -> None:
    assert env_file.changed("A=1\nB=2 # x\nC=3", [Change(("B",), "two words")]) == "A=1\nB='two words'\nC=3"
    assert env_file.changed("A=1", [Change(("B",), "2")]) == "A=1\nB=2\n"
    assert env_file.changed("A=1\r\n", [Change(("B",), "2")]) == "A=1\r\nB=2\r\n"
    with pytest.raises(ValueError, match="line 2 makes no sense"):
        env_file.read("A=1\n= no\n")
