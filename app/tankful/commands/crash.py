"""Says in one line that a command failed unexpectedly, and keeps where: never a word of what was being read."""

import errno
import traceback
from collections.abc import Sequence
from pathlib import Path

from tankful.core.errors import TankfulError
from tankful.system.log_file import log_path, note
from tankful.system.paths import folders

_PROGRAM = Path(__file__).parent.parent
_OF_OUTPUT = {errno.ENOSPC, errno.EIO, errno.EBADF, errno.EFBIG, errno.EDQUOT}


def explained(error: Exception, argv: Sequence[str]) -> TankfulError:
    """Return what to say about an error that nobody expected; all but those of reading and writing are kept in a file."""
    if isinstance(error, OSError) and error.strerror:
        if error.filename is not None:
            return TankfulError(f"{error.filename}: {error.strerror}", "Check that it is there, and its owner and permissions.")
        if error.errno in _OF_OUTPUT:
            return TankfulError(f"The output could not be written: {error.strerror}", "Send it somewhere else, or make room.")
    state = folders(_chosen(argv)).state
    hint = f"Where is in {log_path(state)}; please report it." if note(state, error) else "It may help to try again."
    return TankfulError(f"Something went wrong inside Tankful ({type(error).__name__} in {_place(error)})", hint)


def _place(error: Exception) -> str:
    """Return the innermost place in the program: `commands/usage.py:41`."""
    places = [
        f"{Path(frame.filename).relative_to(_PROGRAM).as_posix()}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(_PROGRAM)
    ]
    return places[-1] if places else "a library"


def _chosen(argv: Sequence[str]) -> Path | None:
    """Return the folder of `--data`, whatever else the words say."""
    for place, word in enumerate(argv):
        if word.startswith("--data="):
            return Path(word.removeprefix("--data="))
        if word == "--data" and place + 1 < len(argv):
            return Path(argv[place + 1])
    return None
