"""Holds the polling policy to what a company's gateway was planned for, in virtual time: nothing here is a measure of the machine."""

from pathlib import Path

import pytest
from context import Bench
from measure import Figure
from polling import TABLE, everything, outage, restart, steady

TENTH = 0.1
"""Of the clients and of their gateway's capacity; the bench leads all of them through the same."""

pytestmark = [pytest.mark.slow, pytest.mark.no_cover]  # a hundred thousand clients, of whose policy every line runs elsewhere, too


def said(figures: list[Figure]) -> str:
    return "; ".join(f"{figure.what}: {figure.value:.2f} {figure.unit} ({figure.note})" for figure in figures if figure.missed)


@pytest.mark.parametrize(("users", "planned"), TABLE)
def test_a_company_asks_as_often_as_its_gateway_was_planned_for(tmp_path: Path, users: int, planned: float) -> None:
    assert not said(steady(Bench(tmp_path, None), users, planned))


def test_a_gateway_that_comes_back_is_not_run_over(tmp_path: Path) -> None:
    assert not said(outage(Bench(tmp_path, None)))
    assert not said(restart(Bench(tmp_path, None, TENTH)))


def test_whatever_happens_nobody_asks_too_often_or_too_early(tmp_path: Path) -> None:
    assert not said(everything(Bench(tmp_path, None, TENTH)))
