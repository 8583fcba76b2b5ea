"""What each setting may hold in the settings file: from TOML's values to the field's type, and back."""

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast, get_args, get_type_hints

from tankful.core.settings import PriceOverride, Row, Settings

_HINTS = get_type_hints(Settings, include_extras=True)
_TYPES: dict[str, Any] = {field: get_args(hint)[0] for field, hint in _HINTS.items()}
_ROWS: dict[str, Row] = {field: get_args(hint)[1] for field, hint in _HINTS.items()}
PRICE_KEYS = tuple(field.name for field in fields(PriceOverride))
_SAID = {
    "prices": f'Write [prices."MODEL"] with dollars per million tokens: {", ".join(PRICE_KEYS)}; the first two are needed.',
    "working_days": 'Use digits from 1 (Monday) to 7, such as "12345".',
    "sources_off": 'Use a list of names, such as ["codex"].',
    "folders": 'Write [sources.folders] with lists, such as codex = ["/mnt/work/.codex"].',
}


def value_of(field: str, plain: object) -> Any:
    """Return a plain value as the type of this field of `Settings`.

    Raises:
        ValueError: it is not allowed; the message says what is.
    """
    import msgspec  # noqa: PLC0415 - slow to load, and not everybody has settings

    try:
        value = msgspec.convert(plain, _TYPES[field])
    except msgspec.ValidationError as wrong:
        raise ValueError(_allowed(field)) from wrong
    if not _is_allowed(field, value):
        raise ValueError(_allowed(field))
    return value


def plain_of(value: object) -> Any:
    """Return what TOML can hold: money as text, so that no digit is lost."""
    match value:
        case Decimal():
            return format(value, "f")
        case StrEnum():
            return value.value
        case PriceOverride():
            amounts = {key: cast("Decimal | None", getattr(value, key)) for key in PRICE_KEYS}
            return {key: plain_of(amount) for key, amount in amounts.items() if amount is not None}
        case Mapping():
            return {key: plain_of(inner) for key, inner in cast("Mapping[str, object]", value).items()}
        case tuple():
            return list(cast("tuple[object, ...]", value))
        case _:
            return value


def _is_allowed(field: str, value: object) -> bool:
    row = _ROWS[field]
    if isinstance(value, int | Decimal):
        return Decimal(value).is_finite() and (row.minimum or 0) <= value and (row.maximum is None or value <= row.maximum)
    if field == "working_days":
        return set(cast("str", value)) <= set("1234567")
    if field == "prices":
        return all(_is_price(price) for price in cast("Mapping[str, PriceOverride]", value).values())
    return True


def _is_price(price: PriceOverride) -> bool:
    dollars = (price.input, price.output, price.cache_read, price.cache_write, price.cache_write_1h)
    return all(amount is None or (amount.is_finite() and amount >= 0) for amount in dollars)


def _allowed(field: str) -> str:
    row, kind = _ROWS[field], _TYPES[field]
    if row.minimum is not None and row.maximum is not None:
        return f"Use a number from {row.minimum:,} to {row.maximum:,}."
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return f"Use one of: {', '.join(kind)}."
    return _SAID.get(field, "Use text in quotes.")
