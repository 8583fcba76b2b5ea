from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tankful.commands.budget import changes, dollars
from tankful.core.choices import Period
from tankful.core.settings import Settings
from terminals import Machine


def test_a_budget_is_set_said_and_removed(machine: Machine) -> None:
    assert machine.run("budget").out == "No budget set. Set one with `tankful budget 400`.\n"
    assert machine.run("budget", "400").out == "$400 a month, from the 1st.\n"
    assert machine.run("budget", "399.50", "--start-day", "15").out == "$399.50 a month, from the 15th.\n"
    assert machine.run("budget").out == "$399.50 a month, from the 15th.\n"
    assert machine.run("budget", "none").out == "No budget set. Set one with `tankful budget 400`.\n"


def test_a_new_period_begins_on_its_first_day(machine: Machine) -> None:
    machine.run("budget", "400", "--start-day", "15")
    assert machine.run("budget", "--period", "week").out == "$400 a week, from Monday.\n"
    assert machine.run("budget", "90", "--period", "week", "--start-day", "7").out == "$90 a week, from Sunday.\n"
    assert machine.run("budget", "--period", "week").out == "$90 a week, from Sunday.\n"


def test_saying_the_budget_writes_nothing(machine: Machine) -> None:
    machine.run("budget")
    assert not machine.data.exists()


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("lots",), "Write dollars, such as 400 or 399.50, or none for no budget."),
        (("1,000",), "Write dollars, such as 400 or 399.50, or none for no budget."),
        (("NaN",), "Use an amount from 0 to $10,000,000."),
        (("1e9",), "Use an amount from 0 to $10,000,000."),
        (("400", "--start-day", "32"), "Use a number from 1 to 31."),
        (("400", "--period", "week", "--start-day", "8"), "Use a number from 1 to 7."),
        (("400", "--start-day", "0"), "Use a number from 1 to 31."),
        (("400", "--start-day", "soon"), "See `tankful budget --help`."),
        (("400", "--period", "year"), "See `tankful budget --help`."),
        (("-5",), "Use an amount from 0 to $10,000,000."),
        (("1e-400",), "Use 0, or an amount from $0.01."),
    ],
)
def test_an_impossible_budget_is_refused_in_one_line(machine: Machine, words: tuple[str, ...], hint: str) -> None:
    answer = machine.run("budget", *words)
    assert answer.code == 2
    assert answer.err.startswith("tankful: ")
    assert answer.err.endswith(f"{hint}\n")
    assert answer.err.count("\n") == 1
    assert not machine.data.exists()


def test_dollars_may_carry_their_sign() -> None:
    assert dollars("$400") == dollars("400.00") == 400


@given(amount=st.decimals(0, 10_000_000, places=2))
def test_every_amount_is_kept_to_the_cent(amount: Decimal) -> None:
    assert changes(str(amount), None, None, Settings()) == {"budget_usd": amount}


def test_words_that_say_nothing_change_nothing() -> None:
    assert changes(None, None, None, Settings()) == {}
    assert changes(None, "month", None, Settings(budget_start_day=9)) == {"budget_period": Period.MONTH}
