"""The one owner of all state: a thread that hears messages, reads logs and shows every new picture to its audience."""

import asyncio
import os
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from tankful.core.errors import LinksUnreadable, TankfulError
from tankful.core.settings import Settings
from tankful.engine.announcing import Herald
from tankful.engine.audience import Audience
from tankful.engine.bookkeeper import Bookkeeper
from tankful.engine.heralding import Heralding
from tankful.engine.linked import LinkedAccounts
from tankful.engine.messages import (
    BannersSeen,
    GatewayMessage,
    LinksChanged,
    LogsTouched,
    Message,
    NoticeMessage,
    NudgeAnswered,
    RefreshAsked,
    SettingsChanged,
    SpikeExpected,
    TelemetryMessage,
)
from tankful.engine.receiving import Receiving
from tankful.engine.watching import Watching
from tankful.system.paths import Folders

if TYPE_CHECKING:
    from tankful.engine.linking import Linking
    from tankful.store.secrets import Ring

T = TypeVar("T")

BETWEEN_LOOKS_S = 0.1
"""While lines pour in, they are read this often and no oftener."""
_TICK_S = 10
"""How often folders that are born later, polled folders and the clock are looked at."""
_FADE_S = 60
"""How often the picture is renewed while the burn rate fades."""
_STOP_S = 8
_JUMP = timedelta(seconds=90)
"""A clock that is off by more after a tick was set, or the machine slept."""


class Engine:
    """Start it with an audience, post messages from any thread, stop it once."""

    def __init__(
        self,
        folders: Folders,
        settings: Settings,
        now: Callable[[], datetime],
        environ: Mapping[str, str] | None = None,
        ring: "Ring | None" = None,
        *,
        remarks: Callable[[], Sequence[TankfulError]] = tuple,
        herald: Herald | None = None,
    ) -> None:
        """Do nothing yet: the ledger is opened on the engine's side. Secrets are in the system's keyring unless a `ring` is given.

        `remarks` returns what is to be said beside a picture, though its numbers are right; it is asked on the engine's side.
        With a `herald` it says what is worth a notice.
        """
        self._herald = herald
        self._ring = ring
        self._remarks = remarks
        self._folders = folders
        self._settings = settings
        self._now = now
        self._environ = os.environ if environ is None else environ
        self._loop: asyncio.AbstractEventLoop | None = None
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._accounts: LinkedAccounts | None = None
        self._answered = asyncio.Event()
        """A gateway spoke since the last picture."""
        self._main: asyncio.Task[None] | None = None
        self._thread: threading.Thread | None = None
        self._own_files = frozenset((str(folders.links),))
        """Files beside the settings that are no logs."""
        self._ledger = str(folders.ledger)
        self._ready = threading.Event()

    def start(self, audience: Audience) -> None:
        """Begin; the first picture comes from what the ledger knows, before anything is read."""
        self._thread = threading.Thread(target=self._live, args=(audience,), name="tankful-engine", daemon=True)
        self._thread.start()
        self._ready.wait(_STOP_S)

    def post(self, message: Message) -> None:
        """Tell the engine something, from any thread; nothing happens after `stop`."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: nobody listens any more
                self._loop.call_soon_threadsafe(self._take, message)

    def _take(self, message: Message) -> None:
        self._inbox.put_nowait(message)
        if isinstance(message, GatewayMessage):
            self._answered.set()

    def _touched(self, paths: tuple[str, ...]) -> None:
        """Hear of files that changed, on any thread, but of our own ledger: it may lie beside the settings."""
        others = tuple(path for path in paths if not path.startswith(self._ledger))
        if others or not paths:
            self.post(LogsTouched(others))

    def call(self, work: "Callable[[Linking], Awaitable[T]]") -> "Future[T]":
        """Do something with the linked accounts, on the engine's side; any thread may wait for the outcome, or cancel it."""
        loop, accounts = self._loop, self._accounts
        if loop is not None and accounts is not None:
            wanted = accounts.work(work)
            try:
                return asyncio.run_coroutine_threadsafe(wanted, loop)
            except RuntimeError:  # the loop is closed: nobody listens any more
                wanted.close()
        refused: Future[T] = Future()
        refused.set_exception(TankfulError("Tankful is just ending or beginning", "Try again in a moment."))
        return refused

    def stop(self) -> None:
        """End; returns when the ledger is closed."""
        if self._loop is not None and self._main is not None:
            with suppress(RuntimeError):  # it ended by itself
                self._loop.call_soon_threadsafe(self._main.cancel)
        if self._thread is not None:
            self._thread.join(_STOP_S)

    def _live(self, audience: Audience) -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run(self._work(audience))

    async def _work(self, audience: Audience) -> None:
        self._loop = asyncio.get_running_loop()
        self._main = asyncio.current_task()
        accounts = self._accounts = LinkedAccounts(self._folders, self._settings, self._now, self._environ, self.post, self._ring)
        self._ready.set()
        watching = Watching(self._touched, self._folders.config)
        receiving = Receiving(self._folders.state, self.post, self._now)
        keeper = Bookkeeper(self._folders, self._settings, self._now, self._environ, audience, watching, self._remarks, self._herald)
        heralding = Heralding(self._herald, self.post)
        with ThreadPoolExecutor(1, thread_name_prefix="tankful-reader") as reader:
            try:
                accounts.heed(await self._loop.run_in_executor(reader, keeper.open))
                await self._relink(keeper, accounts, reader)
                await receiving.adopt(wanted=self._settings.receive_telemetry)
                await self._loop.run_in_executor(reader, keeper.look_everywhere)
                await self._listen(keeper, accounts, receiving, heralding, audience, reader)
            finally:
                keeper.give_up()  # a long scan ends at its next file
                try:
                    await asyncio.shield(heralding.end())
                    await asyncio.shield(receiving.end())
                    await asyncio.shield(accounts.end())
                finally:
                    await asyncio.shield(self._loop.run_in_executor(reader, keeper.close))

    async def _listen(
        self,
        keeper: Bookkeeper,
        accounts: LinkedAccounts,
        receiving: Receiving,
        heralding: Heralding,
        audience: Audience,
        reader: ThreadPoolExecutor,
    ) -> None:
        """Turn messages into work, one piece at a time; what comes meanwhile is done together."""
        loop = asyncio.get_running_loop()
        next_scan = next_picture = time.monotonic()
        while True:
            heralding.tell(keeper.take_outgoing())
            clock, monotonic = self._now(), time.monotonic()
            rest_s = keeper.rest_left_s()
            messages = await self._messages(_TICK_S if rest_s is None else min(_TICK_S, rest_s))
            late = (self._now() - clock) - timedelta(seconds=time.monotonic() - monotonic)
            if abs(late) > _JUMP:
                accounts.resumed()
            await receiving.follow(messages)
            heralding.follow(messages, audience)
            await self._obey(messages, keeper, accounts, reader)
            paths = {path for message in messages if isinstance(message, LogsTouched) for path in message.paths} - self._own_files
            paths |= keeper.rested()
            everywhere = any(isinstance(message, RefreshAsked | SettingsChanged) or message == LogsTouched(()) for message in messages)
            if everywhere or abs(late) > _JUMP or time.monotonic() >= next_scan or keeper.wants_a_look():
                await loop.run_in_executor(reader, keeper.look_everywhere)
                next_scan = time.monotonic() + keeper.rescan_s
            elif paths:
                await loop.run_in_executor(reader, keeper.look_at, paths)
            elif time.monotonic() >= next_picture or keeper.is_new_day():
                await loop.run_in_executor(reader, keeper.show)
            if accounts.has_changed():  # its notification was missed, as while the watched folders were taken up anew
                await self._relink(keeper, accounts, reader)
            for routed in keeper.routed():
                accounts.spent(routed.account, routed.last, routed.waiting)
            if messages or time.monotonic() >= next_picture:
                next_picture = time.monotonic() + (_FADE_S if keeper.is_fading() else keeper.rescan_s)
            if messages:
                with suppress(TimeoutError):
                    async with asyncio.timeout(BETWEEN_LOOKS_S):
                        await self._answered.wait()  # an answer comes seldom, and is shown at once
            self._answered.clear()

    async def _obey(self, messages: list[Message], keeper: Bookkeeper, accounts: LinkedAccounts, reader: ThreadPoolExecutor) -> None:
        """Do what was said, but for looking at logs."""
        loop = asyncio.get_running_loop()
        heard = [message for message in messages if isinstance(message, GatewayMessage)]
        reported = [message for message in messages if isinstance(message, TelemetryMessage)]
        notices = [message for message in messages if isinstance(message, NoticeMessage)]
        relink = False
        for message in messages:
            match message:
                case RefreshAsked():
                    accounts.refresh()
                case SettingsChanged(settings=settings):
                    accounts.adopt(settings)
                    await loop.run_in_executor(reader, keeper.adopt, settings)
                case BannersSeen() | SpikeExpected() | NudgeAnswered():
                    await loop.run_in_executor(reader, keeper.take_answer, message)
                case LinksChanged():
                    relink = True
                case LogsTouched(paths=paths):
                    relink = relink or not self._own_files.isdisjoint(paths)
                case _:
                    pass
        if relink:
            await self._relink(keeper, accounts, reader)
        if notices or reported or heard:
            await loop.run_in_executor(reader, keeper.take_in, notices, reported, heard)

    async def _relink(self, keeper: Bookkeeper, accounts: LinkedAccounts, reader: ThreadPoolExecutor) -> None:
        """Go by the accounts as they are linked now; while their file cannot be read, by what was known, with the reason."""
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(reader, keeper.adopt_links, accounts.links())
            accounts.begin()
        except LinksUnreadable as unreadable:
            await loop.run_in_executor(reader, keeper.miss_links, unreadable)

    async def _messages(self, timeout_s: float) -> list[Message]:
        """Return everything that was said, waiting for the first message at most so long."""
        try:
            async with asyncio.timeout(timeout_s):
                messages = [await self._inbox.get()]
        except TimeoutError:
            return []
        while not self._inbox.empty():
            messages.append(self._inbox.get_nowait())
        return messages
