"""Where the panel goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, QSize

from tankful.ui.placement import MARGIN, beside, corner

SIZE = QSize(360, 420)
SCREEN = QRect(0, 0, 1280, 800)
BELOW, ABOVE = QRect(0, 0, 1280, 770), QRect(0, 30, 1280, 770)
"""What is free with a panel at the bottom, and with one at the top."""
NOWHERE = QRect()


def test_it_stands_above_an_icon_at_the_bottom_and_below_one_at_the_top() -> None:
    low, high = QRect(900, 772, 22, 26), QRect(900, 2, 22, 26)

    over, under = beside(SIZE, low, QPoint(), SCREEN, BELOW), beside(SIZE, high, QPoint(), SCREEN, ABOVE)

    assert over.y() + SIZE.height() <= low.top()
    assert under.y() > high.bottom()
    assert abs(over.x() + SIZE.width() / 2 - low.center().x()) <= 1


@pytest.mark.parametrize(("cursor", "edge"), [(QPoint(1100, 785), "bottom"), (QPoint(1100, 10), "top")])
def test_where_the_host_does_not_say_the_pointer_stands_for_the_icon(cursor: QPoint, edge: str) -> None:
    free = BELOW if edge == "bottom" else ABOVE
    place = QRect(beside(SIZE, NOWHERE, cursor, SCREEN, free), SIZE)

    assert not place.contains(cursor)
    assert abs(place.center().x() - cursor.x()) <= 200
    assert place.bottom() > 700 if edge == "bottom" else place.top() < 60


def test_a_pointer_in_the_middle_of_the_screen_says_nothing_so_the_corner_is_taken() -> None:
    assert beside(SIZE, NOWHERE, QPoint(300, 300), SCREEN, BELOW) == corner(SIZE, SCREEN, BELOW)


def test_the_corner_is_the_one_of_the_panel() -> None:
    assert corner(SIZE, SCREEN, ABOVE) == QPoint(1280 - MARGIN - 360, 30 + MARGIN)
    assert corner(SIZE, SCREEN, BELOW) == QPoint(1280 - MARGIN - 360, 770 - MARGIN - 420)
    assert corner(SIZE, SCREEN, SCREEN) == QPoint(1280 - MARGIN - 360, 800 - MARGIN - 420)


@given(st.integers(-50, 1400), st.integers(-50, 900), st.booleans())
def test_it_never_leaves_the_screen(x: int, y: int, known: bool) -> None:
    icon = QRect(x, y, 22, 22) if known else NOWHERE

    assert BELOW.contains(QRect(beside(SIZE, icon, QPoint(x, y), SCREEN, BELOW), SIZE))


def test_on_a_second_screen_it_stays_there() -> None:
    screen = QRect(1280, 0, 1920, 1080)

    assert screen.contains(QRect(beside(SIZE, QRect(3000, 1050, 22, 22), QPoint(), screen, screen), SIZE))
