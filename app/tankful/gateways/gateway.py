"""The protocol every gateway follows: how it is recognised, signed in to, and asked."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from tankful.core.allocation import Banner, BookedCalls, BookedDay, OfferedModel, Statement
from tankful.core.errors import NotAllowed
from tankful.core.links import Link, Method
from tankful.core.usage import TokenUsage
from tankful.gateways.http import Http


@dataclass(frozen=True, slots=True)
class Detected:
    """A gateway that was recognised without any secret."""

    kind: str
    url: str
    """The address to link, tidied: no `/v1`, no trailing slash."""
    methods: tuple[Method, ...]
    """How one may sign in there, best first."""


@dataclass(frozen=True, slots=True)
class SignInStep:
    """What the user has to do now: open this address, and type this code there if there is one."""

    url: str
    code: str
    until: datetime
    """Later it is too late."""


class SignIn(Protocol):
    """Signs in with another way than a pasted key."""

    async def __call__(self, http: Http, detected: Detected, method: Method, now: datetime, tell: Callable[[SignInStep], None]) -> str:
        """Return the secret to keep (see `grants`); `tell` hears of every step. Raises `GatewayError`; may be cancelled at any time."""
        ...


@dataclass(frozen=True, slots=True)
class Machine:
    """Where programs keep their things on this machine."""

    home: Path
    environ: Mapping[str, str]
    platform: str
    """`sys.platform`: `linux`, `darwin` or `win32`."""
    state: Path
    """Our own folder for what we were told."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to a gateway: over which connections, as whom, and when. The secret appears in nothing that is shown or logged."""

    http: Http
    link: Link
    secret: str = field(repr=False)
    """As the keyring holds it: a key, or a written `Grant`; `grants.bearer` tells what to send."""
    now: datetime
    tag: str = ""
    """`ETag` of the last answer."""
    last: Statement | None = None
    """What it said last, if that is known: most of what it was asked then need not be asked again."""


class Fetch(Protocol):
    """Asks for the allocation; one small request where the gateway allows it."""

    async def __call__(self, asked: Asked) -> Statement | None:
        """Return what the gateway says; `None`: nothing changed since `asked.tag`. Raises `GatewayError`."""
        ...


async def _no_sign_in(http: Http, detected: Detected, method: Method, now: datetime, tell: Callable[[SignInStep], None]) -> str:
    del http, detected, method, now, tell
    raise NotAllowed("This gateway takes keys only", "Paste a key.")


async def _nothing(_: Asked) -> None:
    """Say nothing: the gateway has no such thing."""


async def _no_models(_: Asked) -> tuple[OfferedModel, ...]:
    return ()


async def _no_calls(_asked: Asked, _since: datetime) -> BookedCalls | None:
    return None


async def _no_breakdown(_asked: Asked, _first: date, _last: date) -> tuple[BookedDay, ...] | None:
    return None


async def _no_estimate(_asked: Asked, _model: str, _tokens: TokenUsage) -> Decimal | None:
    return None


def _no_file(_machine: Machine, _method: Method) -> Path | None:
    return None


@dataclass(frozen=True, slots=True)
class Gateway:
    """One kind of gateway: its id, its name for people, and its abilities as plain functions, all of which may raise `GatewayError`."""

    kind: str
    title: str
    methods: tuple[Method, ...]
    detect: Callable[[Http, str], Awaitable[Detected | None]]
    """Whether it answers at an address, asked without a secret; `None`: it is another kind, or cannot be told."""
    fetch: Fetch
    sign_in: SignIn = _no_sign_in
    calls: Callable[[Asked, datetime], Awaitable[BookedCalls | None]] = _no_calls
    """Our own calls that were booked since; `None`: it does not list them."""
    breakdown: Callable[[Asked, date, date], Awaitable[tuple[BookedDay, ...] | None]] = _no_breakdown
    """What we spent from one day to another, both counted, by day and model; `None`: it does not say. Dear: at most every 15 minutes."""
    estimate: Callable[[Asked, str, TokenUsage], Awaitable[Decimal | None]] = _no_estimate
    """Dollars that this usage would have cost on a model; `None`: it does not say."""
    models: Callable[[Asked], Awaitable[tuple[OfferedModel, ...]]] = _no_models
    """Dear: at most once a day."""
    message: Callable[[Asked], Awaitable[Banner | None]] = _nothing
    renew: Callable[[Asked], Awaitable[str | None]] = _nothing
    """Return a fresh secret in place of one that runs out, `None` while it holds; keep it before it is used."""
    url: str = ""
    """The only address that this kind has, for a vendor's own; then nobody has to type it."""
    file: Callable[[Machine, Method], Path | None] = _no_file
    """The file or folder it would read when linked with `FILE` or `LOCAL`: to be shown first, and kept as the link's option `file`."""
    is_any: bool = False
    """It reads whatever answers as the options say: taken at the user's word, whoever else is known to answer there."""
    options: tuple[str, ...] = ()
    """What the user may say of a link of this kind, by name; its module says what each means."""
    hint: str = ""
    """What to ask an administrator for."""
