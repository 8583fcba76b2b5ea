"""What turns the lines of a log into usage events, seen from outside."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from tankful.core.problems import Flaw, Problem
from tankful.core.usage import Prompt, UsageEvent


@dataclass(slots=True)
class Findings:
    """What a parser got out of some lines; the reader empties it into a batch."""

    events: list[UsageEvent] = field(default_factory=list[UsageEvent])
    prompts: list[Prompt] = field(default_factory=list[Prompt])
    problems: list[Problem] = field(default_factory=list[Problem])

    def blame(self, flaw: Flaw, path: str, line: int = 0) -> None:
        """Note a flaw; the line's content is never kept."""
        self.problems.append(Problem(flaw, path, line))


class FileTimes(NamedTuple):
    """The times that stand in for a missing or impossible one."""

    modified: datetime
    """When the file last changed (UTC)."""
    now: datetime
    """When this read began (UTC); nothing can have happened more than a day later."""


class Parser(Protocol):
    """Reads one log file front to back; its fields are its checkpoint."""

    def read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        """Take the next complete lines (without their line ends; `first_line` counts from 1) and add what they hold.

        Never raises for what a line contains: a bad line is a problem in `found`.
        """
        ...

    def fields(self) -> bytes:
        """Return the state a new parser needs to go on after the lines read so far."""
        ...
