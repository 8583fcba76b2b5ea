"""Links accounts: finds what answers at an address, signs in, keeps the secret, and renews it before it runs out."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from tankful.core.allocation import Statement
from tankful.core.errors import GatewayConfused, GatewayError, GatewayUnreachable, LinkRejected, SecretsUnavailable, TankfulError
from tankful.core.links import Link, Method
from tankful.engine.link_names import chosen_name, made_name
from tankful.gateways.addresses import address, key
from tankful.gateways.gateway import Asked, Detected, Gateway, SignInStep
from tankful.gateways.grants import Grant, grant_of
from tankful.gateways.http import Http, open_http
from tankful.gateways.registry import GATEWAYS
from tankful.store.file_lock import FileLock
from tankful.store.links_file import LinksFile
from tankful.store.secrets import Secrets

FIND_S = 20.0
"""How long all kinds together may take to be told apart."""
_LOCK_S = 30.0
_LOOK_AT_LOCK_S = 0.05
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class WrongKind(TankfulError):
    """Another kind of gateway answers than the one that was asked for."""

    def __init__(self, title: str, hint: str, found: Detected) -> None:
        """Keep what does answer, so that it can be offered."""
        super().__init__(title, hint)
        self.found = found


class NoSuchLink(TankfulError):
    """No account has this name."""


@dataclass(frozen=True, slots=True)
class Linked:
    """An account and what its gateway said when it was asked."""

    link: Link
    statement: Statement


class Linking:
    """The linked accounts of one data folder. Its coroutines run on one asyncio loop; whatever fails, nothing is kept by halves."""

    def __init__(
        self,
        links: LinksFile,
        secrets: Secrets,
        now: Callable[[], datetime],
        open_browser: Callable[[str], object],
        gateways: Sequence[Gateway] = GATEWAYS,
    ) -> None:
        """Ask nobody yet; `open_browser` must not block."""
        self._file = links
        self._secrets = secrets
        self._now = now
        self._open_browser = open_browser
        self._gateways = {gateway.kind: gateway for gateway in gateways}
        self._read_as: dict[str, datetime | None] = {}

    def links(self) -> tuple[Link, ...]:
        """Return every account, those of kinds that this version does not know too. Raises `LinksUnreadable`."""
        return self._file.read()

    def link(self, name: str) -> Link:
        """Return one account by its name, whatever its case. Raises `NoSuchLink`."""
        raise NotImplementedError

    async def find(self, text: str, kind: str = "") -> Detected:
        """Return what answers at an address that somebody typed; all kinds are asked at once.

        With a `kind` that cannot be told from outside, that kind is taken at the user's word.

        Raises:
            WrongAddress: it is no address that could be linked.
            WrongKind: it is another kind than the one asked for.
            GatewayError: nothing answers, or nothing that is known.
        """
        raise NotImplementedError

    async def with_key(
        self,
        detected: Detected,
        key_text: str,
        *,
        name: str = "",
        session_only: bool = False,
        options: Mapping[str, str] | None = None,
    ) -> Linked:
        """Link with a key, after the gateway has accepted it. The same account linked again takes the place of the first.

        Raises:
            WrongKey: what was pasted is no key.
            GatewayError: the gateway does not accept it, or cannot be asked.
            SecretsUnavailable: the key cannot be kept; `session_only` would.
            TankfulError: the name is taken or cannot be one.
        """
        raise NotImplementedError

    async def sign_in(
        self,
        detected: Detected,
        method: Method,
        tell: Callable[[SignInStep], None],
        *,
        name: str = "",
        session_only: bool = False,
        options: Mapping[str, str] | None = None,
    ) -> Linked:
        """Link by signing in: the browser is opened, and `tell` hears where, with the code to type if there is one. Raises as `with_key` does."""
        raise NotImplementedError

    async def unlink(self, name: str) -> None:
        """Forget the secret, then the account.

        Raises:
            NoSuchLink: there is none of this name.
            SecretsUnavailable: the secret is still in the keyring, and so the account is still linked.
        """
        raise NotImplementedError

    async def secret(self, link: Link) -> str:
        """Return a secret that holds: renewed, and the new one kept before it is used, when it runs out.

        Raises:
            SecretsUnavailable: the keyring cannot be read now, or would have to ask.
            LinkRejected: no secret is kept, or it can be renewed no more.
            GatewayError: it runs out and cannot be renewed now.
        """
        raise NotImplementedError

    async def another_secret(self, link: Link, refused: str) -> str | None:
        """Return a secret to try in place of one that was refused, `None` when there is none: only then has the user to sign in again.

        Another program may have kept a newer one, or a grant may be renewed before its time. Raises as `secret` does.
        """
        raise NotImplementedError

    async def ask(self, link: Link) -> Statement:
        """Return what an account's gateway says now. Raises as `secret` does, and `GatewayError`."""
        raise NotImplementedError

    def close(self) -> None:
        """Let the keyring's thread end."""
        self._secrets.close()
