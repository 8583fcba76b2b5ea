"""Every setting: its type, default, limits, form row and documentation in one declaration."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Annotated


class Section(StrEnum):
    """The pages of the settings."""

    BUDGET = "Budgets"
    APPEARANCE = "Appearance"
    SOURCES = "Sources"
    PRIVACY = "Privacy"


class Period(StrEnum):
    """How long a personal budget lasts."""

    MONTH = "month"
    WEEK = "week"


class IconStyle(StrEnum):
    """What the tray icon looks like."""

    ARC = "arc"
    TANK = "tank"
    PERCENT = "percent"
    MONOCHROME = "monochrome"


class Theme(StrEnum):
    """Light, dark, or what the desktop says."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Row:
    """How a setting appears in a form and in the documentation."""

    section: Section
    label: str
    help: str
    minimum: int | None = None
    maximum: int | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class PriceOverride:
    """Dollars per million tokens that the user says a model costs; `None` falls back to the table, else to `input`."""

    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    cache_write_1h: Decimal | None = None

    def numbers(self) -> tuple[Decimal | None, ...]:
        """Return all prices, in the order above."""
        return self.input, self.output, self.cache_read, self.cache_write, self.cache_write_1h


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user wants; the defaults make a working program."""

    budget_usd: Annotated[
        Decimal | None, Row(Section.BUDGET, "Budget", "What you may spend in a period. Empty: no budget.", 0, 10_000_000, "$")
    ] = None
    budget_period: Annotated[Period, Row(Section.BUDGET, "Period", "How long the budget lasts.")] = Period.MONTH
    budget_start_day: Annotated[
        int,
        Row(
            Section.BUDGET,
            "Starts on day",
            "Day of the month (1-31; in a shorter month its last day), or of the week (1 is Monday).",
            1,
            31,
        ),
    ] = 1
    working_days: Annotated[
        str, Row(Section.BUDGET, "Working days", "Days that count fully for pace and forecast: digits, 1 is Monday.")
    ] = "12345"
    icon_style: Annotated[IconStyle, Row(Section.APPEARANCE, "Tray icon", "Arc, tank, percentage or one colour.")] = IconStyle.ARC
    theme: Annotated[Theme, Row(Section.APPEARANCE, "Colours", "Light, dark, or what the desktop says.")] = Theme.SYSTEM
    timezone: Annotated[str, Row(Section.APPEARANCE, "Time zone", "Zone in which days begin and end. Empty: this machine's.")] = ""
    sources_off: Annotated[tuple[str, ...], Row(Section.SOURCES, "Sources not read", "Agents whose logs Tankful leaves alone.")] = ()
    folders: Annotated[Mapping[str, tuple[str, ...]], Row(Section.SOURCES, "More folders", "Further folders to read, by source.")] = field(
        default_factory=dict[str, tuple[str, ...]]
    )
    rescan_minutes: Annotated[
        int, Row(Section.SOURCES, "Look again every", "A slow rescan finds what file notifications miss.", 1, 120, "min")
    ] = 5
    prices: Annotated[
        Mapping[str, PriceOverride], Row(Section.SOURCES, "Own prices", "Dollars per million tokens by model; they beat every other price.")
    ] = field(default_factory=dict[str, PriceOverride])
    aliases: Annotated[
        Mapping[str, str], Row(Section.SOURCES, "Model aliases", "What a gateway's own model name stands for in the price table.")
    ] = field(default_factory=dict[str, str])
    keep_events_days: Annotated[
        int, Row(Section.PRIVACY, "Keep single events for", "Older events are folded into sums.", 35, 3650, "days")
    ] = 180
    keep_sums_days: Annotated[int, Row(Section.PRIVACY, "Keep daily sums for", "Older sums are deleted.", 62, 36500, "days")] = 400
