"""Keyrings for tests: one in memory that can be locked, slow or refusing."""

import threading
from dataclasses import dataclass, field

from tankful.core.errors import SecretsUnavailable


@dataclass
class MemoryRing:
    """Keeps secrets in a dictionary; says what was done to it."""

    kept: dict[str, str] = field(default_factory=dict[str, str])
    locked: bool = False
    """It would ask, and whoever opens it unlocks it."""
    refuses: str = ""
    """The title of what every read and write raises; empty: nothing."""
    forgetful: bool = False
    hangs: threading.Event | None = None
    """Reads and writes wait for it, as for a window that nobody answers."""
    done: list[str] = field(default_factory=list[str])

    def would_ask(self) -> bool:
        return self.locked

    def open(self) -> None:
        self._do("open")
        self.locked = False

    def read(self, entry: str) -> str | None:
        self._do(f"read {entry}")
        return self.kept.get(entry)

    def write(self, entry: str, secret: str) -> None:
        self._do(f"write {entry}")
        if not self.forgetful:
            self.kept[entry] = secret

    def erase(self, entry: str) -> None:
        self._do(f"erase {entry}")
        self.kept.pop(entry, None)

    def _do(self, what: str) -> None:
        self.done.append(what)
        if self.hangs is not None:
            self.hangs.wait(20)
        if self.refuses:
            raise SecretsUnavailable(self.refuses, "Do something about it.")
