"""Finds the lines of a log whose text is no UTF-8."""

from collections.abc import Iterable, Iterator

from tankful.core.parsing import LONGEST_LINE, Form, form_of
from tankful.watch.opened import CannotRead, opened
from tankful.watch.reader import is_text


def broken_in(logs: Iterable[tuple[str, Iterable[str]]]) -> list[tuple[str, str, int, int]]:
    """Return of these logs, by source, those that have such lines: source, path, how many, the last one."""
    texts = [(source, path) for source, paths in logs for path in paths if form_of(path) is Form.LINES]
    return [(source, path, len(lines), lines[-1]) for source, path in texts if (lines := [*broken_lines(path)])]


def broken_lines(path: str) -> Iterator[int]:
    """Yield the numbers of such lines, counted from 1; of a file that cannot be read, none.

    Lines too long to be read at all are not looked into, nor is one that is still being written.
    """
    try:
        with opened(path) as (handle, _), open(handle, "rb", closefd=False) as file:
            number, goes_on = 1, False
            while piece := file.readline(LONGEST_LINE):
                whole = piece.endswith(b"\n")
                if whole and not goes_on and not is_text(piece):
                    yield number
                number += whole
                goes_on = not whole
    except CannotRead:
        return
