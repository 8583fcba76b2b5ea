"""Links accounts: finds what answers at an address, signs in, keeps the secret, and renews it before it runs out."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tankful.core.allocation import Statement
from tankful.core.errors import GatewayConfused, LinkRejected, LinksUnreadable, SecretsUnavailable, TankfulError
from tankful.core.links import Link, Method
from tankful.engine.alone import alone
from tankful.engine.finding import another_kind, find, gateway_of
from tankful.engine.link_names import WrongName, chosen_name, made_name
from tankful.engine.link_options import without_secrets
from tankful.engine.link_secrets import LinkSecrets
from tankful.gateways.addresses import is_loopback, key, origin
from tankful.gateways.gateway import Asked, Detected, Gateway, Machine, SignInStep
from tankful.gateways.http import Http, open_http
from tankful.gateways.registry import GATEWAYS
from tankful.gateways.shown import statement_shown
from tankful.store.links_file import LinksFile
from tankful.store.secrets import Ring, Secrets
from tankful.store.system_ring import system_ring
from tankful.system.paths import Folders
from tankful.system.paths import folders as own_folders


def open_linking(
    folders: Folders, now: Callable[[], datetime], open_browser: Callable[[str], object], ring: Ring | None = None
) -> "Linking":
    """Return the accounts of a data folder, with their secrets in the system's keyring unless another is given."""
    return Linking(LinksFile(folders.links), secrets_of(folders, ring), now, open_browser)


def secrets_of(folders: Folders, ring: Ring | None = None) -> Secrets:
    """Return the secrets of a data folder; those of a chosen one are kept apart from those of the system's own."""
    return Secrets(ring or system_ring(), "" if folders == own_folders() else str(folders.config))


class NoSuchLink(TankfulError):
    """No account has this name."""


@dataclass(frozen=True, slots=True)
class Linked:
    """An account, and what its gateway said when it was asked."""

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
        self._lock = links.path.with_suffix(".lock")
        self._given = LinkSecrets(secrets, self._lock, self._gateways, now)

    def now(self) -> datetime:
        """Return what the clock says."""
        return self._now()

    def links(self) -> tuple[Link, ...]:
        """Return every account, those of kinds that this version does not know too. Raises `LinksUnreadable`."""
        return self._file.read()

    def link(self, name: str) -> Link:
        """Return one account by its name, whatever its case. Raises `NoSuchLink`."""
        links = self.links()
        found = [link for link in links if link.name == name] or [link for link in links if link.name.casefold() == name.casefold()]
        if not found:
            known = ", ".join(link.name for link in links)
            raise NoSuchLink(f"No account is called {name!r}", f"There are {known}." if known else "No account is linked.")
        return found[0]

    def unknown(self) -> tuple[str, ...]:
        """Return the names that mean nothing in the file of accounts, as it was read last."""
        return self._file.unknown

    def title(self, kind: str) -> str:
        """Return the name for people of a kind, the kind itself where this version does not know it."""
        gateway = self._gateways.get(kind)
        return kind if gateway is None else gateway.title

    def file(self, kind: str, machine: Machine, method: Method) -> Path | None:
        """Return the file that a kind would read, to be shown before it does. Raises `UnknownKind`."""
        return gateway_of(kind, self._gateways).file(machine, method)

    async def unlock(self) -> None:
        """Bring up the keyring's window if it is locked, for somebody who is there to answer it. Raises `SecretsUnavailable`."""
        await self._secrets.ready()

    async def find(self, text: str, kind: str = "") -> Detected:
        """Return what answers at an address that somebody typed; all kinds are asked at once.

        With a `kind` that cannot be told from outside, that kind is taken at the user's word.

        Raises:
            WrongAddress: it is no address that could be linked.
            UnknownKind: there is no such kind.
            WrongKind: it is another kind than the one asked for.
            GatewayError: nothing answers, or nothing that is known.
        """
        async with open_http() as http:
            return await find(http, text, kind, self._gateways)

    async def with_key(
        self,
        detected: Detected,
        key_text: str,
        *,
        name: str = "",
        session_only: bool = False,
        options: Mapping[str, str] | None = None,
    ) -> Linked:
        """Link with a key, once the gateway has accepted it. The name of an account at the same address links that one anew.

        Raises:
            WrongKey: what was pasted is no key.
            GatewayError: the gateway does not accept it, or cannot be asked.
            SecretsUnavailable: the key cannot be kept; for `session_only` it can.
            WrongName: the name is taken or cannot be one.
            SecretInOption: an option holds what looks like a key; nobody was asked with it.
        """
        name = self._free(name, detected)
        secret = key(key_text)
        link = self._provisional(detected, Method.KEY, name, session_only=session_only, options=options)
        async with open_http() as http:
            statement = await self._fetched(http, link, secret)
        return await self._kept(link, secret, statement, is_named=bool(name))

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
        """Link by signing in: the browser is opened, and `tell` hears where, and which code to type if there is one.

        With a method that keeps no secret nobody signs in: `options` name the file that the user agreed to. Raises as `with_key` does.
        """
        name = self._free(name, detected)
        link = self._provisional(detected, method, name, session_only=session_only, options=options)
        if not session_only and method.keeps_secret:
            await self._secrets.ready()  # nobody shall sign in for nothing
        async with open_http() as http:
            secret = ""
            if method.keeps_secret:
                gateway = gateway_of(detected.kind, self._gateways)
                secret = await gateway.sign_in(http, detected, method, self._now(), lambda step: self._tell(step, tell))
            statement = await self._fetched(http, link, secret)
        return await self._kept(link, secret, statement, is_named=bool(name))

    async def unlink(self, name: str, *, may_ask: bool = True) -> None:
        """Forget the secret, then the account; `may_ask`: whether somebody is there to answer the keyring.

        Raises:
            NoSuchLink: there is none of this name.
            SecretsUnavailable: the secret is still in the keyring, and so the account is still linked.
        """
        link = self.link(name)
        async with alone(self._lock):
            if link.method.keeps_secret:
                await self._forget(link, may_ask=may_ask)
            self._file.take_out(link.name)

    async def secret(self, link: Link) -> str:
        """Return a secret that holds: renewed, and the new one kept before it is used, when it runs out. Empty where none is needed.

        Raises:
            SecretsUnavailable: the keyring cannot be read now, or would have to ask.
            LinkRejected: no secret is kept, or it can be renewed no more.
            GatewayError: it has run out and cannot be renewed now.
            LinksUnreadable: another program is renewing it, for too long.
        """
        return await self._given.secret(link)

    async def another_secret(self, link: Link, refused: str) -> str | None:
        """Return a secret to try in place of one that was refused, `None` when there is none: only then has the user to sign in again.

        Another program may have kept a newer one, or a grant may be renewed before its time. Raises as `secret` does.
        """
        return await self._given.another(link, refused)

    async def ask(self, link: Link) -> Statement:
        """Return what an account's gateway says now.

        Raises as `secret` does, `UnknownKind`, and `GatewayConfused` that names another kind which has come to answer there.
        """
        gateway_of(link.kind, self._gateways)
        async with open_http() as http:
            try:
                return await self._asked(http, link)
            except (GatewayConfused, LinkRejected):
                other = await another_kind(http, link, self._gateways)
                if other is None:
                    raise
                raise other from None

    async def _asked(self, http: Http, link: Link) -> Statement:
        secret = await self.secret(link)
        try:
            return await self._fetched(http, link, secret)
        except LinkRejected:
            secret = await self.another_secret(link, secret) or ""
            if not secret:
                raise
            return await self._fetched(http, link, secret)

    def close(self) -> None:
        """Let the keyring's thread end."""
        self._secrets.close()

    def _free(self, name: str, detected: Detected) -> str:
        """Return a chosen name, empty for none. Raises `WrongName`."""
        chosen = chosen_name(name)
        for link in self.links():
            if link.name.casefold() == chosen.casefold():
                if (link.kind, link.url) != (detected.kind, detected.url):
                    raise WrongName(f"Another account is called {link.name!r}", "Choose another name, or unlink that one first.")
                return link.name
        return chosen

    def _provisional(self, detected: Detected, method: Method, name: str, *, session_only: bool, options: Mapping[str, str] | None) -> Link:
        taken = [link.name for link in self.links()]
        return Link(
            name=name or made_name(detected.url, detected.kind, taken),
            kind=detected.kind,
            url=detected.url,
            method=method,
            linked_at=self._now(),
            session_only=session_only,
            options=without_secrets(options),
        )

    async def _fetched(self, http: Http, link: Link, secret: str) -> Statement:
        statement = await gateway_of(link.kind, self._gateways).fetch(Asked(http, link, secret, self._now()))
        if statement is None:  # no tag was given, so there was nothing that could not have changed
            raise GatewayConfused("The gateway's answer is not what was expected", "Try again later.")
        return statement_shown(statement, secret)

    def _tell(self, step: SignInStep, tell: Callable[[SignInStep], None]) -> None:
        scheme, host, _ = origin(step.url)
        if scheme != "https" and not (scheme == "http" and is_loopback(host)):
            raise GatewayConfused("The gateway names no safe page to sign in at", "Ask its administrator; or paste a key.")
        tell(step)
        self._open_browser(step.url)

    async def _kept(self, link: Link, secret: str, statement: Statement, *, is_named: bool) -> Linked:
        """Keep the secret, then the account; if the second fails the first is as before."""
        async with alone(self._lock):
            name = link.name if is_named else await self._same(link, secret, statement.who)
            link = replace(link, name=name or made_name(link.url, link.kind, [each.name for each in self.links()]), who=statement.who)
            old = next((each for each in self.links() if each.name == link.name), None)
            before = None if link.session_only or not link.method.keeps_secret else await self._before(link.name)
            if link.method.keeps_secret:
                await self._secrets.keep(link.name, secret, session_only=link.session_only, may_ask=True)
            try:
                self._file.put(link)
            except LinksUnreadable:
                await self._put_back(link, before)
                raise
            if old is not None and _is_in_keyring(old) and not _is_in_keyring(link):
                await self._take_out_of_keyring(link, secret)
        self._given.changed(link.name, link.linked_at)
        allocations = tuple(replace(each, account=link.name) for each in statement.allocations)
        windows = tuple(replace(each, account=link.name) for each in statement.windows)
        return Linked(link, replace(statement, account=link.name, allocations=allocations, windows=windows))

    async def _same(self, link: Link, secret: str, who: str) -> str:
        """Return the name of the account that this is again: signed in by the same person, or with the same key; empty for none."""
        for other in self.links():
            if (other.kind, other.url, dict(other.options)) != (link.kind, link.url, dict(link.options)):
                continue
            if link.method is Method.KEY and other.method is Method.KEY:
                if await self._before(other.name) == secret:
                    return other.name
            elif Method.KEY not in {link.method, other.method} and who == other.who and (who or not link.method.keeps_secret):
                return other.name
        return ""

    async def _before(self, name: str) -> str | None:
        """Return what is kept under a name, as far as that is known without asking."""
        with suppress(SecretsUnavailable):
            return await self._secrets.read(name)
        return None

    async def _put_back(self, link: Link, before: str | None) -> None:
        if not link.method.keeps_secret:
            return
        if before is None:
            await self._forget(link)
        else:
            await self._secrets.keep(link.name, before, session_only=link.session_only, may_ask=True)

    async def _take_out_of_keyring(self, link: Link, secret: str) -> None:
        """Forget the secret of an account that now needs none, or keeps another for this session only."""
        with suppress(SecretsUnavailable):  # without a keyring it cannot be; unlinking tries again
            await self._secrets.forget(link.name)
        if link.method.keeps_secret:
            await self._secrets.keep(link.name, secret, session_only=True)

    async def _forget(self, link: Link, *, may_ask: bool = True) -> None:
        try:
            await self._secrets.forget(link.name, may_ask=may_ask)
        except SecretsUnavailable:
            if not link.session_only:
                raise
            await self._secrets.forget(link.name, session_only=True)  # the keyring never had it


def _is_in_keyring(link: Link) -> bool:
    return link.method.keeps_secret and not link.session_only
