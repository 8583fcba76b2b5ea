"""What goes from the one who decides about notices to the one who shows them, and how both are called."""

from collections.abc import Callable
from datetime import tzinfo
from typing import NamedTuple, Protocol

from tankful.core.announcement import Announcement, Withdrawal
from tankful.core.inbox import Hold, NoticeAction
from tankful.core.notices import Notice


class Worded(Protocol):
    """A notice in words."""

    @property
    def title(self) -> str:
        """What it is."""
        ...

    @property
    def text(self) -> str:
        """How much, and until when."""
        ...

    @property
    def why(self) -> str:
        """Why it is shown."""
        ...

    @property
    def buttons(self) -> tuple[tuple[NoticeAction, str], ...]:
        """At most two things to do about it, with what each is called."""
        ...


class Messenger(Protocol):
    """Shows notices on this desktop; for one asyncio loop. No method raises."""

    async def show(self, announcement: Announcement, answer: Callable[[NoticeAction], None]) -> Hold | None:
        """Show or replace a notice, and call `answer` when one of its buttons is pressed; returns why it could not be shown."""
        ...

    async def withdraw(self, key: str) -> None:
        """Take a notice back, if it is still there."""
        ...

    async def end(self) -> None:
        """Take everything back: nobody would hear its buttons any more."""
        ...


class Herald(NamedTuple):
    """What live notices need from outside the engine."""

    words: Callable[[Notice, tzinfo], Worded]
    messenger: Callable[[], Messenger]
    """Made when the first notice is due: what shows notices costs memory."""


Outgoing = Announcement | Withdrawal
