"""The linked accounts of a running program: opened when there are any, asked when they are due, ended with it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from tankful.core.errors import LinksUnreadable
from tankful.core.links import Link
from tankful.core.listing import Waiting
from tankful.core.polling import Policy
from tankful.core.settings import Settings
from tankful.engine.messages import GatewayMessage, LinksChanged
from tankful.store.links_file import LinksFile
from tankful.system.log_file import places
from tankful.system.paths import Folders

if TYPE_CHECKING:
    from tankful.engine.gateway_feed import GatewayFeed
    from tankful.engine.linking import Linking
    from tankful.store.secrets import Ring

T = TypeVar("T")


class LinkedAccounts:
    """Lives on the engine's loop. Without an account it loads nothing of what talks to gateways."""

    def __init__(
        self,
        folders: Folders,
        settings: Settings,
        now: Callable[[], datetime],
        environ: Mapping[str, str],
        tell: Callable[[GatewayMessage | LinksChanged], None],
        ring: "Ring | None" = None,
    ) -> None:
        """Ask nobody yet; secrets are in the system's keyring unless another `ring` is given."""
        self._ring = ring
        self._folders = folders
        self._policy = _policy(settings)
        self._now = now
        self._environ = environ
        self._tell = tell
        self._linking: Linking | None = None
        self._feed: GatewayFeed | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._seen = self._mark()
        self._left_alone: Mapping[str, datetime] = {}

    def heed(self, left_alone: Mapping[str, datetime]) -> None:
        """Ask these accounts, first met by this program, not before their gateway wants it."""
        self._left_alone = left_alone

    def links(self) -> tuple[Link, ...]:
        """Return which accounts there are. Raises `LinksUnreadable`."""
        self._seen = self._mark()
        return LinksFile(self._folders.links).read()

    def has_changed(self) -> bool:
        """Say whether the file of accounts is another one than when it was read last."""
        return self._mark() != self._seen

    def _mark(self) -> tuple[int, int, int] | None:
        try:
            status = self._folders.links.stat()
        except OSError:
            return None
        return status.st_size, status.st_mtime_ns, status.st_ino

    def begin(self) -> tuple[Link, ...]:
        """Look which accounts there are, and begin to ask them; returns them. Raises `LinksUnreadable`; then all goes on as it was."""
        links = self.links()
        if self._feed is not None:
            self._feed.links_changed()
        elif links:
            self._start_feed()
        return links

    def adopt(self, settings: Settings) -> None:
        """Go by these settings from now on."""
        self._policy = _policy(settings)
        if self._feed is not None:
            self._feed.go_by(self._policy)

    @property
    def linking(self) -> "Linking":
        """The service that links accounts, opened when it is first needed."""
        if self._linking is None:
            from tankful.engine.linking import open_linking  # noqa: PLC0415 - it loads all that talks to gateways
            from tankful.system.browser import open_browser  # noqa: PLC0415 - same

            self._linking = open_linking(self._folders, self._now, lambda url: open_browser(url, self._environ), self._ring)
        return self._linking

    async def work(self, work: "Callable[[Linking], Awaitable[T]]") -> T:
        """Do something with the accounts; when that changes them, they are looked at again."""
        linking = self.linking
        before = _read(linking)
        try:
            return await work(linking)
        finally:
            if _read(linking) != before:
                self._tell(LinksChanged())

    def refresh(self) -> None:
        """The user wants fresh numbers."""
        if self._feed is not None:
            self._feed.refresh()

    def resumed(self) -> None:
        """The machine woke up."""
        if self._feed is not None:
            self._feed.resumed()

    def spent(self, account: str, last: datetime | None, waiting: Waiting | None) -> None:
        """Hear when something was last spent through an account, and what waits to be booked."""
        if self._feed is not None:
            self._feed.spent(account, last, waiting)

    async def end(self) -> None:
        """Ask nobody any more."""
        for task in self._tasks:
            task.cancel()
        try:
            for outcome in await asyncio.gather(*self._tasks, return_exceptions=True):
                if isinstance(outcome, Exception):
                    logging.getLogger(__name__).error("%s at\n%s", type(outcome).__name__, places(outcome))
        finally:
            if self._linking is not None:
                self._linking.close()

    def _start_feed(self) -> None:
        from tankful.engine.gateway_feed import GatewayFeed  # noqa: PLC0415 - see `linking`
        from tankful.gateways.registry import GATEWAYS  # noqa: PLC0415 - same
        from tankful.system.away import watch_away  # noqa: PLC0415 - same

        feed = self._feed = GatewayFeed(self.linking, GATEWAYS, self._now, self._tell, self._policy, left_alone=self._left_alone)
        away = watch_away(lambda away: feed.away(away=away), feed.resumed, self._environ)
        self._tasks = [asyncio.create_task(feed.run(), name="tankful-gateways"), asyncio.create_task(away, name="tankful-away")]


def _policy(settings: Settings) -> Policy:
    return Policy(spending_s=settings.poll_active_s, idle_s=settings.poll_idle_s)


def _read(linking: "Linking") -> tuple[Link, ...] | None:
    try:
        return linking.links()
    except LinksUnreadable:
        return None
