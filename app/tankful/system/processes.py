"""Looks at the user's own processes and stops one: asked to end, then told to; only ever the very one that was shown."""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING

from tankful.core.agent_process import Seen
from tankful.core.errors import TankfulError

if TYPE_CHECKING:
    import psutil

PATIENCE_S = 10.0
"""How long a process may take to end before it is told once more, and then before it is given up."""


class NotStopped(TankfulError):
    """A process may not be stopped by us."""


class End(StrEnum):
    """How stopping ended."""

    INTERRUPTED = "interrupted"
    """It ended by SIGINT, as by Ctrl+C."""
    TERMINATED = "terminated"
    """It ended by SIGTERM."""
    GONE = "gone"
    """It had ended before anything was done; whatever has its number now was left alone."""
    STUCK = "stuck"
    """It goes on in spite of both."""


def own_processes(wanted: Callable[[Seen], bool]) -> tuple[Seen, ...]:
    """Return the user's own processes that are wanted; for these alone it is looked which files they have open."""
    import psutil  # noqa: PLC0415 - only whoever looks for a process needs it

    found: list[Seen] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):  # it ended meanwhile, or is not ours to look at
            if process.pid != os.getpid() and _is_own(process) and process.status() != psutil.STATUS_ZOMBIE:
                seen = _seen(process)
                if wanted(seen):
                    found.append(seen._replace(files=_files(process)))
    return tuple(found)


def stop(pid: int, started_s: float, *, patience_s: float = PATIENCE_S) -> End:
    """End the process with this number that began at this time: SIGINT, and SIGTERM if it goes on; it may take twice the patience.

    Raises:
        NotStopped: it is not the user's own, or the system refuses.
    """
    import psutil  # noqa: PLC0415 - see above

    try:
        process = psutil.Process(pid)
        if process.create_time() != started_s or not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return End.GONE
        if not _is_own(process):
            raise NotStopped(f"Process {pid} is somebody else's", "Tankful stops your own processes only.")
        for ask, end in _steps():
            ask(process)  # it looks once more whether the number has changed hands
            if _ends(process, patience_s):
                return end
    except psutil.NoSuchProcess:
        return End.GONE
    except psutil.AccessDenied as refused:
        raise NotStopped(f"The system does not let Tankful stop process {pid}", "Stop it where you started it.") from refused
    return End.STUCK


def _steps() -> "tuple[tuple[Callable[[psutil.Process], None], End], ...]":
    if sys.platform == "win32":  # pragma: no cover - Windows has no such signals
        return ((lambda process: process.terminate(), End.TERMINATED),)
    return (
        (lambda process: process.send_signal(signal.SIGINT), End.INTERRUPTED),
        (lambda process: process.send_signal(signal.SIGTERM), End.TERMINATED),
    )


def _ends(process: "psutil.Process", patience_s: float) -> bool:
    import psutil  # noqa: PLC0415 - see above

    try:
        process.wait(patience_s)
    except psutil.TimeoutExpired:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    return True


def _is_own(process: "psutil.Process") -> bool:
    if sys.platform == "win32":  # pragma: no cover - Windows only
        import psutil  # noqa: PLC0415 - see above

        return process.username() == psutil.Process().username()
    uids = process.uids()
    return uids.real == uids.effective == os.getuid()


def _seen(process: "psutil.Process") -> Seen:
    with process.oneshot():
        return Seen(
            process.pid,
            process.create_time(),
            process.ppid(),
            _kept_back(process.exe),
            tuple(process.cmdline()),
            _kept_back(process.cwd),
        )


def _files(process: "psutil.Process") -> tuple[str, ...]:
    import psutil  # noqa: PLC0415 - see above

    with suppress(psutil.Error, OSError):
        return tuple(each.path for each in process.open_files())
    return ()


def _kept_back(ask: Callable[[], str]) -> str:
    """Return what a process tells of itself, or nothing where the system keeps that back."""
    import psutil  # noqa: PLC0415 - see above

    with suppress(psutil.AccessDenied, OSError):
        return ask()
    return ""
