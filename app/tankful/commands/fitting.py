"""Makes a table fit a terminal: names are cut, then figures left out; who gets it through a pipe or in a file gets it whole."""

from collections.abc import Iterable, Sequence

from tankful.present.format import visible
from tankful.present.usage import UsageTable

BETWEEN, EDGES = 3, 2
"""Cells between two columns, and at both edges together."""
_WANTED = 12
"""A name of so many cells is told from another; before names are shorter, figures are left out."""
_LEAST = 8
_EXPENDABLE = ("Cache write", "Cache read", "Output", "Input", "Requests")
"""Figures in the order in which they are left out."""
_CUT = "…"


def fitted(table: UsageTable, width: int) -> UsageTable:
    """Return a table for a terminal of this width in cells, the longest names cut first: a path keeps its end, others both ends.

    What is left out is said in a remark. On a terminal too narrow for the cost and eight cells a name it may still be wider.
    """
    table = table._replace(rows=tuple(tuple(visible(cell) for cell in row) for row in table.rows))
    left_out: list[str] = []
    for figure in _EXPENDABLE:
        widths = _widths(table)
        if _taken(min(each, _WANTED) if column < table.names else each for column, each in enumerate(widths)) <= width:
            break
        table = _without(table, table.headings.index(figure))
        left_out.append(figure)
    names, figures = _widths(table)[: table.names], _widths(table)[table.names :]
    most = max(_LEAST, _most(names, width - _taken((*figures, *([0] * table.names)))))
    rows = tuple((*(_cut(cell, most) for cell in row[: table.names]), *row[table.names :]) for row in table.rows)
    narrow = (f"Too narrow here for {', '.join(left_out)}; --json and --csv have everything.",) if left_out else ()
    return table._replace(rows=rows, remarks=(*table.remarks, *narrow))


def _taken(widths: Iterable[int]) -> int:
    """Return what columns of these widths take."""
    return sum(BETWEEN + width for width in widths) - BETWEEN + EDGES


def _widths(table: UsageTable) -> list[int]:
    from rich.cells import cell_len  # noqa: PLC0415 - only a terminal needs it, and it is slow to load

    return [max(map(cell_len, column)) for column in zip(table.headings, table.total, *table.rows, strict=True)]


def _without(table: UsageTable, column: int) -> UsageTable:
    def left(row: tuple[str, ...]) -> tuple[str, ...]:
        return (*row[:column], *row[column + 1 :])

    return table._replace(headings=left(table.headings), total=left(table.total), rows=tuple(map(left, table.rows)))


def _most(widths: Sequence[int], room: int) -> int:
    """Return how wide a column may be at most so that all fit."""
    left, columns = room, len(widths)
    for width in sorted(widths):
        if width * columns > left:
            return left // columns
        left, columns = left - width, columns - 1
    return max(widths, default=0)


def _cut(text: str, most: int) -> str:
    from rich.cells import cell_len, set_cell_size  # noqa: PLC0415 - see above

    if cell_len(text) <= most:
        return text
    is_path = text.startswith(("/", "~", "\\")) or text[1:2] == ":"
    room = most - len(_CUT)
    end = room if is_path else room // 2
    return set_cell_size(text, room - end).rstrip() + _CUT + set_cell_size(text[::-1], end)[::-1].lstrip()
