"""Keeps the linked accounts in a TOML file that people may edit too; no secret is ever in it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from tankful.core.errors import LinksUnreadable
from tankful.core.links import Link, Method
from tankful.regular_file import content_of
from tankful.store.whole_file import write_whole

_HEADER = "Accounts linked with Tankful. Their keys are in the system's keyring, never here."
_LOOK = "Correct it, or move the file away and link again."
_TABLE = "account"
_KEYS = frozenset({"name", "kind", "url", "method", "who", "linked_at", "session_only", "options"})


class LinksFile:
    """The file of one data folder, existing or not."""

    def __init__(self, path: Path) -> None:
        """Nothing is read yet."""
        self.path = path
        self.unknown: tuple[str, ...] = ()
        """Names in the file that mean nothing, as of the last `read`."""

    def read(self) -> tuple[Link, ...]:
        """Return every account in the order of the file, none when there is no file.

        Raises:
            LinksUnreadable: the file is empty or not TOML, cannot be opened, or an account in it lacks what it needs.
        """
        text = self._text()
        if not text:
            self.unknown = ()
            return ()
        import tomllib  # noqa: PLC0415 - not everybody has accounts

        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as broken:
            raise LinksUnreadable(f"{self.path} is not valid TOML: {broken}", _LOOK) from broken
        tables: Any = data.get(_TABLE, [])
        if not isinstance(tables, list) or not all(isinstance(each, dict) for each in cast("list[object]", tables)):
            raise LinksUnreadable(f"{self.path}: {_TABLE} is not a list of tables", f"Write each as [[{_TABLE}]].")
        accounts = cast("list[dict[str, Any]]", tables)
        links = tuple(self._link(number, account) for number, account in enumerate(accounts, 1))
        names = [link.name.casefold() for link in links]
        if twice := next((link.name for link in links if names.count(link.name.casefold()) > 1), None):
            raise LinksUnreadable(f"{self.path}: two accounts have the name {twice}", "Give one of them another name.")
        self.unknown = tuple(name for name in data if name != _TABLE) + tuple(
            f"{link.name}.{key}" for link, account in zip(links, accounts, strict=True) for key in account if key not in _KEYS
        )
        return links

    def put(self, link: Link) -> None:
        """Write an account, in place of the one with its name if there is one; the file is replaced as a whole or not at all.

        Raises:
            LinksUnreadable: the file as it is cannot be read, or the new one cannot be written.
        """
        place, document = self._document(link.name)
        import tomlkit  # noqa: PLC0415 - only a change needs it, and it is slow to load

        accounts: Any = document.setdefault(_TABLE, tomlkit.aot())
        account: Any = tomlkit.table() if place is None else accounts[place]
        for name, value in _plain(link).items():
            if value is None:
                account.pop(name, None)
            else:
                account[name] = value
        if place is None:
            accounts.append(account)
        self._write(tomlkit.dumps(document))

    def take_out(self, name: str) -> None:
        """Take an account out; it need not be there. Raises as `put` does."""
        place, document = self._document(name)
        if place is None:
            return
        import tomlkit  # noqa: PLC0415 - see `put`

        del document[_TABLE][place]
        if not document[_TABLE]:
            del document[_TABLE]
        self._write(tomlkit.dumps(document))

    def _document(self, name: str) -> tuple[int | None, Any]:
        """Return at which place an account is, and the file for changing."""
        names = [link.name for link in self.read()]
        import tomlkit  # noqa: PLC0415 - see `put`

        text = self._text()
        document = tomlkit.parse(text)
        if not text:
            document.add(tomlkit.comment(_HEADER))
        return (names.index(name) if name in names else None), document

    def _text(self) -> str:
        try:
            content = content_of(self.path)
            if not content:  # somebody is just writing it, or was kept from it: what was linked is not to be forgotten for that
                raise LinksUnreadable(f"{self.path} is empty", "Delete it if no account is to be linked.")
            return content.decode("utf-8-sig")
        except FileNotFoundError:
            return ""
        except UnicodeDecodeError as broken:
            raise LinksUnreadable(f"{self.path} is not UTF-8 text", _LOOK) from broken
        except OSError as refused:
            raise LinksUnreadable(f"{self.path} cannot be read: {refused.strerror}", "Check its permissions.") from refused

    def _write(self, text: str) -> None:
        try:
            write_whole(self.path.resolve(), text)  # a link to a file that is kept elsewhere stays a link
        except OSError as refused:
            raise LinksUnreadable(f"{self.path} cannot be written: {refused.strerror}", "Check permissions and free space.") from refused

    def _link(self, number: int, account: dict[str, Any]) -> Link:
        def text(key: str, otherwise: str | None = None) -> str:
            value = account.get(key, otherwise)
            if not isinstance(value, str) or (otherwise is None and not value.strip()):
                raise LinksUnreadable(f"{self.path}: {key} of account {number} is missing or no text", _LOOK)
            return value

        try:
            method = Method(text("method", Method.KEY.value))
        except ValueError as wrong:
            known = ", ".join(method.value for method in Method)
            raise LinksUnreadable(f"{self.path}: method of account {number} is unknown", f"Write one of {known}.") from wrong
        at: object = account.get("linked_at")
        options: object = account.get("options", {})
        if not isinstance(options, dict) or not all(isinstance(value, str) for value in cast("dict[str, object]", options).values()):
            raise LinksUnreadable(f"{self.path}: options of account {number} are not all texts", _LOOK)
        return Link(
            name=text("name"),
            kind=text("kind"),
            url=text("url", ""),
            method=method,
            who=text("who", ""),
            linked_at=None if not isinstance(at, datetime) else at if at.tzinfo else at.replace(tzinfo=UTC),
            session_only=account.get("session_only") is True,
            options=cast("dict[str, str]", options),
        )


def _plain(link: Link) -> dict[str, Any]:
    """Return what the file says of an account; `None` is left out."""
    return {
        "name": link.name,
        "kind": link.kind,
        "url": link.url or None,
        "method": link.method.value,
        "who": link.who or None,
        "linked_at": link.linked_at,
        "session_only": link.session_only or None,
        "options": dict(link.options) or None,
    }
