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


def span(text: str, key: Key) -> tuple[int, int] | None:
    """Return from where to where a plain value stands, `None` where there is none. Raises `ValueError` as `read` does."""
    from yaml_edit import Document, YamlError  # noqa: PLC0415 - needed by a change alone

    try:
        node: Any = Document.parse(text) if read(text) else None
        for name in key:
            inside = node if node is None or not hasattr(node, "is_scalar") else _inside(node)
            place = None if inside is None else _place(inside, name)
            node = None if inside is None or place is None else inside[place]
        if node is None or not node.is_scalar():
            return None
        start, end = node.byte_range()
    except YamlError as wrong:
        raise ValueError(" ".join(str(wrong).split())) from wrong
    return len(text.encode()[:start].decode()), len(text.encode()[:end].decode())


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
    place = _place(node, name)
    if rest and place is not None and node[place].to_python() is not None:
        inside = _inside(node[place])
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


def _inside(node: Any) -> Any:
    """Return a value as the list or mapping that it is; `None`: it is neither."""
    inside = node.as_sequence()
    return node.as_mapping() if inside is None else inside


def _place(node: Any, name: str) -> Any:
    """Return where in a list or mapping a part of a key leads; `None`: nowhere."""
    if hasattr(node, "append"):
        return place_in(node.to_python(), name)
    return name if name in node else None


def _around(key: Key, value: Any) -> Any:
    """Return a value inside the mappings and lists that its key still names."""
    for name in reversed(key):
        value = [value] if "=" in name else {name: value}
    return value
