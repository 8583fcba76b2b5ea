"""Holds notices about budgets to their number, on people that nothing was tuned on."""

import pytest

from bench.notice_bench import told_a_month

pytestmark = [pytest.mark.slow, pytest.mark.no_cover]  # whole years of people, of which every line runs elsewhere, too


def test_a_person_hears_of_a_budget_about_once_a_month() -> None:
    told = told_a_month(range(97_000, 97_100))
    print(f"{told:.2f} budget notices per person and month")
    assert 0.2 <= told <= 1.2
