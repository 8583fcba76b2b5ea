"""Shows what was decided to be said, one thing after the other, on the engine's loop; what becomes of it is posted back."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress

from tankful.core.announcement import Announcement, Withdrawal
from tankful.core.inbox import Hold, NoticeAction
from tankful.engine.announcing import Herald, Messenger, Outgoing
from tankful.engine.audience import Audience, Summonable
from tankful.engine.messages import Message, NoticeAnswered, NoticeDelivered

_END_S = 2.0
"""How long a desktop may take to take back what is shown."""


class Heralding:
    """For the engine's loop; loads what shows notices when the first one is due."""

    def __init__(self, herald: Herald | None, post: Callable[[Message], None]) -> None:
        """Show nothing yet; without a herald nothing ever comes."""
        self._herald, self._post = herald, post
        self._waiting: asyncio.Queue[Outgoing] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._messenger: Messenger | None = None

    def tell(self, outgoing: Iterable[Outgoing]) -> None:
        """Show and withdraw these, after what was told before."""
        for each in outgoing:
            if self._task is None and isinstance(each, Withdrawal):
                continue  # of an earlier run: nothing is shown by this one
            self._waiting.put_nowait(each)
            if self._task is None:
                self._task = asyncio.create_task(self._work(), name="tankful-notices")

    def follow(self, messages: Iterable[Message], audience: Audience) -> None:
        """Open the windows that the user asked for at a notice."""
        if isinstance(audience, Summonable):
            for message in messages:
                if isinstance(message, NoticeAnswered):
                    audience.summon(message.action)

    async def end(self) -> None:
        """Take back what is shown: nobody would hear its buttons any more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        if self._messenger is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_END_S):
                    await self._messenger.end()

    async def _work(self) -> None:
        if self._herald is None:
            return
        with suppress(ImportError, OSError):  # an installation without what shows notices
            self._messenger = await asyncio.to_thread(self._herald.messenger)
        while True:
            each, messenger = await self._waiting.get(), self._messenger
            match each:
                case Announcement(key=key) as announcement:
                    held = Hold.NOBODY if messenger is None else await messenger.show(announcement, self._answer_to(key))
                    if not announcement.is_update:
                        self._post(NoticeDelivered(key, held))
                case Withdrawal(key=key):
                    if messenger is not None:
                        await messenger.withdraw(key)

    def _answer_to(self, key: str) -> Callable[[NoticeAction], None]:
        return lambda action: self._post(NoticeAnswered(key, action))
