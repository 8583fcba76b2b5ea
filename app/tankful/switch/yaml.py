"""Changes single values in YAML and leaves every other byte as it is.

`yaml-edit` makes the change; `ruamel.yaml`, which is stricter and knows nothing of it, says what a file means, before and after.
"""

from collections.abc import Sequence
from io import StringIO
from typing import Any, cast

from tankful.switch.values import ABSENT, Change, Key, place_in


def read(text: str) -> dict[str, Any]:
    """Return what a file says; one without anything but comments says nothing.

    Raises:
        ValueError: it is no YAML, several documents, or no mapping.
    """
    from ruamel.yaml import YAML  # noqa: PLC0415 - slow to load, and needed by a change alone
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415 - same

    try:
        said: Any = YAML(typ="safe", pure=True).load(StringIO(text))  # pyright: ignore[reportUnknownMemberType] - it has no types
    except YAMLError as wrong:
        raise ValueError(" ".join(str(wrong).split())) from wrong
    if said is None:
        return {}
    if not isinstance(said, dict):
        raise ValueError("it is not a mapping")  # noqa: TRY004 - a flaw of the file, not of a caller
    return cast("dict[str, Any]", said)


def changed(text: str, changes: Sequence[Change]) -> str:
    """Return the text with these values in it and all else as it was.

    Raises:
        ValueError: it is no YAML that can be changed, or something that is no mapping stands in the way.
    """
    for change in changes:
        text = _changed(text, change)
    return text


def _changed(text: str, change: Change) -> str:
    from yaml_edit import Document, YamlError  # noqa: PLC0415 - needed by a change alone

    try:
        if read(text):
            document = Document.parse(text)
            _set(document, change.key, change.value)
            return str(document)
        if change.value is ABSENT:
            return text
        # There is nothing but comments, which this editor keeps out of a document.
        document = Document.parse(f"{change.key[0]}: x\n")
        document[change.key[0]] = _around(change.key[1:], change.value)
        return f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{document}"
    except (YamlError, IndexError, KeyError, TypeError) as wrong:
        raise ValueError(" ".join(str(wrong).split())) from wrong


def _set(node: Any, key: Key, value: Any) -> None:
    """Put a value where it belongs; a mapping or list that is missing on the way there is made with it."""
    name, rest = key[0], key[1:]
    is_list = hasattr(node, "append")
    place = place_in(node.to_python(), name) if is_list else name if name in node else None
    if rest and place is not None and node[place].to_python() is not None:
        inner = node[place]
        inside = inner.as_sequence()
        inside = inner.as_mapping() if inside is None else inside
        if inside is None:
            raise ValueError(f"{name} is not a mapping")
        _set(inside, rest, value)
    elif value is ABSENT:
        if place is not None and not rest:
            del node[place]
    elif is_list and place is None:
        node.append(_around(rest, value))
    else:
        node[name if place is None else place] = _around(rest, value)


def _around(key: Key, value: Any) -> Any:
    """Return a value inside the mappings and lists that its key still names."""
    for name in reversed(key):
        value = [value] if "=" in name else {name: value}
    return value
