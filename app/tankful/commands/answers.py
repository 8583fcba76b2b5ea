"""Asks for a yes, or for one of several, on the terminal."""

from tankful.commands.terminal import Terminal
from tankful.core.errors import TankfulError


class Unconfirmed(TankfulError):
    """Nobody said yes."""


def agreed(question: str, undone: str, terminal: Terminal, *, yes: bool, before: str = "") -> None:
    """Return if the answer is yes; `undone` says in small letters what has not happened otherwise.

    Raises:
        Unconfirmed: it is no, or nobody can be asked.
    """
    if yes:
        return
    if not terminal.inp.isatty():
        raise Unconfirmed(f"{undone[:1].upper()}{undone[1:]}: nobody can be asked", "Add --yes if that is what you want.")
    terminal.tell(f"{before} {question} [y/N]".strip())
    if terminal.inp.readline().strip().lower() not in {"y", "yes"}:
        raise Unconfirmed(f"{undone[:1].upper()}{undone[1:]}")


def chosen(question: str, count: int, undone: str, terminal: Terminal) -> int:
    """Return the number that is typed, from 1 to `count`.

    Raises:
        Unconfirmed: it is none of these.
    """
    terminal.tell(question)
    said = terminal.inp.readline().strip()
    if not (said.isascii() and said.isdecimal() and 1 <= int(said[:6]) <= count):
        raise Unconfirmed(f"{undone[:1].upper()}{undone[1:]}")
    return int(said)
