"""`tankful budget`: the personal budget, said or set."""

from argparse import Namespace
from decimal import Decimal, InvalidOperation
from typing import Any

from tankful.commands.terminal import Terminal
from tankful.core.choices import Period
from tankful.core.errors import WrongWords
from tankful.core.settings import Settings
from tankful.present import format as words_of
from tankful.present.budget import budget_words
from tankful.store.settings_file import SettingsFile
from tankful.system import doorbell
from tankful.system.paths import Folders

_MOST = Decimal(10_000_000)
_CENT = Decimal("0.01")
_LAST_DAY = {Period.MONTH: 31, Period.WEEK: 7}


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Print the budget, after changing what the words change."""
    file = SettingsFile(folders.settings)
    settings = file.read()
    changed = changes(words.amount, words.period, words.start_day, settings)
    if changed:
        settings = file.change(**changed)
        doorbell.ring(folders.state, doorbell.SETTINGS)
    terminal.say(budget_words(settings))
    return 0


def changes(amount: str | None, period: str | None, start_day: int | None, settings: Settings) -> dict[str, Any]:
    """Return the fields of `Settings` that these words change; a new period begins on its first day unless they say otherwise."""
    changed: dict[str, Any] = {}
    if amount is not None:
        changed["budget_usd"] = None if amount.lower() == "none" else dollars(amount)
    if period is not None:
        changed["budget_period"] = Period(period)
        if changed["budget_period"] is not settings.budget_period:
            changed["budget_start_day"] = 1
    if start_day is not None:
        last = _LAST_DAY[changed.get("budget_period", settings.budget_period)]
        if not 1 <= start_day <= last:
            raise WrongWords(f"--start-day {start_day} does not exist", f"Use a number from 1 to {last}.")
        changed["budget_start_day"] = start_day
    return changed


def dollars(text: str) -> Decimal:
    """Return an amount written as `400`, `400.50` or `$400`."""
    try:
        amount = Decimal(text.removeprefix("$"))
    except InvalidOperation as unreadable:
        raise WrongWords(f"{text!r} is no amount", "Write dollars, such as 400 or 399.50, or none for no budget.") from unreadable
    if not amount.is_finite() or not 0 <= amount <= _MOST:
        raise WrongWords(f"A budget of {text} is not possible", f"Use an amount from 0 to {words_of.round_money(_MOST)}.")
    if 0 < amount < _CENT:
        raise WrongWords(f"A budget of {text} is less than a cent", "Use 0, or an amount from $0.01.")
    return amount
