"""What settings offer to choose from."""

from enum import StrEnum


class Period(StrEnum):
    """How long a personal budget lasts."""

    MONTH = "month"
    WEEK = "week"


class Digest(StrEnum):
    """How often what was held back is summed up."""

    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"


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
