"""Looks at and touches a private X screen: its windows, pixels, mouse and keys."""

import re
import time
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageGrab

from desktop.programs import Programs
from desktop.waiting import wait_until

ARTEFACTS = Path(__file__).parent.parent / "artefacts"

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the screen."""


@dataclass(frozen=True, slots=True)
class Window:
    """One visible window, where it is and what it calls itself."""

    number: int
    name: str
    kind: str
    """Its _NET_WM_WINDOW_TYPE, empty where it has none."""
    left: int
    top: int
    width: int
    height: int

    @property
    def box(self) -> Box:
        """The window's pixels on the screen."""
        return self.left, self.top, self.left + self.width, self.top + self.height

    @property
    def centre(self) -> tuple[int, int]:
        """The window's middle."""
        return self.left + self.width // 2, self.top + self.height // 2

    @property
    def is_icon(self) -> bool:
        """Whether it is as small as what sits in a tray."""
        return max(self.width, self.height) <= 80

    @property
    def is_menu(self) -> bool:
        """Whether it is a menu."""
        return "MENU" in self.kind


@dataclass
class Screen:
    """One X screen and the hand on its mouse and keyboard."""

    display: str
    programs: Programs

    def picture(self, box: Box | None = None) -> Image.Image:
        """Return the screen's pixels, or those of one part."""
        return ImageGrab.grab(bbox=box, xdisplay=self.display).convert("RGB")

    def keep(self, name: str, box: Box | None = None) -> Path:
        """Save the screen's pixels as an artefact and return the file."""
        ARTEFACTS.mkdir(exist_ok=True)
        place = ARTEFACTS / f"{name}.png"
        self.picture(box).save(place)
        return place

    def still_picture(self, box: Box | None = None) -> Image.Image:
        """Return the pixels once they have stopped changing for a moment."""
        last = self.picture(box)
        since = time.monotonic()

        def rests() -> bool:
            nonlocal last, since
            now = self.picture(box)
            if differs(last, now):
                last, since = now, time.monotonic()
            return time.monotonic() - since > 0.3

        wait_until("the screen stands still", rests)
        return last

    def windows(self, process: int) -> tuple[Window, ...]:
        """Return the visible windows of one process."""
        answer = self.programs.run("xdotool", "search", "--all", "--onlyvisible", "--pid", str(process), "--name", "")
        seen = (self._window(int(number)) for number in answer.stdout.split())
        return tuple(window for window in seen if window is not None)

    def has_keyboard(self, window: Window) -> bool:
        """Say whether what is typed goes into this window."""
        answer = self.programs.run("xdotool", "getactivewindow")
        return answer.stdout.strip() == str(window.number)

    def widest_of_class(self, name: str) -> Window | None:
        """Return the widest window whose class holds a name; visible or not, as an empty tray hides."""
        answer = self.programs.run("xdotool", "search", "--class", name)
        seen = (self._window(int(number)) for number in answer.stdout.split())
        return max((window for window in seen if window is not None), key=lambda window: window.width, default=None)

    def _window(self, number: int) -> Window | None:
        info = self.programs.run("xwininfo", "-id", str(number)).stdout
        words = self.programs.run("xprop", "-id", str(number), "_NET_WM_WINDOW_TYPE").stdout
        numbers = {key: int(value) for key, value in re.findall(r"(Absolute upper-left [XY]|Width|Height):\s+(-?\d+)", info)}
        if len(numbers) != 4:
            return None  # it went while it was looked at
        name = re.search(r'Window id: \S+ "(.*)"', info)
        kind = re.search(r"= (.*)", words)
        return Window(
            number=number,
            name=name[1] if name else "",
            kind=kind[1] if kind else "",
            left=numbers["Absolute upper-left X"],
            top=numbers["Absolute upper-left Y"],
            width=numbers["Width"],
            height=numbers["Height"],
        )

    def click(self, place: tuple[int, int], button: int = 1) -> None:
        """Move the mouse somewhere and press a button: 1 left, 3 right."""
        left, top = place
        self._do("mousemove", str(left), str(top))
        self._do("click", str(button))

    def point(self, place: tuple[int, int]) -> None:
        """Move the mouse somewhere."""
        self._do("mousemove", str(place[0]), str(place[1]))

    def press(self, *keys: str) -> None:
        """Press keys one after the other, by their X names: Escape, Return, ctrl+a."""
        self._do("key", "--clearmodifiers", *keys)

    def type(self, text: str) -> None:
        """Type a text into what has the keyboard."""
        self._do("type", "--clearmodifiers", text)

    def _do(self, *words: str) -> None:
        done = self.programs.run("xdotool", *words)
        assert done.returncode == 0, f"xdotool {' '.join(words)}: {done.stderr}"


def differs(one: Image.Image, other: Image.Image) -> bool:
    """Say whether two pictures show something else."""
    return one.size != other.size or ImageChops.difference(one, other).getbbox() is not None


def changed_box(before: Image.Image, after: Image.Image) -> Box | None:
    """Return the smallest box around all pixels that differ."""
    return ImageChops.difference(before, after).getbbox()
