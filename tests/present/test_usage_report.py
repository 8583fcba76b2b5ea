from datetime import date
from decimal import Decimal

import pytest

from pictured import FEEDS
from schemas import check
from tankful.core.health import Condition, FeedHealth
from tankful.core.report import By, RowBasis, UsageRow
from tankful.core.usage import TokenUsage
from tankful.present.format import UNKNOWN
from tankful.present.usage import usage_csv, usage_json, usage_table

BY = (By.DAY, By.MODEL)
PRICED = UsageRow(
    1200, TokenUsage(3_000_000, 120, 10, 8, 3, 20), Decimal("0.46"), RowBasis.PRICED, 0, day=date(2026, 11, 20), model="claude-sonnet-4-5"
)
PARTLY = PRICED._replace(requests=3, unpriced_requests=1, placeholder_requests=2, model="mixture")
UNPRICED = PRICED._replace(requests=2, cost=None, basis=RowBasis.UNPRICED, unpriced_requests=2, model=None)
WAITING = FeedHealth("codex", Condition.WAITING, title="No logs of Codex found", hint="Use it once.")


def test_the_json_report_has_the_published_shape() -> None:
    for rows, by in (([PRICED, PARTLY, UNPRICED], BY), ([PRICED._replace(day=None, model=None)], ()), ([], tuple(By))):
        check("usage", usage_json(rows, by, "Europe/Berlin", FEEDS))


def test_a_json_row_has_the_keys_that_were_asked_for_and_all_figures() -> None:
    report = usage_json([PRICED], BY, "UTC", FEEDS)
    assert report["rows"] == [
        {
            "day": "2026-11-20",
            "model": "claude-sonnet-4-5",
            "requests": 1200,
            "tokens": {"input": 3_000_000, "output": 120, "cache_read": 10, "cache_write": 8, "cache_write_1h": 3, "reasoning": 20},
            "cost_usd": "0.46",
            "cost_basis": "priced",
            "unpriced_requests": 0,
        }
    ]
    assert report["sources"] == [
        {"agent": "claude-code", "files": 350, "events": 18_204, "condition": "ok", "title": "", "hint": ""},
        {"agent": "codex", "files": 41, "events": 1_377, "condition": "ok", "title": "", "hint": ""},
    ]


def test_an_unknown_cost_is_null_in_json_and_empty_in_csv() -> None:
    rows = usage_json([UNPRICED], BY, "UTC", ())["rows"]
    assert isinstance(rows, list)
    assert (rows[0]["cost_usd"], rows[0]["model"]) == (None, "")
    assert usage_csv([UNPRICED], BY)[1][-3:] == ["", "unpriced", "2"]


def test_csv_has_the_names_of_json() -> None:
    names = "day model requests input output cache_read cache_write cache_write_1h reasoning cost_usd cost_basis unpriced_requests"
    values = "2026-11-20 claude-sonnet-4-5 1200 3000000 120 10 8 3 20 0.46 priced 0"
    assert usage_csv([PRICED], BY) == [names.split(), values.split()]


@pytest.mark.parametrize("name", ["=1+1", "=cmd|' /C calc'!A0", "@SUM(1)", "+1|x", "-2+3+cmd|' /C calc'!A0", "\uff1d1+1", "\uff20SUM(1)"])
def test_csv_has_nothing_that_a_spreadsheet_would_work_out(name: str) -> None:
    assert usage_csv([UsageRow(1, TokenUsage(1), None, RowBasis.UNPRICED, 1, model=name)], (By.MODEL,))[1][0] == f"'{name}"


@pytest.mark.parametrize("name", ["@cf/meta/llama-3", "-work-shop", "+beta", "a=b", "/src/(old)!", "'quoted'"])
def test_other_names_are_in_csv_as_they_are(name: str) -> None:
    assert usage_csv([UsageRow(1, TokenUsage(1), None, RowBasis.UNPRICED, 1, model=name)], (By.MODEL,))[1][0] == name


def test_the_table_says_what_its_figures_leave_out() -> None:
    table = usage_table([PRICED, PARTLY, UNPRICED], BY, (*FEEDS, WAITING))
    assert table.headings == ("Day", "Model", "Requests", "Input", "Output", "Cache read", "Cache write", "Cost")
    assert table.rows[0] == ("2026-11-20", "claude-sonnet-4-5", "1,200", "3M", "120", "10", "8", "$0.46")
    assert [row[-1] for row in table.rows] == ["$0.46", "$0.46 +", "unpriced"]
    assert table.rows[2][1] == UNKNOWN
    assert table.total == ("Total", "", "1,205", "9M", "360", "30", "24", "$0.92 +")
    assert table.remarks == (
        "3 requests have no price and no part in the cost (shown by +).",
        "2 requests recorded without an output count: estimated low.",
    )


def test_agents_that_were_never_used_here_are_worth_a_word_only_when_all_were_not() -> None:
    assert usage_table([], BY, (WAITING,)).remarks == ("No agent was used here yet; `tankful sources --all` says where is looked.",)
    assert usage_table([], BY, ()).remarks == ()


def test_one_request_without_a_price_has_none() -> None:
    assert usage_table([PARTLY._replace(placeholder_requests=0)], BY, ()).remarks == (
        "1 request has no price and no part in the cost (shown by +).",
    )


def test_a_table_of_everything_has_no_name_for_its_total() -> None:
    assert usage_table([PRICED], (), ()).total == ("1,200", "3M", "120", "10", "8", "$0.46")
