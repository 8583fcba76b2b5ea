"""Reads JSON that people write by hand, with comments and commas too many."""

from typing import Any, cast


def object_in(text: str) -> dict[str, Any]:
    """Return the object that a text holds; empty where it holds something else.

    Raises:
        ValueError: it is no JSON, whatever is passed over.
        RecursionError: it is nested too deep.
    """
    import json  # noqa: PLC0415 - only where there are settings

    try:
        given = json.loads(text)
    except ValueError:
        given = json.loads(without_comments(text))
    return cast("dict[str, Any]", given) if isinstance(given, dict) else {}


def without_comments(text: str) -> str:
    """Return JSON without `//` and `/* */` comments and without commas before a closing bracket; texts stay as they are."""
    import re  # noqa: PLC0415 - only where there are comments

    bare = re.sub(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', lambda found: found[1] or " ", text, flags=re.DOTALL)
    return re.sub(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', lambda found: found[1] or "", bare)
