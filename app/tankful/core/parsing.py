"""What turns the records of an agent into usage events, seen from outside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Any, NamedTuple, Protocol

from tankful.core.problems import Flaw, Problem
from tankful.core.totals import SessionTotal
from tankful.core.usage import AskedOtherwise, Prompt, UsageEvent


class Form(Enum):
    """How a log is written, which decides how it is read."""

    LINES = auto()
    """Lines are appended; read from where the last reading ended."""
    DOCUMENT = auto()
    """The whole file is written anew with every change (one JSON value)."""
    STORE = auto()
    """An SQLite database that a running agent may be writing."""
    SEALED = auto()
    """Encrypted: it tells nothing but that it has changed, and when."""


LONGEST_LINE = 8 * 1024 * 1024
"""Bytes; no response is longer: beyond this a line is passed over without being held."""
LONGEST_DOCUMENT = 64 * 1024 * 1024
"""Bytes; no session is longer: beyond this a file, or a line that holds a whole session, is passed over without being held."""
DOCUMENTS = (".json",)
STORES = (".db", ".sqlite", ".sqlite3", ".vscdb")
SEALED = (".pb",)
"""How the names of records that are no lines end."""


def form_of(path: str) -> Form:
    """Return how a log of this name is written."""
    if path.endswith(DOCUMENTS):
        return Form.DOCUMENT
    if path.endswith(SEALED):
        return Form.SEALED
    return Form.STORE if path.endswith(STORES) else Form.LINES


@dataclass(slots=True)
class Findings:
    """What a parser got out of a log; the reader empties it into a batch."""

    events: list[UsageEvent] = field(default_factory=list[UsageEvent])
    totals: list[SessionTotal] = field(default_factory=list[SessionTotal])
    """Counters of agents that keep one sum a session; the ledger books what is new in them."""
    prompts: list[Prompt] = field(default_factory=list[Prompt])
    problems: list[Problem] = field(default_factory=list[Problem])
    asked: list[AskedOtherwise] = field(default_factory=list[AskedOtherwise])

    def note_asked(self, event: UsageEvent, asked: str) -> None:
        """Note of which model a response was asked that names its model itself; kept only where that is another one."""
        served = event.model
        if not asked or not served or asked == served:
            return
        from tankful.core.model_names import are_one  # noqa: PLC0415 - few records name both

        if not are_one(asked, served):
            self.asked.append(AskedOtherwise(event.keys[0], event.at, asked, served))

    def blame(self, flaw: Flaw, path: str, line: int = 0) -> None:
        """Note a flaw; the line's content is never kept."""
        self.problems.append(Problem(flaw, path, line))

    def clear(self) -> None:
        """Begin anew, for a parser that goes on adding to the same findings."""
        for found in (self.events, self.totals, self.prompts, self.problems, self.asked):
            found.clear()


class FileTimes(NamedTuple):
    """The times that stand in for a missing or impossible one."""

    modified: datetime
    """When the file last changed (UTC)."""
    now: datetime
    """When this read began (UTC); nothing can have happened more than a day later."""


class LineParser(Protocol):
    """Reads one log of lines front to back; its fields are its checkpoint."""

    def read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        """Take the next complete lines (without their line ends; `first_line` counts from 1) and add what they hold.

        Never raises for what a line contains: a bad line is a problem in `found`.
        """
        ...

    def fields(self) -> bytes:
        """Return the state a new parser needs to go on after the lines read so far."""
        ...


class DocumentParser(Protocol):
    """Reads a file that is one JSON value, whole, each time it has changed."""

    def read_document(self, content: bytes, times: FileTimes, found: Findings) -> None:
        """Add everything that the file holds: what was found before is found again and booked once.

        Never raises for what the file contains: a file that is no JSON is a problem in `found`.
        """
        ...

    def fields(self) -> bytes:
        """Return what the parser of the next version of this file wants to know; may be empty."""
        ...


class Store(Protocol):
    """An agent's database, open for reading only, all answers from one state of it."""

    def columns(self, table: str) -> frozenset[str]:
        """Return the names of a table's columns; none when there is no such table."""
        ...

    def rows(self, sql: str, *parameters: object) -> Iterator[tuple[Any, ...]]:
        """Yield what a query finds.

        Raises:
            StoreUnreadable: the database is locked, damaged or of another shape; the reader says so in the problems.
        """
        ...


class StoreUnreadable(Exception):
    """A database of an agent did not answer; `flaw` says why."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


class StoreParser(Protocol):
    """Reads what is new in an agent's database; its fields say how far it came."""

    def read_store(self, store: Store, times: FileTimes, found: Findings) -> Iterator[None]:
        """Add what is new; yield after a bounded number of rows, whenever `fields` covers exactly what was found.

        Asks `columns` before it relies on one, and blames `Flaw.OTHER_SHAPE` when what it needs is missing. A value of a
        wrong type is a problem in `found`, never an exception.
        """
        ...

    def fields(self) -> bytes:
        """Return the state a new parser needs to go on behind what was found so far."""
        ...


class SealedParser(Protocol):
    """Notes that an encrypted record has changed."""

    def note(self, print_of: int, times: FileTimes, found: Findings) -> None:
        """Add what the change tells; `print_of` is a number that changes with the content."""
        ...

    def fields(self) -> bytes:
        """Return what the parser of the next version of this file wants to know."""
        ...


Parser = Any
"""A `LineParser`, `DocumentParser`, `StoreParser` or `SealedParser`: the log's form decides, which no type can say."""
