"""Finds the JSON objects among the lines of a log, whatever a crash or an editor left around them."""

from collections.abc import Iterator, Sequence

from tankful.core.parsing import Findings
from tankful.core.problems import Flaw

BLANK = b" \t\r\n\0\xef\xbb\xbf"
"""What may stand around a line: white space, a byte order mark, the zeros a crash leaves in a file."""


def objects_in(lines: Sequence[bytes], first_line: int, path: str, found: Findings) -> Iterator[tuple[int, bytes]]:
    """Yield every line that begins and ends like an object, with its number; blame what is none and not blank either."""
    for number, raw in enumerate(lines, first_line):
        line = raw if raw.startswith(b"{") and raw.endswith(b"}") else raw.strip(BLANK)
        if line.startswith(b"{") and line.endswith(b"}"):
            yield number, line
        elif line:
            found.blame(Flaw.NOT_JSON, path, number)


def trimmed(raw: bytes, number: int, path: str, found: Findings) -> bytes:
    """Return the object within a line that does not begin and end like one, or nothing; zeros around it are blamed, too."""
    line = raw.strip(BLANK)
    whole = line.startswith(b"{") and line.endswith(b"}")
    if b"\0" in raw or (line and not whole):
        found.blame(Flaw.NOT_JSON, path, number)
    return line if whole else b""
