"""The small file that says where something went wrong: places in the program, never what was being read, typed or received."""

import logging
import sys
import threading
import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager
from io import FileIO, TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import cast

from tankful.core.errors import TankfulError
from tankful.core.secret_words import redacted
from tankful.regular_file import opened

NAME = "tankful.log"
_MOST_BYTES = 256_000
_OLDER = 2
_OWN = "tankful"


def log_path(state: Path) -> Path:
    """Return where the file is, or would be once something goes wrong; older ones are beside it with `.1` and `.2`."""
    return state / NAME


def places(mistake: BaseException) -> str:
    """Return the way to a mistake and to what caused it, without its own words: they may quote what was received."""
    lines: list[str] = []
    cause: BaseException | None = mistake
    while cause is not None:
        lines += [*traceback.format_tb(cause.__traceback__), f"{type(cause).__name__}\n"]
        if isinstance(cause, BaseExceptionGroup):
            lines += [places(each) for each in cast("BaseExceptionGroup[BaseException]", cause).exceptions]
        cause = cause.__cause__ or cause.__context__
    return "".join(lines)


@contextmanager
def logging_to(state: Path) -> Generator[None]:
    """Write warnings and mistakes into the file in this folder, for as long as the block lasts."""
    handler = _File(log_path(state))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()


def note(state: Path, mistake: BaseException) -> bool:
    """Write where a mistake happened; return whether it could be written."""
    handler = _File(log_path(state))
    handler.handle(_record(mistake))
    handler.close()
    return not handler.failed


@contextmanager
def catching(tell: Callable[[TankfulError], object]) -> Generator[None]:
    """Log what nobody caught, on any thread, and tell of each mistake once; `tell` may be called on any thread."""
    told: set[str] = set()
    on_main, on_threads = sys.excepthook, threading.excepthook

    def caught(mistake: BaseException) -> None:
        logging.getLogger(_OWN).handle(_record(mistake))
        way = places(mistake)
        if way not in told:
            told.add(way)
            hint = "The log says where it happened. Start Tankful again if its numbers stand still."
            tell(TankfulError(f"Tankful made a mistake ({type(mistake).__name__})", hint))

    def hook(kind: type[BaseException], mistake: BaseException, trace: TracebackType | None) -> None:
        if isinstance(mistake, Exception):
            caught(mistake)
        else:
            on_main(kind, mistake, trace)

    def thread_hook(args: threading.ExceptHookArgs) -> None:
        if isinstance(args.exc_value, Exception):
            caught(args.exc_value)
        else:
            on_threads(args)

    sys.excepthook, threading.excepthook = hook, thread_hook
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = on_main, on_threads


def _record(mistake: BaseException) -> logging.LogRecord:
    return logging.LogRecord(_OWN, logging.ERROR, __file__, 0, "%s at\n%s", (type(mistake).__name__, places(mistake)), None)


class _File(RotatingFileHandler):
    """Comes into being with its first line, is for its owner's eyes only, and stays silent when it cannot be written."""

    def __init__(self, path: Path) -> None:
        """Write below a folder that need not be there yet."""
        super().__init__(path, maxBytes=_MOST_BYTES, backupCount=_OLDER, encoding="utf-8", delay=True)
        self.setLevel(logging.WARNING)
        self.setFormatter(_Words())
        self.failed = False

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return TextIOWrapper(
            FileIO(self.baseFilename, self.mode, opener=lambda path, how: opened(path, how, 0o600)),  # pyright: ignore[reportArgumentType] - it takes raw files too
            encoding=self.encoding,
            errors="backslashreplace",
            write_through=True,
        )

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Go on without: there is nowhere left to say it."""
        del record
        self.failed = True


class _Words(logging.Formatter):
    """Writes our own words, and of others' only who spoke: theirs may quote a secret or a prompt."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line, and below it the way to the mistake that others caught."""
        is_own = record.name.partition(".")[0] == _OWN
        said = record.getMessage() if is_own else f"said something in {record.funcName}"
        lines = [f"{self.formatTime(record)} {record.levelname} {record.name}: {said}"]
        if record.exc_info and record.exc_info[1] is not None:
            lines.append(places(record.exc_info[1]).rstrip())
        return redacted("\n".join(lines))
