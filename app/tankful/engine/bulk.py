"""Reads a big backlog with one process per core; each books what it reads, as one process would."""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

BIG_BYTES = 24 * 1024 * 1024
"""Below this, starting processes costs more than it brings."""

Job = tuple[str, str, str]
"""Source id, path, route."""


@dataclass(frozen=True, slots=True)
class Order:
    """What one reading process is asked to do."""

    ledger: str
    settings: str
    jobs: tuple[Job, ...]


def shares(jobs: Sequence[tuple[Job, int]], count: int) -> list[list[Job]]:
    """Deal jobs, given with their sizes, into `count` shares of about the same size."""
    dealt: list[list[Job]] = [[] for _ in range(count)]
    weights = [0] * count
    for job, size in sorted(jobs, key=lambda sized: -sized[1]):
        lightest = weights.index(min(weights))
        dealt[lightest].append(job)
        weights[lightest] += size + 4096
    return [share for share in dealt if share]


def read_in_processes(
    orders: Sequence[Order], work: Callable[[Order, Callable[[int], None]], None], read_bytes: Callable[[int], None]
) -> bool:
    """Carry out the orders, one process each; `read_bytes` hears of progress. Says whether all of them succeeded.

    On Linux a program with one thread forks, which costs nothing; everyone else starts the program again.
    """
    if sys.platform == "linux" and threading.active_count() == 1:
        return _forked(orders, work, read_bytes)
    return _started(orders, read_bytes)


def _forked(orders: Sequence[Order], work: Callable[[Order, Callable[[int], None]], None], read_bytes: Callable[[int], None]) -> bool:
    reading, writing = os.pipe()
    children: list[int] = []
    for order in orders:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.close(reading)
                work(order, lambda size: _tell(writing, size))
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        _hear(pipe, read_bytes)
    return all(os.waitpid(child, 0)[1] == 0 for child in children)


def _started(orders: Sequence[Order], read_bytes: Callable[[int], None]) -> bool:
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


def _tell(pipe: int, size: int) -> None:
    os.write(pipe, b"%d\n" % size)


def _hear(pipe: IO[bytes], read_bytes: Callable[[int], None]) -> None:
    with pipe:
        for line in pipe:
            read_bytes(int(line))


def _pass_on(pipe: IO[bytes], heard: queue.SimpleQueue[int | None]) -> None:
    """Let the thread that asked hear of it: only that one may touch the ledger."""
    try:
        _hear(pipe, heard.put)
    finally:
        heard.put(None)


def order_from(text: str) -> Order:
    """Return the order that `_started` wrote."""
    ledger, settings, jobs = json.loads(text)
    return Order(ledger, settings, tuple((source, path, route) for source, path, route in jobs))


def usable_cores() -> int:
    """Return how many processes are worth starting: cores we may use, at most four."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(4, count))
