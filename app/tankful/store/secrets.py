"""Keeps secrets in the system's keyring and nowhere else; or, if the user so chose, in memory until the program ends."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from tankful.core.errors import SecretsUnavailable
from tankful.store.lone_thread import LoneThread

QUIET_S = 10.0
"""How long a keyring may take that asks nobody."""
ASKING_S = 120.0
"""How long somebody may take to type the keyring's password."""
_END_S = 3.0

T = TypeVar("T")


class Ring(Protocol):
    """A keyring that blocks. Every method raises `SecretsUnavailable`, which never holds a secret."""

    def would_ask(self) -> bool:
        """Say whether a read or a write would bring up a window, as far as that can be told."""
        ...

    def open(self) -> None:
        """Make it ready to be read and written; this may bring up a window."""
        ...

    def read(self, entry: str) -> str | None:
        """Return a secret, `None` when there is none."""
        ...

    def write(self, entry: str, secret: str) -> None:
        """Keep a secret in place of the one before."""
        ...

    def erase(self, entry: str) -> None:
        """Forget a secret; it need not be there."""
        ...


@dataclass(slots=True)
class _Swap:
    """A write that can be taken back when nobody waits for it any more."""

    entry: str
    secret: str
    before: str | None = None
    is_begun: bool = False

    def __repr__(self) -> str:
        """Say nothing of what is in it."""
        return "_Swap(…)"

    def do(self, ring: Ring) -> None:
        self.before = ring.read(self.entry)
        self.is_begun = True
        ring.write(self.entry, self.secret)
        if ring.read(self.entry) != self.secret:
            raise SecretsUnavailable("The keyring did not keep the key", "Look whether your keyring works, then try again.")

    def undo(self, ring: Ring) -> None:
        if not self.is_begun:
            return
        if self.before is None:
            ring.erase(self.entry)
        else:
            ring.write(self.entry, self.before)


class Secrets:
    """The secrets of one data folder, by the names of their links. Use it on one asyncio loop."""

    def __init__(self, ring: Ring, place: str = "", *, quiet_s: float = QUIET_S, asking_s: float = ASKING_S) -> None:
        """`place` tells the entries of a chosen data folder from those of the system's own one."""
        self._ring = ring
        self._place = place
        self._quiet_s = quiet_s
        self._asking_s = asking_s
        self._thread = LoneThread("tankful-keyring")
        self._held: dict[str, str] = {}
        self._unsaved: set[str] = set()

    async def ready(self) -> None:
        """Find out, before somebody signs in, whether a secret can be kept; may bring up the keyring's window.

        Raises:
            SecretsUnavailable: there is no keyring, it stays locked, or nobody answered it.
        """
        await self._done(self._ring.open, self._asking_s)

    async def keep(self, name: str, secret: str, *, session_only: bool = False, may_ask: bool = False) -> None:
        """Keep a secret in place of the one before, in memory alone when it is for this session only.

        When nobody waits for it any more, what was written is taken back: nothing is kept by halves.

        Raises:
            SecretsUnavailable: it could not be kept, and what was kept before still is.
        """
        if not session_only:
            swap = _Swap(self._entry(name), secret)
            try:
                await self._done(lambda: swap.do(self._willing(may_ask)), self._asking_s if may_ask else self._quiet_s)
            except BaseException:
                self._thread.submit(lambda: swap.undo(self._ring))  # behind the write, if that still hangs
                raise
        self._held[name] = secret
        if session_only:
            self._unsaved.add(name)
        else:
            self._unsaved.discard(name)

    async def read(self, name: str, *, may_ask: bool = False, anew: bool = False) -> str | None:
        """Return a secret, `None` when none is kept; `anew` looks past what was read before, for another program's change.

        Raises:
            SecretsUnavailable: the keyring cannot be read, or it would have to ask and may not.
        """
        if name in self._held and (not anew or name in self._unsaved):
            return self._held[name]
        entry = self._entry(name)
        secret = await self._done(lambda: self._willing(may_ask).read(entry), self._asking_s if may_ask else self._quiet_s)
        if secret is None:
            self._held.pop(name, None)
        else:
            self._held[name] = secret
        return secret

    async def forget(self, name: str, *, session_only: bool = False, may_ask: bool = True) -> None:
        """Forget a secret, in memory and in the keyring.

        Raises:
            SecretsUnavailable: it is still in the keyring, which cannot be written, or would have to ask and may not.
        """
        if not session_only:
            entry = self._entry(name)
            await self._done(lambda: self._willing(may_ask).erase(entry), self._asking_s if may_ask else self._quiet_s)
        self._held.pop(name, None)
        self._unsaved.discard(name)

    def is_unsaved(self, name: str) -> bool:
        """Say whether the newest secret is in memory alone."""
        return name in self._unsaved

    def close(self) -> None:
        """Let the keyring's thread end."""
        self._thread.close(_END_S)

    def _entry(self, name: str) -> str:
        return f"{name} ({self._place})" if self._place else name

    def _willing(self, may_ask: bool) -> Ring:
        if not may_ask and self._ring.would_ask():
            raise SecretsUnavailable("The keyring is locked", "Unlock it, for example by opening the account in Tankful's settings.")
        return self._ring

    async def _done(self, work: Callable[[], T], within_s: float) -> T:
        try:
            async with asyncio.timeout(within_s):
                return await asyncio.wrap_future(self._thread.submit(work))
        except TimeoutError as late:
            hint = "It may be waiting for its password in another window: answer it, then try again."
            raise SecretsUnavailable("The keyring does not answer", hint) from late
