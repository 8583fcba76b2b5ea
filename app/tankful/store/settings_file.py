"""Keeps the settings in a TOML file that people may edit too: their comments and order survive."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from tankful.core.errors import SettingsUnreadable
from tankful.core.settings import ROWS, Settings
from tankful.regular_file import content_of
from tankful.store.settings_values import PRICE_KEYS, plain_of, value_of
from tankful.store.whole_file import write_whole

_HEADER = "Settings of Tankful. It reads this file again whenever it changes."
_LOOK = "Correct that line, or move the file away to start afresh."

Tables = dict[str, dict[str, Any]]


class SettingsFile:
    """One settings file, existing or not."""

    def __init__(self, path: Path) -> None:
        """Nothing is read yet."""
        self.path = path
        self.unknown: tuple[str, ...] = ()
        """Names in the file that mean nothing, as of the last `read`."""
        self.stated: frozenset[str] = frozenset()
        """Fields of `Settings` that the file states, as of the last `read`."""
        self.is_understood = False
        """The file is one of settings, whatever its values may be, as of the last `understood`."""

    def read(self) -> Settings:
        """Return what the file says, defaults for the rest, all defaults when there is no file.

        Raises:
            SettingsUnreadable: the file is not TOML, cannot be opened, or holds a value that is not allowed.
        """
        tables = self._tables(self._text())
        found: dict[str, Any] = {}
        for field, row in ROWS.items():
            table, key = row.table, row.key
            if table in tables and (not key or key in tables[table]):
                found[field] = self._value(field, tables[table][key] if key else tables[table])
        self.stated = frozenset(found)
        return Settings(**found)

    def understood(self, before: Settings) -> Settings:
        """Return what of the file can be understood, and what was known before for what is stated otherwise; raises nothing.

        Where the file as a whole cannot be read, all is as it was known before.
        """
        try:
            tables = self._tables(self._text())
        except SettingsUnreadable:
            self.is_understood = False
            return before
        self.is_understood = True
        found: dict[str, Any] = {}
        for field, row in ROWS.items():
            table, key = row.table, row.key
            if table in tables and (not key or key in tables[table]):
                try:
                    found[field] = self._value(field, tables[table][key] if key else tables[table])
                except SettingsUnreadable:
                    found[field] = getattr(before, field)
        return Settings(**found)

    def change(self, **changed: Any) -> Settings:
        """Write these fields of `Settings` (`None` takes one out) and return what the file says now.

        The file is replaced as a whole or not at all.

        Raises:
            SettingsUnreadable: the file as it is cannot be read, a value is not allowed, or the new one cannot be written.
        """
        self.read()
        plain = {field: None if value is None else plain_of(value) for field, value in changed.items()}
        for field, value in plain.items():
            if value is not None:
                self._value(field, value)
        text = _with_changes(self._text(), plain)
        try:
            write_whole(self.path.resolve(), text)  # a link to a file that is kept elsewhere stays a link
        except OSError as refused:
            hint = "Check permissions and free space, or choose --data DIR."
            raise SettingsUnreadable(f"{self.path} cannot be written: {refused.strerror}", hint) from refused
        return self.read()

    def _text(self) -> str:
        try:
            return content_of(self.path).decode("utf-8-sig")
        except FileNotFoundError:
            return ""
        except UnicodeDecodeError as broken:
            raise SettingsUnreadable(f"{self.path} is not UTF-8 text", _LOOK) from broken
        except OSError as refused:
            raise SettingsUnreadable(f"{self.path} cannot be read: {refused.strerror}", "Check its permissions.") from refused

    def _tables(self, text: str) -> Tables:
        if not text:
            self.unknown = ()
            return {}
        import tomllib  # noqa: PLC0415 - not everybody has settings

        try:
            data = tomllib.loads(text, parse_float=Decimal)
        except tomllib.TOMLDecodeError as broken:
            raise SettingsUnreadable(f"{self.path} is not valid TOML: {broken}", _LOOK) from broken
        known = {row.table for row in ROWS.values()}
        tables: Tables = {name: cast("dict[str, Any]", value) for name, value in data.items() if isinstance(value, dict)}
        for name in data.keys() & known - tables.keys():
            raise SettingsUnreadable(f"{self.path}: {name} is not a table", f"Write it as [{name}].")
        self.unknown = tuple(name for name in data if name not in known) + _unknown_keys(tables)
        return tables

    def _value(self, field: str, plain: object) -> Any:
        try:
            return value_of(field, plain)
        except ValueError as wrong:
            row = ROWS[field]
            title = f"{self.path}: {row.key or 'an entry'} in [{row.table}] has a value that is not allowed"
            raise SettingsUnreadable(title, str(wrong)) from wrong


def _unknown_keys(tables: Tables) -> tuple[str, ...]:
    known = {(row.table, row.key) for row in ROWS.values()}
    with_keys = {table for table, key in known if key}
    found = [f"{table}.{key}" for table in tables if table in with_keys for key in tables[table] if (table, key) not in known]
    for model, price in tables.get("prices", {}).items():
        if isinstance(price, dict):
            found += [f"prices.{model}.{key}" for key in cast("dict[str, Any]", price) if key not in PRICE_KEYS]
    return tuple(found)


def _with_changes(text: str, changed: Mapping[str, Any]) -> str:
    import tomlkit  # noqa: PLC0415 - only a change needs it, and it is slow to load

    document: Any = tomlkit.parse(text)
    if not text:
        document.add(tomlkit.comment(_HEADER))
    for field, value in changed.items():
        table, key = ROWS[field].table, ROWS[field].key
        place, name = (document.setdefault(table, {}), key) if key else (document, table)
        if value is None:
            place.pop(name, None)
        else:
            place[name] = value
    return str(tomlkit.dumps(document))
