"""The settings as a page of the documentation, made from their declarations."""

from collections.abc import Iterator
from dataclasses import fields
from enum import StrEnum

from tankful.core.setting_rows import Row, Section
from tankful.core.settings import ROWS, TYPES, Settings

_HEAD = """\
# Settings

Made from the declarations in `app/tankful/core/settings.py` by `packaging/build_settings_page.py`; `packaging/test` holds it against them.
The settings window and the file `settings.toml` say the same. Every setting is optional.
"""


def settings_page() -> str:
    """Return the whole page as Markdown, ending with a line break."""
    return "\n".join([_HEAD, *(line for section in Section for line in _section(section))]) + "\n"


def _section(section: Section) -> Iterator[str]:
    rows = {field: row for field, row in ROWS.items() if row.section is section}
    if not rows:
        return
    yield f"## {section}\n"
    yield "| in the file | in the window | what it does | may be | default |"
    yield "|---|---|---|---|---|"
    defaults = {each.name: getattr(Settings(), each.name) for each in fields(Settings)}
    for field, row in rows.items():
        name = f"`[{row.table}]` `{row.key}`" if row.key else f"`[{row.table}]`"
        cells = (name, row.label, row.help, _allowed(field, row), _default(defaults[field], row))
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""


def _allowed(field: str, row: Row) -> str:
    kind = TYPES[field]
    if kind is bool:
        return "`true`, `false`"
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return ", ".join(f"`{choice}`" for choice in kind)
    if row.minimum is not None and row.maximum is not None and not row.allowed:
        unit = f" {row.unit}" if row.unit and row.unit != "$" else ""
        dollars = "$" if row.unit == "$" else ""
        return f"{dollars}{row.minimum:,} to {dollars}{row.maximum:,}{unit}"
    return f"such as `{row.example}`"


def _default(value: object, row: Row) -> str:
    match value:
        case StrEnum():
            return f"`{value.value}`"
        case bool():
            return f"`{str(value).lower()}`"
        case int():
            return f"{value:,} {row.unit}".rstrip()
        case str() if value:
            return f"`{value}`"
        case _:
            return "none"
