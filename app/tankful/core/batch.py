"""What a reading of one file hands to the ledger, all of it or nothing."""

from typing import NamedTuple

from tankful.core.problems import Problem
from tankful.core.totals import SessionTotal
from tankful.core.usage import AskedOtherwise, Prompt, UsageEvent


class Checkpoint(NamedTuple):
    """How far one file was read, and enough to see whether it is still the same file."""

    path: str
    source: str
    device: int
    inode: int
    size: int
    modified_ns: int
    offset: int
    """Everything before this byte is in the ledger."""
    line: int
    """Lines before `offset`."""
    passing_over: bool
    """`offset` lies inside a line that is too long to be a response."""
    head: bytes
    """Fingerprint of the first bytes."""
    tail: bytes
    """Fingerprint of the last bytes before `offset`."""
    fields: bytes | None
    """The parser's state."""


class Batch(NamedTuple):
    """New events of one file with the checkpoint they bring it to."""

    checkpoint: Checkpoint
    events: tuple[UsageEvent, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    problems: tuple[Problem, ...] = ()
    totals: tuple[SessionTotal, ...] = ()
    asked: tuple[AskedOtherwise, ...] = ()
