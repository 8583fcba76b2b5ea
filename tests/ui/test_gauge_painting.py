"""The painted gauge, pixel by pixel where it means something."""

from dataclasses import replace
from math import cos, radians, sin

import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage

from tankful.core.choices import IconStyle
from tankful.core.pace import Tone
from tankful.present.gauge import GaugeView
from tankful.ui import gauge
from tankful.ui.theme import DARK, LIGHT, Colours

pytestmark = pytest.mark.usefixtures("qapp")

CALM = GaugeView(IconStyle.ARC, Tone.CALM, 0.25, 0.5, "25")
RATIOS = (1.0, 1.5, 2.0)


def view(style: IconStyle = IconStyle.ARC, tone: Tone = Tone.CALM, used: float | None = 0.5, even: float | None = None) -> GaugeView:
    return GaugeView(style, tone, used, even, "\N{EN DASH}" if used is None else str(int(used * 100)))


def painted(shown: GaugeView, size: int = 64, ratio: float = 1.0, colours: Colours = LIGHT) -> QImage:
    return gauge.pixmap(shown, size, colours, ratio).toImage().convertToFormat(QImage.Format.Format_ARGB32)


def on_arc(image: QImage, share: float, depth: float = 0.06) -> QColor:
    """Return the colour in the middle of the arc at this share of its length."""
    size = image.width()
    angle, reach = radians(gauge.START - gauge.SWEEP * share), size * (0.5 - depth)
    return image.pixelColor(round(size / 2 + reach * cos(angle) - 0.5), round(size / 2 - reach * sin(angle) - 0.5))


def pixels(image: QImage, colour: str, tolerance: int = 24) -> set[tuple[int, int]]:
    """Return where the image has this colour."""
    wanted = QColor(colour)
    near: set[tuple[int, int]] = set()
    for y in range(image.height()):
        for x in range(image.width()):
            seen = image.pixelColor(x, y)
            off = max(abs(seen.red() - wanted.red()), abs(seen.green() - wanted.green()), abs(seen.blue() - wanted.blue()))
            if seen.alpha() > 200 and off <= tolerance:
                near.add((x, y))
    return near


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("size", gauge.SIZES)
def test_the_arc_is_filled_up_to_the_used_share_at_every_size(size: int, ratio: float) -> None:
    image = painted(CALM, size, ratio)
    depth = 0.06 if round(size * ratio) >= gauge.DIGITS_FROM else 0.1

    assert image.size() == QSize(round(size * ratio), round(size * ratio))
    assert on_arc(image, 0.12, depth).name() == LIGHT.tones[Tone.CALM]
    assert on_arc(image, 0.75, depth).alpha() < 200, "the track is half transparent"
    assert image.pixelColor(image.width() // 2, image.height() - 1).alpha() == 0, "the arc is open at the bottom"


def test_the_tick_is_where_an_even_pace_would_be() -> None:
    image, without = painted(view(used=0.25, even=0.5)), painted(view(used=0.25))

    top = image.pixelColor(image.width() // 2, 4)
    assert top.name() == "#14171a"
    assert without.pixelColor(image.width() // 2, 4).name() != "#14171a"


@pytest.mark.parametrize(("size", "digits"), [(16, False), (22, True), (24, True), (64, True)])
def test_digits_are_there_from_22_pixels_on(size: int, digits: bool) -> None:
    image = painted(view(), size)
    middle = image.copy(size // 4, size // 4, size // 2, size // 2)

    assert bool(pixels(middle, "#14171a", 60)) is digits


@pytest.mark.parametrize(("colours", "ink", "halo"), [(LIGHT, "#14171a", "#ffffff"), (DARK, "#ffffff", "#14171a")])
def test_digits_have_an_outline_in_the_contrary_colour(colours: Colours, ink: str, halo: str) -> None:
    image = painted(view(), 48, colours=colours)

    inside, around = pixels(image, ink), pixels(image, halo)
    assert inside
    touched = {(x + dx, y + dy) for x, y in inside for dx in (-2, -1, 0, 1, 2) for dy in (-2, -1, 0, 1, 2)}
    assert len(around & touched) > len(inside) / 3


@pytest.mark.parametrize("style", [IconStyle.ARC, IconStyle.TANK, IconStyle.PERCENT, IconStyle.MONOCHROME])
@pytest.mark.parametrize("size", [16, 22, 44])
def test_tones_differ_in_shape_not_only_in_colour(style: IconStyle, size: int) -> None:
    """Two tones, painted in the very same colour, still look different."""
    grey = Colours(False, *(["#808080"] * 9), tones=dict.fromkeys(Tone, "#808080"), tone_words=dict.fromkeys(Tone, "#808080"))

    pictures = [painted(view(style, tone), size, colours=grey) for tone in (Tone.CALM, Tone.WATCH, Tone.ACT)]

    assert pictures[0] != pictures[1] != pictures[2] != pictures[0]


def test_watch_has_one_mark_and_act_has_two() -> None:
    foot = {tone: painted(view(tone=tone), 64).copy(0, 54, 64, 10) for tone in (Tone.CALM, Tone.WATCH, Tone.ACT)}
    row = {tone: [foot[tone].pixelColor(x, 8).alpha() > 128 for x in range(12, 52)] for tone in foot}
    runs = {tone: sum(now and not before for before, now in zip([False, *cells], cells, strict=False)) for tone, cells in row.items()}

    assert (runs[Tone.CALM], runs[Tone.WATCH], runs[Tone.ACT]) == (0, 1, 2)


def test_the_tank_shows_what_is_left() -> None:
    nearly_full, nearly_empty = painted(view(IconStyle.TANK, used=0.1)), painted(view(IconStyle.TANK, used=0.9))
    blue = LIGHT.tones[Tone.CALM]

    assert len(pixels(nearly_full, blue)) > 5 * len(pixels(nearly_empty, blue))
    assert nearly_full.pixelColor(26, 50).name() == blue
    assert pixels(painted(view(IconStyle.TANK, used=0.1, even=0.5)), "#14171a") > pixels(nearly_full, "#14171a")


def test_the_percentage_has_a_bar_of_what_is_used() -> None:
    image = painted(view(IconStyle.PERCENT, used=0.5, even=0.8))

    assert image.pixelColor(16, 60).name() == LIGHT.tones[Tone.CALM]
    assert image.pixelColor(40, 60).alpha() < 200
    assert image.pixelColor(51, 60).name() == "#14171a"


def test_one_colour_means_one_colour() -> None:
    image = painted(view(IconStyle.MONOCHROME, Tone.ACT, 0.9, 0.5))

    for y in range(image.height()):
        for x in range(image.width()):
            seen = image.pixelColor(x, y)
            parts = (seen.red(), seen.green(), seen.blue())
            assert seen.alpha() < 64 or max(parts) - min(parts) < 12


def test_an_unknown_share_is_an_empty_gauge_with_a_dash() -> None:
    image = painted(view(tone=Tone.UNKNOWN, used=None), 48)
    dash = pixels(image, "#14171a")

    assert on_arc(image, 0.1).alpha() < 200
    assert dash
    assert max(x for x, _ in dash) - min(x for x, _ in dash) > max(y for _, y in dash) - min(y for _, y in dash)
    assert pixels(painted(view(IconStyle.TANK, Tone.UNKNOWN, None), 48), "#14171a")


def test_old_numbers_are_dimmed() -> None:
    fresh, old = painted(view()), painted(GaugeView(IconStyle.ARC, Tone.CALM, 0.5, None, "50", dimmed=True))

    assert on_arc(fresh, 0.2).alpha() == 255
    assert 100 < on_arc(old, 0.2).alpha() < 160


def test_an_icon_has_a_sharp_picture_for_every_size_and_pixel_ratio() -> None:
    icon = gauge.icon(CALM, LIGHT, RATIOS)
    sizes = {size.width() for size in icon.availableSizes()}

    assert sizes == {round(size * ratio) for size in gauge.SIZES for ratio in RATIOS}
    assert icon.pixmap(QSize(22, 22), 2.0).size() == QSize(44, 44)
    assert icon.pixmap(QSize(22, 22), 2.0).toImage() == icon.pixmap(QSize(44, 44), 1.0).toImage()


def test_points_along_the_arc_run_clockwise_from_the_lower_left() -> None:

    ring = QRectF(0, 0, 100, 100)
    assert gauge.along(ring, 0.5).toTuple() == pytest.approx((50, 0), abs=1e-9)
    assert gauge.along(ring, 0.0).toTuple() == pytest.approx((50 - 35.36, 50 + 35.36), abs=0.01)
    assert gauge.along(ring, 0.5, 10).toTuple() == pytest.approx((50, -10), abs=1e-9)


@pytest.mark.parametrize("style", list(IconStyle))
@pytest.mark.parametrize("size", gauge.SIZES)
def test_a_dot_says_that_something_is_new(style: IconStyle, size: int) -> None:
    shown = view(style)
    plain, dotted = painted(shown, size), painted(replace(shown, badge=True, dimmed=True), size)
    middle = round(size - max(2.4, size * 0.12) - max(1.0, size * 0.04))
    corner = dotted.pixelColor(middle, size - 1 - middle)
    assert corner.alpha() > 200
    assert corner != plain.pixelColor(middle, size - 1 - middle)
