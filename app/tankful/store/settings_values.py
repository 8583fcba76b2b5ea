"""What each setting may hold in the settings file: from TOML's values to the field's type, and back."""

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast

from tankful.core.own_models import InHouse, PriceOverride
from tankful.core.setting_rows import Form, Row
from tankful.core.settings import ROWS, TYPES
from tankful.core.spending import is_mail_address, is_web_address

_TEXTS = {"ask_for_more_url": is_web_address, "ask_for_more_mail": is_mail_address}
_SWITCHES = {"digest": {True: "daily", False: "off"}}
"""What was a switch in earlier versions."""
PRICE_KEYS = tuple(field.name for field in fields(PriceOverride))


def value_of(field: str, plain: object) -> Any:
    """Return a plain value as the type of this field of `Settings`.

    Raises:
        ValueError: it is not allowed; the message says what is.
    """
    import msgspec  # noqa: PLC0415 - slow to load, and not everybody has settings

    if isinstance(plain, bool):
        plain = _SWITCHES.get(field, {}).get(plain, plain)
    try:
        value = msgspec.convert(plain, TYPES[field])
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
        case InHouse() | Mapping():
            parts = _said(value) if isinstance(value, InHouse) else cast("Mapping[str, object]", value)
            return {key: plain_of(inner) for key, inner in parts.items()}
        case tuple():
            return list(cast("tuple[object, ...]", value))
        case _:
            return value


def _said(value: InHouse) -> dict[str, object]:
    """Return what is said of a model, without what is left open."""
    return {each.name: said for each in fields(InHouse) if (said := getattr(value, each.name))}


def _is_allowed(field: str, value: object) -> bool:
    row = ROWS[field]
    if isinstance(value, bool):
        return True
    if isinstance(value, int | Decimal):
        return Decimal(value).is_finite() and (row.minimum or 0) <= value and (row.maximum is None or value <= row.maximum)
    if row.form is Form.WEEKDAYS:
        return set(cast("str", value)) <= set("1234567")
    if field in _TEXTS and value:
        return _TEXTS[field](cast("str", value))
    if field == "prices":
        return all(_is_price(price, row) for price in cast("Mapping[str, PriceOverride]", value).values())
    return True


def _is_price(price: PriceOverride, row: Row) -> bool:
    least, most = row.minimum or 0, row.maximum
    return all(
        amount is None or (amount.is_finite() and least <= amount and (most is None or amount <= most)) for amount in price.numbers()
    )


def _allowed(field: str) -> str:
    row, kind = ROWS[field], TYPES[field]
    if row.allowed:
        return row.allowed
    if kind is bool:
        return "Use true or false."
    if row.minimum is not None and row.maximum is not None:
        return f"Use a number from {row.minimum:,} to {row.maximum:,}."
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return f"Use one of: {', '.join(kind)}."
    return "Use text in quotes."
