"""Finds the lines of a log whose text is no UTF-8."""

from collections.abc import Iterator

from tankful.core.parsing import LONGEST_LINE
from tankful.watch.opened import CannotRead, opened


def broken_lines(path: str) -> Iterator[int]:
    """Yield the numbers of such lines, counted from 1; of a file that cannot be read, none.

    Lines too long to be read at all are not looked into.
    """
    try:
        with opened(path) as (handle, _), open(handle, "rb", closefd=False) as file:
            number, goes_on = 1, False
            while piece := file.readline(LONGEST_LINE):
                whole = piece.endswith(b"\n")
                if not goes_on and (whole or len(piece) < LONGEST_LINE) and not _is_text(piece):
                    yield number
                number += whole
                goes_on = not whole
    except CannotRead:
        return


def _is_text(line: bytes) -> bool:
    if line.isascii():
        return True
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
