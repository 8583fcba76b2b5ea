"""What was wrong with a log, said without quoting it."""

from enum import StrEnum
from typing import NamedTuple


class Flaw(StrEnum):
    """The kinds of trouble a log can have, in words for people."""

    NOT_JSON = "a line is not valid JSON"
    BAD_TEXT = "text is not valid UTF-8; broken characters were replaced"
    WRONG_SHAPE = "a line has a value of the wrong type"
    BAD_COUNT = "a token count is negative or impossibly large"
    BAD_TIME = "a time is missing or impossible; the file's own time was used"
    LONG_LINE = "a line is too long to be a response and was passed over"
    UNREADABLE = "the file or folder could not be read"
    NOT_A_FILE = "this is not a regular file"
    LOOP = "a link leads back to a folder that is read already"
    LONG_FILE = "the file is too large to be a session and was passed over"
    LOCKED = "the database is locked by its agent; it is read later"
    DAMAGED = "the database is damaged, or is none"
    OTHER_SHAPE = "the database has another shape than known; a newer Tankful may know it"
    PLACEHOLDER = "the agent recorded a placeholder instead of the output count; the cost is estimated low"


class Problem(NamedTuple):
    """One flaw in one place; `line` counts from 1, 0 means the file as a whole."""

    flaw: Flaw
    path: str
    line: int = 0


class NotedProblem(NamedTuple):
    """A flaw with how often it was met; `problem.line` is the newest place."""

    problem: Problem
    source: str
    times: int
