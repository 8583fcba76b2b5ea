"""Settings that are tables, as lines of text that can be typed: there and back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from tankful.core.errors import WrongWords
from tankful.core.own_models import InHouse, PriceOverride
from tankful.core.settings import ROWS

Cells = tuple[tuple[str, ...], ...]
"""Lines of columns."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, what is asked for in an empty cell, and whether a line needs it."""

    title: str
    placeholder: str = ""
    needed: bool = True
    is_folder: bool = False
    """A folder can be chosen for it."""


@dataclass(frozen=True, slots=True)
class TableForm:
    """How one setting is written as lines."""

    columns: tuple[Column, ...]
    adding: str
    """What the button for a new line says."""
    cells: Callable[[Any], Cells]
    value: Callable[[Cells], object]


def cells_of(field: str, value: object) -> Cells:
    """Return the lines that this setting's value makes."""
    return FORMS[field].cells(value)


def value_of_cells(field: str, lines: Iterable[Iterable[str]]) -> object:
    """Return the setting's value; empty lines do not count.

    Raises:
        WrongWords: a line lacks something, or says something twice or that cannot be.
    """
    form = FORMS[field]
    kept: list[tuple[str, ...]] = []
    for number, line in enumerate(lines, 1):
        cells = tuple(cell.strip() for cell in line)
        if not any(cells):
            continue
        missing = [column.title.lower() for column, cell in zip(form.columns, cells, strict=True) if column.needed and not cell]
        if missing:
            raise WrongWords(f"Line {number} is not complete", f"Fill in: {', '.join(missing)}.")
        kept.append(cells)
    return form.value(tuple(kept))


def _pairs(value: Mapping[str, str]) -> Cells:
    return tuple(value.items())


def _mapping(lines: Cells) -> dict[str, str]:
    made: dict[str, str] = {}
    for name, meant in lines:
        _once(name, made)
        made[name] = meant
    return made


def _folder_lines(value: Mapping[str, tuple[str, ...]]) -> Cells:
    return tuple((source, folder) for source, folders in value.items() for folder in folders)


def _folders(lines: Cells) -> dict[str, tuple[str, ...]]:
    made: dict[str, tuple[str, ...]] = {}
    for source, folder in lines:
        if folder not in made.get(source, ()):
            made[source] = (*made.get(source, ()), folder)
    return made


def _price_lines(value: Mapping[str, PriceOverride]) -> Cells:
    return tuple((model, *("" if amount is None else f"{amount:f}" for amount in price.numbers())) for model, price in value.items())


def _prices(lines: Cells) -> dict[str, PriceOverride]:
    made: dict[str, PriceOverride] = {}
    for model, *amounts in lines:
        _once(model, made)
        numbers = [_dollars(amount) for amount in amounts]
        made[model] = PriceOverride(cast("Decimal", numbers[0]), cast("Decimal", numbers[1]), *numbers[2:])
    return made


def _in_house_lines(value: Mapping[str, InHouse]) -> Cells:
    return tuple(
        (model, said.title, ", ".join(said.alternative_to), ", ".join(said.good_for), said.docs_url) for model, said in value.items()
    )


def _in_house(lines: Cells) -> dict[str, InHouse]:
    made: dict[str, InHouse] = {}
    for model, title, instead_of, good_for, address in lines:
        _once(model, made)
        made[model] = InHouse(title, _words(instead_of), _words(good_for), address)
    return made


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for each in text.split(",") if (word := each.strip()))


def _once(name: str, made: Mapping[str, object]) -> None:
    if name in made:
        raise WrongWords(f"{name} is there twice", "Keep one of the two lines.")


def _dollars(text: str) -> Decimal | None:
    if not text:
        return None
    most = ROWS["prices"].maximum or 0
    hint = f"Write dollars per million tokens, from 0 to {most:,}, such as 3 or 0.30."
    try:
        amount = Decimal(text.removeprefix("$"))
    except InvalidOperation as wrong:
        raise WrongWords(f"{text} is no price", hint) from wrong
    if not amount.is_finite() or not 0 <= amount <= most:
        raise WrongWords(f"{text} is no price", hint)
    return amount


FORMS: dict[str, TableForm] = {
    "routes": TableForm((Column("Agent or folder", "claude-code"), Column("Account", "none")), "Add a route", _pairs, _mapping),
    "folders": TableForm(
        (Column("Agent", "codex"), Column("Folder", "/mnt/disk/.codex", is_folder=True)), "Add a folder…", _folder_lines, _folders
    ),
    "prices": TableForm(
        (
            Column("Model", "team/large"),
            Column("Input", "3"),
            Column("Output", "15"),
            Column("Cache read", needed=False),
            Column("Cache write", needed=False),
            Column("1 h write", needed=False),
        ),
        "Add a price",
        _price_lines,
        _prices,
    ),
    "in_house": TableForm(
        (
            Column("Model", "metacode-1"),
            Column("Called", "MetaCode", needed=False),
            Column("Instead of", "claude-opus-4-5", needed=False),
            Column("Good for", "tests", needed=False),
            Column("More about it", needed=False),
        ),
        "Add a model",
        _in_house_lines,
        _in_house,
    ),
    "aliases": TableForm(
        (Column("The gateway's name", "team-sonnet"), Column("Stands for", "claude-sonnet-4-5")), "Add an alias", _pairs, _mapping
    ),
}
"""By setting; a test holds them against the declarations."""
