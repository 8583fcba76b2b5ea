"""Gives out the secrets of linked accounts: as they are kept, renewed before they run out, and never by two programs at once."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from tankful.core.errors import GatewayError, LinkRejected, SecretsUnavailable
from tankful.core.links import Link
from tankful.engine.alone import alone, to_its_end
from tankful.engine.finding import gateway_of
from tankful.gateways.gateway import Asked, Gateway
from tankful.gateways.grants import grant_of
from tankful.gateways.http import open_http
from tankful.store.secrets import Secrets

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class LinkSecrets:
    """Reads what `Linking` keeps. A renewed grant is kept before it is used: the one before may be worth nothing from then on."""

    def __init__(self, secrets: Secrets, lock: Path, gateways: Mapping[str, Gateway], now: Callable[[], datetime]) -> None:
        """Read nothing yet; `lock` is the file that programs take turns by."""
        self._secrets = secrets
        self._lock = lock
        self._gateways = gateways
        self._now = now
        self._read_as: dict[str, datetime | None] = {}

    def changed(self, name: str, linked_at: datetime | None) -> None:
        """Hear that what is in memory is of the account as it was linked then."""
        self._read_as[name] = linked_at

    async def secret(self, link: Link) -> str:
        """Return a secret that holds; see `Linking.secret`."""
        if not link.method.keeps_secret:
            return ""
        secret = await self._read(link)
        if not self._runs_out(secret):
            return secret
        async with alone(self._lock):
            secret = await self._secrets.read(link.name, anew=not link.session_only) or secret  # another program may just have renewed it
            if not self._runs_out(secret):
                return secret
            try:
                return await to_its_end(self._renewed(link, secret))
            except LinkRejected:
                raise
            except GatewayError:
                grant = grant_of(secret)
                if grant is not None and grant.expires_at > self._now():
                    return secret  # it holds a little longer; the next poll tries again
                raise

    async def another(self, link: Link, refused: str) -> str | None:
        """Return a secret to try in place of one that was refused; see `Linking.another_secret`."""
        if not link.method.keeps_secret:
            return None
        async with alone(self._lock):
            secret = await self._secrets.read(link.name, anew=not link.session_only)
            if secret != refused:
                return secret
            grant = grant_of(refused)
            if grant is None or not grant.refresh:
                return None
            spent = msgspec.structs.replace(grant, expires_at=_LONG_AGO).written()
            try:
                fresh = await to_its_end(self._renewed(link, spent))
            except LinkRejected:
                return None
            return None if fresh == spent else fresh

    def _runs_out(self, secret: str) -> bool:
        grant = grant_of(secret)
        return grant is not None and grant.runs_out(self._now())

    async def _read(self, link: Link) -> str:
        """Return the secret as it is kept; from memory, unless another program has linked the account anew."""
        secret = None
        if not link.session_only:
            is_new = link.name not in self._read_as or self._read_as[link.name] != link.linked_at
            secret = await self._secrets.read(link.name, anew=is_new)
        elif self._secrets.is_unsaved(link.name):
            secret = await self._secrets.read(link.name)
        if secret is None:
            hint = "It was kept for one session only: link it again." if link.session_only else "Link it again."
            raise LinkRejected(f"No key is kept for {link.name}", hint)
        self._read_as[link.name] = link.linked_at
        if self._secrets.is_unsaved(link.name) and not link.session_only:
            with suppress(SecretsUnavailable):  # the keyring was locked when it was renewed, and may still be
                await self._secrets.keep(link.name, secret)
        return secret

    async def _renewed(self, link: Link, secret: str) -> str:
        async with open_http() as http:
            fresh = await gateway_of(link.kind, self._gateways).renew(Asked(http, link, secret, self._now()))
        if fresh is None:
            return secret
        try:
            await self._secrets.keep(link.name, fresh, session_only=link.session_only)
        except SecretsUnavailable:
            await self._secrets.keep(link.name, fresh, session_only=True)  # better than losing it; `_read` tries again
        return fresh
