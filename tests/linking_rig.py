"""Somebody's linked accounts, with a keyring in memory and one gateway to be linked to."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from gateway_rig import AnsweringServer
from rings import MemoryRing
from tankful.core.errors import TankfulError
from tankful.core.links import Link, Method
from tankful.engine.linking import Linked, Linking
from tankful.gateways.gateway import Detected, Gateway, SignInStep
from tankful.store.links_file import LinksFile
from tankful.store.secrets import Secrets
from toll_gateway import KEY, NOW, TollBooth, gateway

T = TypeVar("T")


@dataclass
class Desk:
    """Somebody's accounts, one booth they may be at, and what was opened and told."""

    folder: Path
    booth: TollBooth
    server: AnsweringServer
    ring: MemoryRing = field(default_factory=MemoryRing)
    now: datetime = NOW
    opened: list[str] = field(default_factory=list[str])
    told: list[SignInStep] = field(default_factory=list[SignInStep])

    @property
    def kinds(self) -> tuple[Gateway, ...]:
        """Every kind of gateway that there is here."""
        return (
            gateway("other", "Other gate"),
            gateway(methods=(Method.KEY, Method.BROWSER, Method.DEVICE, Method.FILE)),
            gateway("third"),
        )

    def linking(self, quiet_s: float = 5) -> Linking:
        """Return the accounts as a program that starts now sees them."""
        secrets = Secrets(self.ring, quiet_s=quiet_s, asking_s=quiet_s)
        return Linking(LinksFile(self.folder / "links.toml"), secrets, lambda: self.now, self.opened.append, self.kinds)

    def do(self, work: Callable[[Linking], Awaitable[T]], **given: float) -> T:
        """Let a program do something and end."""

        async def story() -> T:
            linking = self.linking(**given)
            try:
                return await work(linking)
            finally:
                linking.close()

        return asyncio.run(story())

    def link_with_key(self, key: str = KEY, name: str = "", *, session_only: bool = False, options: dict[str, str] | None = None) -> Linked:
        return self.do(lambda linking: linking.with_key(self.found, key, name=name, session_only=session_only, options=options))

    def sign_in(self, method: Method = Method.BROWSER, name: str = "", options: dict[str, str] | None = None) -> Linked:
        return self.do(lambda linking: linking.sign_in(self.found, method, self.told.append, name=name, options=options))

    @property
    def found(self) -> Detected:
        return Detected("toll", self.server.url, (Method.KEY,))

    @property
    def links(self) -> tuple[Link, ...]:
        return LinksFile(self.folder / "links.toml").read()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is kept anywhere."""
        return self.ring.kept == {} and self.links == ()

    @property
    def host(self) -> str:
        return self.server.url.removeprefix("http://")


def nobody(work: Callable[[Linking], Awaitable[T]]) -> "Future[T]":
    """Stand in for an engine that is just ending: nothing is done with the accounts."""
    del work
    refused: Future[T] = Future()
    refused.set_exception(TankfulError("Tankful is just ending or beginning", "Try again in a moment."))
    return refused


@contextmanager
def opened_desk(folder: Path) -> Generator[Desk]:
    """Open the booth, and somebody's accounts with none in them."""
    booth = TollBooth()
    with AnsweringServer(booth) as server:
        yield Desk(folder / "config", booth, server)
