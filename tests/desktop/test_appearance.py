"""What the program looks like in dark colours and on sharp screens, and the pictures in README."""

import pytest
from PIL import Image, ImageStat

from desktop.gauge_program import GaugeProgram
from desktop.screen import Window
from desktop.session import DesktopSession


def opened(program: GaugeProgram, desktop: DesktopSession, **env: str) -> Window:
    """Open the panel by a click and wait until it is painted."""
    desktop.start_xembed_tray()
    program.set_budget(400)
    program.append_calls(14)
    program.start(env)
    desktop.screen.click(program.wait_for_icon().centre)
    return program.wait_for_still_panel()


def brightness(picture: Image.Image) -> float:
    return ImageStat.Stat(picture.convert("L")).median[0]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_panel_takes_the_colours_that_were_chosen(program: GaugeProgram, desktop: DesktopSession, theme: str) -> None:
    program.set_budget(400)
    program.set_theme(theme)
    panel = opened(program, desktop)
    desktop.screen.keep(f"panel-{theme}", panel.box)
    assert (brightness(desktop.screen.picture(panel.box)) > 128) == (theme == "light")


def test_everything_is_twice_as_large_on_a_screen_twice_as_sharp(program: GaugeProgram, desktop: DesktopSession) -> None:
    panel = opened(program, desktop, QT_SCALE_FACTOR="2")
    desktop.screen.keep("panel-twice-as-sharp")
    assert panel.width > 500
    assert panel.left >= 0
    assert panel.left + panel.width <= 1280


@pytest.mark.parametrize("blended", [True, False])
def test_the_corners_of_the_panel_show_what_is_behind_it(program: GaugeProgram, desktop: DesktopSession, *, blended: bool) -> None:
    desktop.start_backdrop()
    if blended:
        desktop.start_compositing_manager()
    panel = opened(program, desktop)
    desktop.screen.keep(f"corner-{'blended' if blended else 'cut'}", panel.box)
    left, top, _, _ = panel.box
    screen = desktop.screen.picture().convert("L")
    behind, corner = screen.getpixel((left - 4, top - 4)), screen.getpixel((left, top))
    assert isinstance(behind, int)
    assert isinstance(corner, int)
    assert abs(behind - corner) < 8
    shades = screen.crop((left, top, left + 12, top + 12)).tobytes()
    assert any(behind + 20 < shade < 200 for shade in shades) == blended, "the edge of a blended corner is smooth, that of a cut one is not"
