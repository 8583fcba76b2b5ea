"""Changes single variables in a `.env` file; comments, order and all other lines stay as they are."""

from collections.abc import Sequence
from io import StringIO
from typing import Any

from tankful.switch.values import ABSENT, Change


def read(text: str) -> dict[str, Any]:
    """Return the variables that a file sets.

    Raises:
        ValueError: a line of it makes no sense.
    """
    from dotenv.parser import parse_stream  # noqa: PLC0415 - needed by a change alone

    said: dict[str, Any] = {}
    for line in parse_stream(StringIO(text)):
        if line.error:
            raise ValueError(f"line {line.original.line} makes no sense")
        if line.key is not None:
            said[line.key] = line.value
    return said


def changed(text: str, changes: Sequence[Change]) -> str:
    """Return the text with these variables in it and all else as it was. Raises `ValueError` as `read` does."""
    for key, value in changes:
        text = _changed(text, ".".join(key), value)
    return text


def _changed(text: str, name: str, value: Any) -> str:
    from dotenv.parser import parse_stream  # noqa: PLC0415 - see above

    read(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    written = "" if value is ABSENT else f"{name}={_quoted(str(value))}"
    pieces: list[str] = []
    is_there = False
    for line in parse_stream(StringIO(text, newline="")):
        original = line.original.string
        if line.key != name:
            pieces.append(original)
            continue
        before = original[: len(original) - len(original.lstrip())]
        end = original[len(original.rstrip("\r\n")) :]
        is_there = is_there or value is not ABSENT
        pieces.append(before + (written + end if written else ""))
    whole = "".join(pieces)
    if written and not is_there:
        whole += (newline if whole and not whole.endswith("\n") else "") + written + newline
    return whole


def _quoted(value: str) -> str:
    return value if value and all(sign.isalnum() or sign in "_-./:@" for sign in value) else "'" + value.replace("'", "\\'") + "'"
