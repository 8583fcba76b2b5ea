from decimal import Decimal

import pytest

from tankful.core.choices import Period
from tankful.core.settings import Settings
from tankful.present.budget import budget_words, ordinal


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings(), "No budget set. Set one with `tankful budget 400`."),
        (Settings(budget_usd=Decimal(400)), "$400 a month, from the 1st."),
        (Settings(budget_usd=Decimal("0.5"), budget_start_day=22), "$0.50 a month, from the 22nd."),
        (Settings(budget_usd=Decimal(90), budget_period=Period.WEEK, budget_start_day=3), "$90 a week, from Wednesday."),
        (Settings(budget_usd=Decimal(90), budget_period=Period.WEEK, budget_start_day=31), "$90 a week, from Sunday."),
    ],
)
def test_a_budget_is_one_sentence(settings: Settings, said: str) -> None:
    assert budget_words(settings) == said


def test_numbers_of_days_have_their_endings() -> None:
    assert [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 31)] == (
        ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd", "31st"]
    )
