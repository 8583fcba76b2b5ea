"""Reads settings that people write by hand as JSON with comments and commas too many."""

import stat
from pathlib import Path
from typing import Any, cast

_BYTES_MAX = 4_000_000


def settings_of(path: Path) -> dict[str, Any]:
    """Return the object in a settings file; empty where there is none, none that can be read, or something else."""
    import json  # noqa: PLC0415 - only where there are settings

    try:
        status = path.stat()
        # A pipe in the place of the file would block for ever, and a giant one is no settings file.
        if not stat.S_ISREG(status.st_mode) or status.st_size > _BYTES_MAX:
            return {}
        text = path.read_text("utf-8-sig")
        try:
            given = json.loads(text)
        except ValueError:
            given = json.loads(without_comments(text))
    except (OSError, ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", given) if isinstance(given, dict) else {}


def without_comments(text: str) -> str:
    """Return JSON without `//` and `/* */` comments and without commas before a closing bracket; texts stay as they are."""
    import re  # noqa: PLC0415 - only where there are comments

    bare = re.sub(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', lambda found: found[1] or " ", text, flags=re.DOTALL)
    return re.sub(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', lambda found: found[1] or "", bare)


def table_of(given: object, *names: str) -> dict[str, Any]:
    """Return the object that lies inside others under these names; empty where there is none."""
    for name in names:
        given = cast("dict[str, Any]", given).get(name) if isinstance(given, dict) else None
    return cast("dict[str, Any]", given) if isinstance(given, dict) else {}


def word_of(given: object, name: str) -> str:
    """Return a short text of an object; empty where there is none."""
    value = table_of(given).get(name)
    return value.strip()[:4096] if isinstance(value, str) else ""
