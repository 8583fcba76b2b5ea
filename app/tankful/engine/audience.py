"""Who the engine speaks to."""

from typing import Protocol, runtime_checkable

from tankful.core.inbox import NoticeAction
from tankful.core.snapshot import Snapshot


class Audience(Protocol):
    """Receives every new picture, on the engine's thread; must return at once."""

    def show(self, snapshot: Snapshot) -> None:
        """Take the newest snapshot; it replaces all earlier ones."""
        ...


@runtime_checkable
class Summonable(Protocol):
    """An audience that has windows to open."""

    def summon(self, action: NoticeAction) -> None:
        """Open the window that the user asked for at a notice, on the engine's thread; must return at once."""
        ...
