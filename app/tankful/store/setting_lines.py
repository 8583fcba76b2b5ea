"""Finds the line of a settings file that a value stands in: what reads TOML says nothing of lines."""

import re
from pathlib import Path

from tankful.regular_file import content_of

_TOKENS = re.compile(
    r"""
    \#.*
    | (?P<key>"(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)\s*=
    | (?P<text>"(?:[^"\\]|\\.)*"|'[^']*')
    """,
    re.VERBOSE,
)


def line_of(path: Path, key: str, value: str) -> int:
    """Return in which line this text is, or is listed, under this key, counted from 1; 0 where it cannot be told."""
    try:
        lines = content_of(path).decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return 0
    under = ""
    for number, line in enumerate(lines, 1):
        for token in _TOKENS.finditer(line):
            if token["key"]:
                under = _plain(token["key"])
            elif token["text"] and under == key and _plain(token["text"]) == value:
                return number
    return 0


def _plain(token: str) -> str:
    """Return what a bare or quoted word stands for; of one that is no TOML, nothing."""
    if token[0] not in "\"'":
        return token
    import tomllib  # noqa: PLC0415 - only what is said to be wrong is looked for

    try:
        return str(tomllib.loads(f"it = {token}")["it"])
    except tomllib.TOMLDecodeError:
        return ""
