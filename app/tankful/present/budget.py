"""The personal budget in a sentence."""

from tankful.core.choices import Period
from tankful.core.health import SETTINGS
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.present import format as words

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def budget_words(settings: Settings) -> str:
    """Return `$400 a month, from the 1st.`, or what to type when there is no budget."""
    if settings.budget_usd is None:
        return "No budget set. Set one with `tankful budget 400`."
    amount = words.round_money(settings.budget_usd)
    if settings.budget_period is Period.WEEK:
        return f"{amount} a week, from {_WEEKDAYS[min(settings.budget_start_day, 7) - 1]}."
    return f"{amount} a month, from the {ordinal(settings.budget_start_day)}."


def no_budget(snapshot: Snapshot) -> str:
    """Return that there is no budget, or that nobody knows while the settings cannot be read."""
    return "Budget unknown" if snapshot.fails(SETTINGS) else "No budget set"


def ordinal(number: int) -> str:
    """Return `1st`, `2nd`, `3rd`, `11th`."""
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
