"""Keeps other programs, and other tasks of this one, from changing accounts and secrets meanwhile; and work from being cut off."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from tankful.core.errors import LinksUnreadable
from tankful.store.file_lock import FileLock

WAIT_S = 30.0
"""How long another program may take."""
_LOOK_S = 0.05
_LET_END_S = 6.0
"""How long work that must not be cut off may hold up the end of the program."""

T = TypeVar("T")


@asynccontextmanager
async def alone(path: Path, wait_s: float = WAIT_S) -> AsyncGenerator[None]:
    """Hold the lock with this path.

    Raises:
        LinksUnreadable: another program does not let go of it, or it cannot be made.
    """
    lock = FileLock(path)
    try:
        async with asyncio.timeout(wait_s):
            while not lock.try_take():  # noqa: ASYNC110 - the other is a program, which sets no event of ours
                await asyncio.sleep(_LOOK_S)
    except TimeoutError as late:
        raise LinksUnreadable("Another Tankful is busy with the accounts", "Answer the window it may show, then try again.") from late
    except OSError as refused:
        raise LinksUnreadable(f"{path} cannot be written: {refused.strerror}", "Check its folder's permissions.") from refused
    try:
        yield
    finally:
        lock.give_back()


async def to_its_end(work: Coroutine[None, None, T]) -> T:
    """Do work that must not be cut off, also when whoever waits for it is cancelled."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=_LET_END_S)
        raise
