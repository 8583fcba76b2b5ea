"""Reads settings that are JSON with comments and trailing commas, as editors write them."""

from collections.abc import Mapping
from typing import cast


def settings_in(content: bytes) -> Mapping[str, object]:
    """Return the object that a settings file holds; an empty one where it holds none."""
    import json  # noqa: PLC0415 - not everybody has such a file
    import re  # noqa: PLC0415 - same

    text = content.decode("utf-8-sig", "replace")
    # A string stays as it is; what is found outside of one is dropped.
    string = r'("(?:[^"\\]|\\.)*")'
    plain = re.sub(string + r"|//[^\n]*|/\*.*?\*/", r"\1", text, flags=re.DOTALL)
    try:
        given = json.loads(re.sub(string + r"|,(?=\s*[}\]])", r"\1", plain))
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, object]", given) if isinstance(given, dict) else {}


def table(given: Mapping[str, object], *names: str) -> Mapping[str, object]:
    """Return the object that lies under these names; an empty one where there is none."""
    for name in names:
        inner = given.get(name)
        given = cast("dict[str, object]", inner) if isinstance(inner, dict) else {}
    return given


def word(given: Mapping[str, object], name: str) -> str:
    """Return a text; empty where there is none."""
    value = given.get(name)
    return value.strip() if isinstance(value, str) else ""
