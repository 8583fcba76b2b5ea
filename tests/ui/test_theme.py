"""Light and dark: what is chosen, and that every word can be read on it."""

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from tankful.core.choices import Theme
from tankful.core.pace import Tone
from tankful.ui import theme
from tankful.ui.theme import DARK, LIGHT, Colours

LEGIBLE, VISIBLE = 4.5, 3.0


def luminance(colour: str) -> float:
    rgb = QColor(colour)
    parts = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (rgb.redF(), rgb.greenF(), rgb.blueF()))
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
@pytest.mark.parametrize("surface", ["window", "card"])
def test_every_text_can_be_read_on_every_surface(colours: Colours, surface: str) -> None:
    ground = getattr(colours, surface)

    assert contrast(colours.text, ground) >= 7
    assert contrast(colours.muted, ground) >= LEGIBLE
    assert contrast(colours.accent, ground) >= LEGIBLE
    assert contrast(colours.accent_text, colours.accent) >= LEGIBLE
    for tone in Tone:
        assert contrast(colours.tone_words[tone], ground) >= LEGIBLE, tone


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_the_tones_stand_out_and_come_from_the_palette_for_colour_blind_people(colours: Colours) -> None:
    assert contrast(colours.tones[Tone.ACT], colours.window) >= VISIBLE
    assert contrast(colours.tones[Tone.CALM], colours.window) >= VISIBLE
    assert len(set(colours.tones.values())) == len(Tone)
    assert (LIGHT.tones[Tone.CALM], LIGHT.tones[Tone.WATCH], LIGHT.tones[Tone.ACT]) == ("#0072b2", "#e69f00", "#d55e00")


def desktop(window: str) -> QPalette:
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Window, QColor(window))
    return palette


@pytest.mark.parametrize(
    ("chosen", "window", "colours"),
    [
        (Theme.LIGHT, "#202020", LIGHT),
        (Theme.DARK, "#f0f0f0", DARK),
        (Theme.SYSTEM, "#f0f0f0", LIGHT),
        (Theme.SYSTEM, "#202020", DARK),
    ],
)
@pytest.mark.usefixtures("qapp")
def test_the_system_theme_follows_the_desktop_where_it_says_nothing_by_its_window_colour(
    chosen: Theme, window: str, colours: Colours
) -> None:
    assert theme.colours(chosen, desktop(window)) is colours


def test_a_theme_dresses_every_widget_at_once(qapp: QApplication) -> None:
    before = QPalette(qapp.palette())

    theme.apply(qapp, Theme.DARK, before)
    dark = qapp.palette().color(QPalette.ColorRole.Window).name()
    theme.apply(qapp, Theme.LIGHT, before)
    light = qapp.palette().color(QPalette.ColorRole.Window).name()

    assert (dark, light) == (DARK.window, LIGHT.window)
    assert qapp.style().name() == "fusion"
