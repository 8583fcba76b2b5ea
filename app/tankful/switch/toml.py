"""Changes single values in TOML; comments and order survive."""

import tomllib
from collections.abc import Sequence
from typing import Any, cast

from tankful.switch.values import ABSENT, Change


def read(text: str) -> dict[str, Any]:
    """Return what a file says.

    Raises:
        ValueError: it is no TOML.
    """
    return tomllib.loads(text)


def changed(text: str, changes: Sequence[Change]) -> str:
    """Return the text with these values in it and all else as it was.

    Raises:
        ValueError: it is no TOML, or something that is no table stands in the way.
    """
    import tomlkit  # noqa: PLC0415 - slow to load, and needed by a change alone
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415 - same

    try:
        document: Any = tomlkit.parse(text)
        for key, value in changes:
            table: Any = document
            for name in key[:-1]:
                if value is ABSENT and name not in table:
                    break
                table = table.setdefault(name, tomlkit.table())
                if not hasattr(table, "setdefault"):
                    raise ValueError(f"{name} is not a table")
            else:
                if value is ABSENT:
                    table.pop(key[-1], None)
                else:
                    table[key[-1]] = _inline(value)
        return str(tomlkit.dumps(document))
    except TOMLKitError as wrong:
        raise ValueError(str(wrong)) from wrong


def _inline(value: Any) -> Any:
    """Return a value as it is written on one line: tables of tables would stand far from where they belong."""
    import tomlkit  # noqa: PLC0415 - see above

    if not isinstance(value, dict):
        return value
    made = tomlkit.inline_table()
    for name, inner in cast("dict[str, Any]", value).items():
        made.append(name, _inline(inner))
    return made
