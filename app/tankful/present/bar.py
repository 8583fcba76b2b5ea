"""One row with a name, a bar and a figure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BarView:
    """A row; `share` is how much of the bar is filled, 0 to 1."""

    label: str
    figure: str
    share: float
    note: str = ""
    """What is amiss with the figure."""
    detail: str = ""
    """What kind of figure it is, in small letters below."""
    further: str = ""
    """What there is to say beside that, on a line of its own."""
