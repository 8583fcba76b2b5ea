from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from schemas import check
from tankful.core.accounts import AccountState
from tankful.core.allocation import Allocation, QuotaWindow, Statement
from tankful.core.health import Condition, FeedHealth
from tankful.core.links import Link, Method
from tankful.present.accounts_report import accounts_json, accounts_lines, named_words, sign_in_words
from tankful.present.status import Line

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
START, RESET = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
WORK = Link("Work", "litellm", "https://llm.example.com", Method.BROWSER, who="alice@example.com", linked_at=NOW)
BUDGET = Allocation("Work", "you", Decimal(600), Decimal("402.17"), START, RESET)
EARLIER = NOW - timedelta(minutes=6)
FREE = Allocation("Work", "team a", None, Decimal("0.000123"), START, None, enforced=False, as_of=EARLIER)
WEEK = QuotaWindow("Work", "week", Decimal("63.4"), RESET)
SAID = Statement("Work", NOW, "alice@example.com", (BUDGET, FREE), (WEEK,), books_within=timedelta(seconds=60))
WELL = AccountState(WORK, FeedHealth("Work", Condition.OK, NOW), SAID)
ILL = AccountState(
    Link("Home", "generic", "", Method.KEY),
    FeedHealth("Home", Condition.FAILING, title="The gateway cannot be reached", hint="Check your VPN."),
)


def plain(lines: tuple[Line, ...]) -> list[str]:
    return ["".join(piece.text for piece in line) for line in lines]


def test_accounts_are_written_for_programs_as_published() -> None:
    value = accounts_json([WELL, ILL])
    check("accounts", value)
    work, home = cast("list[dict[str, Any]]", value["accounts"])
    assert work["budgets"][1] == {
        "scope": "team a",
        "limit_usd": None,
        "settled_usd": "0.000123",
        "period_start": "2026-11-01T00:00:00Z",
        "resets_at": None,
        "resetting": False,
        "enforced": False,
        "as_of": "2026-11-20T14:54:00Z",
    }
    assert work["budgets"][0]["as_of"] == work["as_of"]
    assert work["windows"] == [{"title": "week", "used_percent": 63.4, "resets_at": "2026-12-01T00:00:00Z"}]
    assert (home["title"], home["as_of"], home["linked_at"]) == ("The gateway cannot be reached", None, None)


def test_each_account_is_a_block_of_lines() -> None:
    lines = plain(accounts_lines([WELL, ILL], {"litellm": "LiteLLM"}, ["colour"], NOW, UTC))
    assert lines[0] == "Work  LiteLLM · llm.example.com"
    assert lines[1].startswith("  ● Linked as alice@example.com, ")
    assert "$197.83 of $600 left, resets 1 Dec" in lines[1]
    assert any(line.startswith("    You: $197.83") for line in lines)
    assert "Home  generic" in lines
    assert "  ▲ The gateway cannot be reached. Check your VPN." in lines
    assert lines[-1] == "▲ colour in links.toml means nothing."


def test_without_accounts_it_says_how_to_link_one() -> None:
    (line,) = plain(accounts_lines([], {}, [], NOW, UTC))
    assert "tankful link auto --url" in line


def test_an_account_of_which_nothing_is_known_has_no_words_behind_it() -> None:
    waiting = AccountState(WORK, FeedHealth("Work", Condition.WAITING))
    assert plain(accounts_lines([waiting], {}, [], NOW, UTC))[1].endswith("Not asked yet")


def test_a_sign_in_says_where_to_go_and_what_to_type() -> None:
    assert (
        sign_in_words("https://a.example.com/d", "ABCD-EFGH", NOW, UTC)
        == "Open https://a.example.com/d and type ABCD-EFGH there, until 15:00."
    )
    assert sign_in_words("https://a.example.com/d", "", NOW, UTC) == "Open https://a.example.com/d and sign in there, until 15:00."


def test_a_new_account_is_named_with_the_way_back() -> None:
    assert named_words(SAID) == "The account is called Work; `tankful unlink 'Work'` undoes this."
