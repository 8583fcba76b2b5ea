"""What gateways call people and budgets, made fit to be shown."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tankful.core.allocation import Allocation, Banner, QuotaWindow, Statement
from tankful.gateways.shown import banner_shown, one_line, statement_shown

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
KEY = "sk-canary-4711"


def statement(who: str, *scopes: str) -> Statement:
    budgets = tuple(
        Allocation("work", scope, Decimal(20), Decimal(1), NOW, None, owner_id=f"{place}") for place, scope in enumerate(scopes)
    )
    return Statement("work", NOW, who, budgets, (QuotaWindow("work", who, Decimal(5), None),))


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("alice@example.com", "alice@example.com"),
        ("bob\u202eevil", "bob evil"),
        (" key\n\n<b>two</b>\tlines ", "key <b>two</b> lines"),
        ("red\x1b[31m\x07", "red [31m"),
        ("Zoë 王小明 🚀", "Zoë 王小明 🚀"),
        ("", ""),
    ],
)
def test_a_name_is_one_line_that_turns_nothing_around(told: str, shown: str) -> None:
    assert one_line(told) == shown


def test_of_a_long_name_both_ends_are_shown() -> None:
    shown = one_line("k" * 3000 + "@example.com")
    assert len(shown) == 60
    assert shown.endswith("kkkkkkkk@example.com")


def test_all_names_of_a_statement_are_made_fit_and_stay_different() -> None:
    shown = statement_shown(statement("b\nob", "key a\u202eb", "key a b"), KEY)
    assert (shown.who, shown.windows[0].title) == ("b ob", "b ob")
    assert [(each.scope, each.owner_id) for each in shown.allocations] == [("key a b", "0"), ("key a b (2)", "1")]


def test_a_key_that_a_gateway_tells_back_is_not_shown() -> None:
    shown = statement_shown(statement(f"you are {KEY}", f"key {KEY}"), KEY)
    assert KEY not in f"{shown}"
    assert KEY not in banner_shown(Banner(f"Hello {KEY}", "info", "1"), KEY).text
    assert statement_shown(statement("alice"), "").who == "alice"


def test_a_message_is_plain_text_with_its_lines() -> None:
    told = "**Budgets** are __halved__\u202e on Monday,\n\nsee [the wiki](https://wiki.example.com).\n2 * 3 ** 2"
    shown = banner_shown(Banner(told, "warning", "7"), KEY)
    assert shown == Banner("Budgets are halved on Monday,\nsee the wiki (https://wiki.example.com).\n2 * 3 ** 2", "warning", "7")


def test_a_message_leaves_room_on_a_screen() -> None:
    assert banner_shown(Banner("word " * 800, "info", "1"), KEY).text.endswith("word…")
    assert len(banner_shown(Banner(f"{'word ' * 80}\n" * 3, "info", "1"), KEY).text) == 600
    assert banner_shown(Banner("line\n" * 100, "info", "1"), KEY).text.count("\n") == 11
