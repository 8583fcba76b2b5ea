"""Changes single values in JSON with comments and leaves every other byte as it is.

What PyPI has for this starts Node.js and fetches a package (jsonc-edit), is under the GPL (jsoncgx), writes the whole file anew
(json-five, jsonc-sdict), or needs a newer Python (jsonc-document).
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from tankful.switch.values import ABSENT, Change, Key

_SPACE = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_WORD = re.compile(r"[-+.0-9A-Za-z]+")
_REST_OF_LINE = re.compile(r"[ \t]*(?:/\*[^\n]*?\*/[ \t]*)*(?://[^\n]*?)?(?=\r?\n|$)")
_DEEPEST = 200


@dataclass(slots=True)
class _Node:
    """A value and where it stands."""

    start: int
    value: Any
    end: int = 0
    members: "list[_Member]" = field(default_factory=list["_Member"])
    """Of an object."""


@dataclass(slots=True)
class _Member:
    """One entry of an object; `comma` is where the comma after it stands, -1 where none does."""

    name: str
    start: int
    node: _Node
    comma: int = -1


def read(text: str) -> dict[str, Any]:
    """Return what a file says; comments, commas before a closing bracket and an empty file are no flaws.

    Raises:
        ValueError: it is no object in JSON.
    """
    return cast("dict[str, Any]", _scanned(text).value)


def changed(text: str, changes: Sequence[Change]) -> str:
    """Return the text with these values in it and all else as it was.

    Raises:
        ValueError: it is no object in JSON, or something that is no object stands in the way.
    """
    for key, value in changes:
        text = _without(text, key) if value is ABSENT else _with(text, key, value)
    return text


def span(text: str, key: Key) -> tuple[int, int] | None:
    """Return from where to where the value at a key stands, `None` where there is none. Raises `ValueError` as `read` does."""
    node = _scanned(text)
    for name in key:
        member = next((each for each in reversed(node.members) if each.name == name), None)
        if member is None:
            return None
        node = member.node
    return node.start, node.end


def _scanned(text: str) -> _Node:
    if not _SPACE.sub("", text.removeprefix("\ufeff"), count=1):
        return _Node(len(text), {}, len(text))
    try:
        node = _Scanner(text).document()
    except IndexError as cut:
        raise ValueError("it ends in the middle") from cut
    if not isinstance(node.value, dict):
        raise ValueError("it is not an object")  # noqa: TRY004 - a flaw of the file, not of a caller
    return node


class _Scanner:
    """Reads a text once, from front to back."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = len(text) - len(text.removeprefix("\ufeff"))

    def document(self) -> _Node:
        node = self._node(0)
        self._skip()
        if self._place != len(self._text):
            raise ValueError(f"something follows its end, at {self._place}")
        return node

    def _skip(self) -> None:
        found = _SPACE.match(self._text, self._place)
        self._place = found.end() if found else self._place

    def _take(self, sign: str) -> bool:
        self._skip()
        if self._text[self._place] != sign:
            return False
        self._place += 1
        return True

    def _node(self, depth: int) -> _Node:
        if depth > _DEEPEST:
            raise ValueError("it is nested too deep")
        self._skip()
        node = _Node(self._place, None)
        if self._take("{"):
            self._object(node, depth)
        elif self._take("["):
            node.value = []
            while not self._take("]"):
                node.value.append(self._node(depth + 1).value)
                if not self._take(",") and self._text[self._place] != "]":
                    raise ValueError(f"a comma is missing at {self._place}")
        else:
            node.value = self._plain()
        node.end = self._place
        return node

    def _object(self, node: _Node, depth: int) -> None:
        node.value = {}
        while not self._take("}"):
            start = self._place
            name = self._plain()
            if not isinstance(name, str) or not self._take(":"):
                raise ValueError(f"a name is missing at {start}")
            member = _Member(name, start, self._node(depth + 1))
            node.members.append(member)
            node.value[name] = member.node.value
            if self._take(","):
                member.comma = self._place - 1
            elif self._text[self._place] != "}":
                raise ValueError(f"a comma is missing at {self._place}")

    def _plain(self) -> Any:
        pattern = _STRING if self._text[self._place] == '"' else _WORD
        found = pattern.match(self._text, self._place)
        if found is None:
            raise ValueError(f"no value stands at {self._place}")
        self._place = found.end()
        return json.loads(found.group())


def _with(text: str, key: Key, value: Any) -> str:
    """Return the text with a value at a key, in place of what was there or behind the last entry of its object."""
    root = node = _scanned(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    unit = _indent(text, root.members[0].start) if root.members else "  "
    unit = unit or "  "
    if not text.strip("\ufeff \t\r\n") or (root.start == root.end):
        text = f"{text}{{}}{newline}"
        root = node = _scanned(text)
    for place, name in enumerate(key):
        member = next((each for each in reversed(node.members) if each.name == name), None)
        if member is None:
            for inner in reversed(key[place + 1 :]):
                value = {inner: value}
            return _inserted(text, node, name, value, unit * (place + 1), unit, newline)
        if place == len(key) - 1:
            return text[: member.node.start] + _written(value, unit * (place + 1), unit, newline) + text[member.node.end :]
        node = member.node
        if not isinstance(node.value, dict):
            raise ValueError(f"{'.'.join(key[: place + 1])} is not an object")  # noqa: TRY004 - a flaw of the file
    raise ValueError("no key was named")


def _inserted(text: str, node: _Node, name: str, value: Any, indent: str, unit: str, newline: str) -> str:
    if not node.members:
        entry = f"{json.dumps(name)}: {_written(value, indent, unit, newline)}"
        rest = text[node.start + 1 :]
        blank = text[node.start + 1 : node.end - 1].strip() == ""
        rest = text[node.end - 1 :] if blank else rest
        return f"{text[: node.start + 1]}{newline}{indent}{entry}{newline + indent[len(unit) :] if blank else ''}{rest}"
    last = node.members[-1]
    if "\n" not in text[node.start : last.start]:
        behind = last.node.end
        between = "" if last.comma < 0 else ","
        entry = f", {json.dumps(name)}: {_written(value, indent, unit, newline)}"
        return text[:behind] + entry + between + text[behind + len(text[behind : last.comma + 1]) :]
    indent = _indent(text, last.start)
    entry = f"{newline}{indent}{json.dumps(name)}: {_written(value, indent, unit, newline)}"
    if last.comma >= 0:
        behind = _line_end(text, last.comma + 1)
        return f"{text[:behind]}{entry},{text[behind:]}"
    behind = _line_end(text, last.node.end)
    return f"{text[: last.node.end]},{text[last.node.end : behind]}{entry}{text[behind:]}"


def _without(text: str, key: Key) -> str:
    """Return the text without a key; whole lines that it stood on alone go with it."""
    node = _scanned(text)
    for name in key[:-1]:
        member = next((each for each in reversed(node.members) if each.name == name), None)
        if member is None:
            return text
        node = member.node
    place = next((place for place in reversed(range(len(node.members))) if node.members[place].name == key[-1]), None)
    if place is None:
        return text
    member = node.members[place]
    start, end = member.start, (member.comma + 1 if member.comma >= 0 else member.node.end)
    line = text.rfind("\n", 0, start) + 1
    rest = re.compile(r"[ \t]*(?:\r?\n|$)").match(text, end)
    if text[line:start].strip() == "" and rest is not None:
        start, end = line, rest.end()
    elif rest is None and member.comma >= 0:
        end += len(text[end:]) - len(text[end:].lstrip(" \t"))
    before = node.members[place - 1].comma if place and member.comma < 0 else -1
    between = text[before + 1 : start] if before >= 0 else ""
    kept = text[:start] if before < 0 else text[:before] + (between if between.strip(" \t") else "")
    return kept + text[end:]


def _indent(text: str, place: int) -> str:
    line = text[text.rfind("\n", 0, place) + 1 : place]
    return line if line.strip() == "" else line[: len(line) - len(line.lstrip())]


def _line_end(text: str, place: int) -> int:
    """Return where the line ends, if nothing but a comment follows; else the place itself."""
    found = _REST_OF_LINE.match(text, place)
    return found.end() if found else place


def _written(value: Any, indent: str, unit: str, newline: str) -> str:
    return json.dumps(value, indent=unit, ensure_ascii=False).replace("\n", newline + indent)
