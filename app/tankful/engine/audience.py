"""Who the engine speaks to."""

from typing import Protocol

from tankful.core.snapshot import Snapshot


class Audience(Protocol):
    """Receives every new picture, on the engine's thread; must return at once."""

    def show(self, snapshot: Snapshot) -> None:
        """Take the newest snapshot; it replaces all earlier ones."""
        ...
