"""What a declaration of a setting says: where it is kept, how its form row looks, and what it may hold."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Section(StrEnum):
    """The pages of the settings, in their order."""

    ACCOUNTS = "Accounts"
    BUDGETS = "Budgets"
    NOTICES = "Notices"
    SOURCES = "Sources"
    NUDGES = "Nudges"
    APPEARANCE = "Appearance"
    PRIVACY = "Privacy"
    ABOUT = "About"


class Form(StrEnum):
    """How a value is chosen in a window."""

    AMOUNT = "amount"
    """Dollars, or nothing."""
    NUMBER = "number"
    CHOICE = "choice"
    """One of the words of an enumeration."""
    SWITCH = "switch"
    """On or off."""
    WEEKDAYS = "weekdays"
    ZONE = "zone"
    SOURCES = "sources"
    """One tick for each agent that can be read."""
    TEXT = "text"
    """One line, or nothing."""
    TABLE = "table"
    """Lines of several columns."""


class Row(NamedTuple):
    """How a setting is kept, how it appears in a form and in the documentation, and what it may hold."""

    place: str
    """Table and key in the settings file, `budget.usd`; a table alone is the value itself, line by line."""
    section: Section
    label: str
    help: str
    form: Form
    minimum: int | None = None
    maximum: int | None = None
    unit: str = ""
    words: Mapping[str, str] = MappingProxyType({})
    """What each choice is called."""
    example: str = ""
    """A value as TOML, where the default does not show how one is written."""
    allowed: str = ""
    """What to say about a value that is not allowed, where limits and choices do not say it."""

    @property
    def table(self) -> str:
        """The table of the settings file."""
        return self.place.partition(".")[0]

    @property
    def key(self) -> str:
        """The key in that table; empty: the table itself is the value."""
        return self.place.partition(".")[2]
