"""The settings as forms, decided: each row's words, value, choices and origin, and what a search finds."""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from tankful.core.choices import Period
from tankful.core.errors import WrongWords
from tankful.core.setting_rows import Form, Row, Section
from tankful.core.settings import ROWS, Settings
from tankful.present import format as words
from tankful.present.settings_cells import FORMS, Cells, Column, cells_of
from tankful.system.zone import zone_named

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DEFAULT = "Default"
IN_FILE = "From your settings file"
NO_BUDGET = "No budget"
NO_ACCOUNT = "none"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values, with its name and, beside it, what is known of it."""

    value: object
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class RowView:
    """One setting in a form."""

    field: str
    section: Section
    label: str
    help: str
    form: Form
    value: object
    origin: str
    """Where the value comes from."""
    reset: str = ""
    """What going back to the default says; empty when there is nothing to go back from."""
    minimum: int = 0
    maximum: int = 0
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    columns: tuple[Column, ...] = ()
    adding: str = ""
    cells: Cells = ()
    suggestions: tuple[tuple[str, ...], ...] = ()
    """What each column of a table may well hold."""


class Errand(StrEnum):
    """What the button of a fact does."""

    OPEN_FOLDER = "open_folder"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a page says, and perhaps one thing to do about it."""

    title: str
    text: str
    action: str = ""
    errand: Errand | None = None
    value: str = ""
    """The folder to open, or the text to copy."""


@dataclass(frozen=True, slots=True)
class PageView:
    """One page: settings, and facts before and after them."""

    section: Section
    intro: str
    rows: tuple[RowView, ...] = ()
    facts: tuple[Fact, ...] = ()
    facts_first: bool = False
    also: str = ""
    """Words that a search finds the whole page by, beside its name."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of this machine beside the settings, for choices and suggestions."""

    sources: tuple[Choice, ...] = ()
    """Agents that can be read: id, title, and what was found of each."""
    accounts: tuple[str, ...] = ()
    """Names of the linked ones."""
    overruled: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    """By setting: that somebody else's word comes before what is set."""


def row_views(settings: Settings, stated: frozenset[str], known: Known) -> dict[str, RowView]:
    """Return every setting's row by field, in order; `stated` are the fields that the file states."""
    return {field: _row(field, row, settings, stated, known) for field, row in ROWS.items()}


def _row(field: str, row: Row, settings: Settings, stated: frozenset[str], known: Known) -> RowView:
    value, default = getattr(settings, field), getattr(Settings(), field)
    is_stated = field in stated
    view = RowView(
        field=field,
        section=row.section,
        label=row.label,
        help=f"{row.help} {known.overruled.get(field, '')}".rstrip(),
        form=row.form,
        value=value,
        origin=IN_FILE if is_stated else DEFAULT,
        reset=f"Reset to {_said(default, row)}" if is_stated else "",
        minimum=row.minimum or 0,
        maximum=row.maximum or 0,
        unit=row.unit,
    )
    match row.form:
        case Form.CHOICE | Form.SWITCH:
            return replace(view, choices=_choices(default, row))
        case Form.SOURCES:
            return replace(view, choices=_sources(known.sources, settings.sources_off))
        case Form.WEEKDAYS:
            return replace(view, help=f"{row.help.partition(':')[0]}.", choices=_weekdays(str))
        case Form.TABLE:
            form = FORMS[field]
            return replace(
                view, columns=form.columns, adding=form.adding, cells=cells_of(field, value), suggestions=_suggestions(field, known)
            )
        case _ if field == "budget_start_day":
            return _start_day(view, settings)
        case _:
            return view


def _choices(default: Any, row: Row) -> tuple[Choice, ...]:
    """Return each choice in the setting's own type."""
    return tuple(Choice(word == "true" if isinstance(default, bool) else type(default)(word), text) for word, text in row.words.items())


def _start_day(view: RowView, settings: Settings) -> RowView:
    if settings.budget_period is Period.WEEK:
        return replace(
            view, help="The day a week begins on.", form=Form.CHOICE, value=min(settings.budget_start_day, 7), choices=_weekdays(int)
        )
    return replace(view, help="Day of the month; in a shorter month its last day.")


def _weekdays(kind: type[int] | type[str]) -> tuple[Choice, ...]:
    return tuple(Choice(kind(number), name) for number, name in enumerate(WEEKDAYS, 1))


def _sources(known: tuple[Choice, ...], off: tuple[str, ...]) -> tuple[Choice, ...]:
    """Return the agents that can be read, and those that the file names although nobody knows them."""
    ids = {choice.value for choice in known}
    return (*known, *(Choice(each, each, "not an agent that this version knows") for each in off if each not in ids))


def _suggestions(field: str, known: Known) -> tuple[tuple[str, ...], ...]:
    ids = tuple(str(choice.value) for choice in known.sources)
    match field:
        case "folders":
            return (ids, ())
        case "routes":
            return (ids, (*known.accounts, NO_ACCOUNT))
        case _:
            return tuple(() for _ in FORMS[field].columns)


def _said(value: object, row: Row) -> str:  # noqa: PLR0911 - one for each kind of value
    """Return a default in words."""
    if row.words:
        return row.words[str(value).lower() if isinstance(value, bool) else str(value)].lower()
    match value:
        case None:
            return NO_BUDGET.lower()
        case int():
            return f"{value:,} {row.unit}".rstrip()
        case str() if row.form is Form.WEEKDAYS:
            return weekday_words(value)
        case str() if row.form is Form.TEXT:
            return "none"
        case str():
            return "this machine's"
        case tuple():
            return "all of them"
        case _:
            return "none"


def weekday_words(digits: str) -> str:
    """Return `Monday to Friday`, `Tuesday, Sunday`, or `no day`."""
    days = sorted({int(digit) for digit in digits})
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{WEEKDAYS[days[0] - 1]} to {WEEKDAYS[days[-1] - 1]}"
    return ", ".join(WEEKDAYS[day - 1] for day in days) or "no day"


def changes(field: str, value: object, settings: Settings) -> dict[str, object]:
    """Return the fields to keep when the user sets this one; a new period begins on its first day.

    Raises:
        WrongWords: there is no such time zone.
    """
    if field == "timezone" and value is not None:
        zone_named(str(value))
    if field == "budget_period" and value != settings.budget_period:
        return {field: value, "budget_start_day": None}
    return {field: value}


def dollars(text: str) -> Decimal | None:
    """Return an amount as typed, `400`, `$1,234.50`; `None` for nothing.

    Raises:
        WrongWords: it is no amount, or one that is not allowed.
    """
    typed = text.strip().removeprefix("$").replace(",", "").replace(" ", "")
    row = ROWS["budget_usd"]
    least, most = row.minimum or 0, row.maximum or 0
    if not typed:
        return None
    hint = f"Write dollars from {least:,} to {most:,}, such as 400 or 399.50, or nothing for no budget."
    try:
        amount = Decimal(typed)
    except InvalidOperation as wrong:
        raise WrongWords(f"“{text.strip()}” is no amount", hint) from wrong
    if not amount.is_finite() or not least <= amount <= most:
        raise WrongWords(f"“{text.strip()}” is not possible", hint)
    return amount


def amount_text(value: object) -> str:
    """Return an amount as it stands in its field: `$400`, `$399.50`, empty for none."""
    return words.round_money(value) if isinstance(value, Decimal) else ""


def search(query: str, pages: Iterable[PageView]) -> tuple[PageView, ...]:
    """Return the pages with what matches every word of the query; a page whose name does is there as a whole."""
    sought = _words(query)
    found: list[PageView] = []
    for page in pages:
        if _matches(sought, page.section, page.intro, page.also):
            found.append(page)
            continue
        rows = tuple(row for row in page.rows if _matches(sought, page.section, *_row_texts(row)))
        facts = tuple(fact for fact in page.facts if _matches(sought, page.section, fact.title, fact.text))
        if rows or facts:
            found.append(replace(page, rows=rows, facts=facts))
    return tuple(found)


def _row_texts(row: RowView) -> tuple[str, ...]:
    return (
        row.label,
        row.help,
        row.field.replace("_", " "),
        *(choice.text for choice in row.choices),
        *(each.title for each in row.columns),
    )


def _matches(sought: Iterable[str], *texts: str) -> bool:
    """Say whether each word begins one of the texts' words."""
    there = _words(" ".join(texts))
    return all(any(word.startswith(begun) for word in there) for begun in sought)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def rows_of(section: Section, rows: Mapping[str, RowView]) -> tuple[RowView, ...]:
    """Return the rows of one page."""
    return tuple(row for row in rows.values() if row.section is section)
