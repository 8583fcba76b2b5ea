"""Holds notices about budgets to their number, on people that nothing was tuned on."""

import pytest

from bench.layered_bench import told_a_month_of_three
from bench.notice_bench import told_a_month

pytestmark = [pytest.mark.slow, pytest.mark.no_cover]  # whole years of people, of which every line runs elsewhere, too


def test_a_person_hears_of_a_budget_about_once_a_month() -> None:
    told = told_a_month(range(97_000, 97_100))
    print(f"{told:.2f} budget notices per person and month")
    assert 0.2 <= told <= 1.2


def test_of_three_budgets_that_lie_over_one_another_a_person_hears_about_once_a_month_too() -> None:
    told = told_a_month_of_three(range(97_000, 97_030))
    print(f"{told:.2f} notices about three budgets per person and month")
    assert 0.2 <= told <= 1.2
