"""What would become of a file: planned first, shown, and carried out only if the file is still what it was."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tankful.switch import env_file, jsonc, toml, yaml
from tankful.switch.errors import NotSwitched
from tankful.switch.files import content, text_of
from tankful.switch.values import ABSENT, Change, Key, at, within


@dataclass(frozen=True, slots=True)
class Format:
    """How a configuration is written: reading and changing raise `ValueError` for what is none."""

    name: str
    read: Callable[[str], dict[str, Any]]
    changed: Callable[[str, Sequence[Change]], str]
    span: Callable[[str, Key], tuple[int, int] | None] = lambda _text, _key: None
    """Where a value stands in a text, if that can be told."""


JSONC = Format("JSON", jsonc.read, jsonc.changed, jsonc.span)
TOML = Format("TOML", toml.read, toml.changed)
YAML = Format("YAML", yaml.read, yaml.changed, yaml.span)
ENV = Format("file of variables", env_file.read, env_file.changed)
_BY_ENDING = {".toml": TOML, ".yaml": YAML, ".yml": YAML, ".env": ENV}


def format_of(path: Path) -> Format:
    """Return how a file of this name is written."""
    return _BY_ENDING.get(path.suffix or path.name, JSONC)


@dataclass(frozen=True, slots=True)
class Plan:
    """A change of one file that was not made yet."""

    path: Path
    before: bytes | None
    """`None`: there is no file."""
    after: bytes | None
    changes: tuple[Change, ...]
    olds: tuple[Any, ...]
    """What stands at each change's key now, or `ABSENT`."""

    @property
    def is_needed(self) -> bool:
        """Whether anything would change."""
        return self.before != self.after

    def diff(self) -> list[str]:
        """Return the change as a unified diff, without line ends."""
        old, new = (text_of(self.path, held).splitlines() for held in (self.before, self.after))
        was, becomes = (str(self.path) if held is not None else "nothing" for held in (self.before, self.after))
        return list(difflib.unified_diff(old, new, was, becomes, lineterm=""))


def read_values(path: Path) -> dict[str, Any]:
    """Return what a configuration says, nothing where there is none.

    Raises:
        NotSwitched: it cannot be read or understood.
    """
    return _read(path, text_of(path, content(path)))


def plan(path: Path, changes: Sequence[Change]) -> Plan:
    """Plan what these changes make of a file.

    Raises:
        NotSwitched: the file cannot be read, understood or changed.
    """
    held = content(path)
    text = text_of(path, held)
    olds = tuple(at(_read(path, text), change.key) for change in changes)
    try:
        after = format_of(path).changed(text, changes)
    except ValueError as wrong:
        raise _no_sense(path, wrong) from wrong
    made = None if held is None and not any(change.value is not ABSENT for change in changes) else after.encode()
    if made is not None and not within(_read(path, after), changes):
        raise NotSwitched(f"{path} cannot be changed safely", "Nothing was changed. Make the change by hand.")
    return Plan(path, held, made, tuple(changes), olds)


def _read(path: Path, text: str) -> dict[str, Any]:
    try:
        return format_of(path).read(text)
    except (ValueError, RecursionError) as wrong:
        raise _no_sense(path, wrong) from wrong


def _no_sense(path: Path, wrong: Exception) -> NotSwitched:
    name = format_of(path).name
    return NotSwitched(f"{path} is no {name} that can be changed: {wrong}", "Nothing was changed. Correct the file first.")
