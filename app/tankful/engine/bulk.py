"""Reads a big backlog with one process per core; each books what it reads, as one process would."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import IO, TYPE_CHECKING, NamedTuple

from tankful.engine.together import TURNS_MAX, share_out

if TYPE_CHECKING:
    from queue import SimpleQueue

BIG_BYTES = 24 * 1024 * 1024
"""Below this, starting processes costs more than it brings."""

Job = tuple[str, str, str]
"""Source id, path, route."""
Tell = Callable[[int], None]
"""Hears how many bytes were read."""


class Order(NamedTuple):
    """What one reading process is asked to do."""

    ledger: str
    settings: str
    jobs: tuple[Job, ...]


def shares(jobs: Sequence[tuple[Job, int]], count: int) -> list[tuple[Job, ...]]:
    """Deal jobs, given with their sizes, into at most `count` shares, the largest jobs first."""
    ordered = [job for job, _ in sorted(jobs, key=lambda sized: -sized[1])]
    return [tuple(ordered[start::count]) for start in range(min(count, len(ordered)))]


def read_together(
    jobs: Sequence[tuple[Job, int]], count: int, work: Callable[[Iterable[Job], Tell, Callable[[], int]], None], read_bytes: Tell
) -> bool:
    """Fork into `count` processes, this one among them; each takes the next share of the jobs when it is free.

    `work` is given its jobs, whom to tell of progress, and how to ask how many bytes nobody has taken yet. Says whether
    all succeeded; `read_bytes` hears of progress in this process.
    """
    turns = shares(jobs, TURNS_MAX)
    left = bytes_left(turns, dict(jobs))
    hearing, telling = os.pipe()
    os.set_blocking(hearing, False)
    os.set_blocking(telling, False)
    parent = os.getpid()

    def take(numbers: Iterator[int]) -> bytes:
        latest = 0

        def taken() -> Iterator[Job]:
            nonlocal latest
            for latest in numbers:
                yield from turns[latest]

        tell: Tell = _teller(telling) if os.getpid() != parent else lambda size: read_bytes(size + _heard(hearing))
        work(taken(), tell, lambda: left[latest])
        return b""

    try:
        done = share_out(len(turns), count, take)
        read_bytes(_heard(hearing))
    finally:
        os.close(hearing)
        os.close(telling)
    return done is not None


def bytes_left(turns: Sequence[Sequence[Job]], sizes: Mapping[Job, int]) -> list[int]:
    """Return for each turn how many bytes are in the turns after it."""
    rest = sum(sizes.values())
    left: list[int] = []
    for turn in turns:
        rest -= sum(map(sizes.__getitem__, turn))
        left.append(rest)
    return left


def _teller(pipe: int) -> Tell:
    untold = 0

    def tell(size: int) -> None:
        nonlocal untold
        untold += size
        with suppress(BlockingIOError):  # nobody listens just now: told with the next
            os.write(pipe, b"%d\n" % untold)
            untold = 0

    return tell


def _heard(pipe: int) -> int:
    told = b""
    with suppress(BlockingIOError):
        while more := os.read(pipe, 65536):
            told += more
    return sum(map(int, told.split()))


def read_in_processes(orders: Sequence[Order], read_bytes: Tell) -> bool:
    """Carry out the orders, each in this program started again; `read_bytes` hears of progress. Says whether all succeeded."""
    import queue  # noqa: PLC0415 - most starts of the program read little, and these take their time to load
    import subprocess  # noqa: PLC0415 - same
    import threading  # noqa: PLC0415 - same

    frozen = bool(getattr(sys, "frozen", False))
    command = [sys.executable, "read-logs"] if frozen else [sys.executable, "-m", "tankful", "read-logs"]
    running: list[subprocess.Popen[bytes]] = []
    for order in orders:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603 - our own program
        assert process.stdin is not None  # noqa: S101 - PIPE was asked for
        try:
            process.stdin.write(json.dumps([order.ledger, order.settings, order.jobs]).encode())
            process.stdin.close()
        except OSError:
            process.kill()
        running.append(process)
    heard: queue.SimpleQueue[int | None] = queue.SimpleQueue()
    for process in running:
        threading.Thread(target=_pass_on, args=(process.stdout, heard), daemon=True).start()
    talking = len(running)
    try:
        while talking:
            size = heard.get()
            if size is None:
                talking -= 1
            else:
                read_bytes(size)
    except BaseException:
        for process in running:
            process.kill()
        raise
    finally:
        codes = [process.wait() for process in running]
    return not any(codes)


def _pass_on(pipe: IO[bytes], heard: "SimpleQueue[int | None]") -> None:
    """Let the thread that asked hear of it: only that one may touch the ledger."""
    try:
        with pipe:
            for line in pipe:
                heard.put(int(line))
    finally:
        heard.put(None)


def order_from(text: str) -> Order:
    """Return the order that `read_in_processes` wrote."""
    ledger, settings, jobs = json.loads(text)
    return Order(ledger, settings, tuple((source, path, route) for source, path, route in jobs))
