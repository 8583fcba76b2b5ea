"""Prints lines of pieces: in colour on a terminal, as plain text elsewhere."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tankful.commands.terminal import Terminal
from tankful.core.pace import Tone
from tankful.present.format import visible
from tankful.present.status import Line, Role

if TYPE_CHECKING:
    from rich.text import Text

_TONES = {Tone.CALM: "#56b4e9", Tone.WATCH: "#e69f00", Tone.ACT: "#d55e00", Tone.UNKNOWN: ""}
"""Blue, orange and vermillion of the Okabe-Ito palette, told apart by all eyes."""


def plain(line: Line) -> str:
    """Return a line without its looks."""
    return "".join(piece.text for piece in line).rstrip()


def painted(lines: Iterable[Line]) -> "Text":
    """Return lines with their looks, for rich."""
    from rich.text import Text  # noqa: PLC0415 - only a terminal needs it, and it is slow to load

    text = Text()
    for number, line in enumerate(lines):
        text.append("\n" if number else "")
        for piece in line:
            style = {Role.PLAIN: "", Role.STRONG: "bold", Role.FAINT: "dim", Role.TONE: _TONES[piece.tone]}[piece.role]
            text.append(visible(piece.text), style)
    return text


def print_lines(lines: Iterable[Line], terminal: Terminal) -> None:
    """Print lines in the way that suits what stdout is."""
    if not terminal.out.isatty():
        for line in lines:
            terminal.say(plain(line))
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it, and it is slow to load

    Console(file=terminal.out).print(painted(lines), soft_wrap=True)  # a path that is cut cannot be copied
