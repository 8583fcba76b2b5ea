"""Splits this program in two or more, which take numbered turns until none is left."""

import gc
import os
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager

from tankful.system.cycles import look_rarely

TURNS_MAX = 4096
"""So many numbers of four bytes fit into any pipe at once."""


def can_fork() -> bool:
    """Say whether this program may split in two: on Linux with one thread, whoever started others, that costs nothing."""
    try:
        return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208 - a path would cost more than the look
    except OSError:  # a system that shows no processes
        return False


def usable_cores() -> int:
    """Return how many processes are worth starting: cores we may use, at most four."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(4, count))


def share_out(turns: int, processes: int, work: Callable[[Iterator[int]], bytes]) -> list[bytes] | None:
    """Fork into `processes`, this one among them; each takes the next number below `turns` (at most 4,096) when it is free.

    Returns what each process made of its turns, this one's first; `None` when one did not get to its end.
    """
    taking, putting = os.pipe()
    os.write(putting, b"".join(number.to_bytes(4, "big") for number in range(turns)))
    os.close(putting)
    children: list[tuple[int, int]] = []
    said: list[bytes] = []
    try:
        with rarely_collecting():
            for _ in range(processes - 1):
                hearing, telling = os.pipe()
                try:
                    child = os.fork()
                except OSError:  # the system has no room for another: then this one does it all
                    os.close(hearing)
                    os.close(telling)
                    break
                if child == 0:
                    _be_a_child(lambda: work(_taken(taking)), telling)
                os.close(telling)
                children.append((child, hearing))
            said.append(work(_taken(taking)))
    finally:
        os.close(taking)
        whole = [_outcome(child, hearing, said) for child, hearing in children]
    return said if all(whole) else None


def _be_a_child(work: Callable[[], bytes], telling: int) -> None:
    code = 1
    try:
        with open(telling, "wb") as pipe:
            pipe.write(work())
        code = 0
    finally:
        os._exit(code)  # whatever happens, a child must not go on as its parent


def _outcome(child: int, hearing: int, said: list[bytes]) -> bool:
    """Hear what a child made and wait for its end; says whether it got there."""
    with open(hearing, "rb") as pipe:
        said.append(pipe.read())
    return os.waitpid(child, 0)[1] == 0


def _taken(pipe: int) -> Iterator[int]:
    """Yield turns; the pipe hands each number to whoever asks first."""
    while turn := os.read(pipe, 4):
        yield int.from_bytes(turn, "big")


@contextmanager
def rarely_collecting() -> Generator[None]:
    """Look for cycles rarely for a while: hundreds of thousands of plain values would be looked at again and again."""
    before = gc.get_threshold()
    gc.freeze()  # what lives now stays shared between the processes
    look_rarely()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
