"""Leads the keyboard through a window in the order in which it is read, also to what was put in later."""

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLayout, QScrollArea, QStackedWidget, QWidget


def follow_reading_order(window: QWidget) -> None:
    """Let Tab go from line to line; Qt by itself goes in the order in which widgets were made."""
    for before, after in pairwise(_stops(window)):
        QWidget.setTabOrder(before, after)


def _stops(widget: QWidget | None) -> Iterator[QWidget]:
    """Return where Tab stops in a widget, of a stack on its uppermost page alone."""
    if widget is None:
        return
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield widget
    if isinstance(widget, QScrollArea):
        yield from _stops(widget.widget())
    elif isinstance(widget, QStackedWidget):
        yield from _stops(widget.currentWidget())
    elif (layout := widget.layout()) is not None:
        yield from _in_layout(layout)


def _in_layout(layout: QLayout) -> Iterator[QWidget]:
    for place in _places(layout):
        item = layout.itemAt(place)
        widget, inner = (None, None) if item is None else (item.widget(), item.layout())
        yield from _stops(widget)
        if inner is not None:
            yield from _in_layout(inner)


def _places(layout: QLayout) -> list[int]:
    """Return the numbers of a layout's items as they are read: a grid's row by row, whenever they were added."""
    places = list(range(layout.count()))
    if isinstance(layout, QGridLayout):
        places.sort(key=lambda place: layout.getItemPosition(place)[:2])  # pyright: ignore[reportUnknownMemberType, reportUnknownLambdaType, reportArgumentType, reportCallIssue, reportIndexIssue] - PySide6 calls it an object
    return places
