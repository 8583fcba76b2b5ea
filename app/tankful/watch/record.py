"""One record to read on from where it was left."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tankful.core.batch import Checkpoint
from tankful.core.parsing import LONGEST_LINE, Parser


@dataclass(frozen=True, slots=True)
class Record:
    """One file to read on from where it was left; `parser` makes a parser from earlier fields."""

    path: str
    source: str
    checkpoint: Checkpoint | None
    parser: Callable[[bytes | None], Parser]
    now: datetime
    checks_text: bool = True
    """Whether to look for broken characters in all lines, also in text that is kept nowhere."""
    longest_line: int = LONGEST_LINE
    """Bytes; a longer line is passed over."""
