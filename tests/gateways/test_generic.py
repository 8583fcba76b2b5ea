"""Any gateway that answers with JSON can be read once the options say where in the answer the figures are."""

import shlex
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gateway_rig import Answer, AnsweringServer, Seen
from kinds_rig import NOW, SECRET, ask, detected, failed, fetched, link_to, ok, recorded, refused, served
from tankful.core.allocation import Allocation, Statement
from tankful.core.errors import GatewayConfused, NotAllowed
from tankful.gateways import generic
from tankful.gateways.generic import GATEWAY

GUIDE = Path(__file__).parent.parent.parent / "resources" / "guide" / "accounts.md"
DECEMBER = datetime(2026, 12, 1, tzinfo=UTC)


def read(body: Any, **options: str) -> Statement:
    return fetched(GATEWAY, {"/": ok(body)}, **({"spent": "/spent", "path": "/"} | options))


def only(body: Any, **options: str) -> Allocation:
    (allocation,) = read(body, **options).allocations
    return allocation


def named(body: Any, **options: str) -> str:
    error = refused(GATEWAY, {"/": ok(body)}, **({"spent": "/spent", "path": "/"} | options))
    assert isinstance(error, GatewayConfused)
    return error.title


def wrong(**options: str) -> str:
    with served({}) as server:
        link = link_to(GATEWAY, server.url, **options)
        error = failed(lambda: ask(GATEWAY, link))
        assert not server.requests
    assert isinstance(error, NotAllowed)
    return error.title


def examples() -> list[list[str]]:
    """Return the words of each `tankful link generic …` that is documented."""
    found: list[list[str]] = []
    for text in (generic.__doc__ or "", GUIDE.read_text("utf-8")):
        for block in text.split("    tankful link generic ")[1:]:
            words = block.replace("\\\n", " ").split("\n")[0]
            found.append(shlex.split(words))
    return found


def options_of(words: list[str]) -> dict[str, str]:
    pairs = [words[place + 1] for place, word in enumerate(words) if word == "--option"]
    return dict(pair.split("=", 1) for pair in pairs)


def example(path: str) -> list[dict[str, str]]:
    found = [options for words in examples() if (options := options_of(words)).get("path") == path]
    assert len(found) == 2, "once in the module and once in the guide"
    return found


def test_the_documented_home_made_broker_is_read() -> None:
    for options in example("/budget/alice"):
        statement = fetched(GATEWAY, {"/budget/alice": ok(recorded("generic", "broker.json"))}, **options)
        (budget,) = statement.allocations
        assert (budget.scope, budget.limit, budget.settled) == ("you", Decimal(50), Decimal("12.345"))
        assert (budget.period_start, budget.resets_at) == (datetime(2026, 11, 1, tzinfo=UTC), DECEMBER)
        assert statement.books_within == timedelta(seconds=60)


def test_the_documented_any_llm_gateway_is_read() -> None:
    for options in example("/v1/users/alice"):
        with served({"/v1/users/alice": ok(recorded("generic", "any_llm.json"))}) as server:
            statement = ask(GATEWAY, link_to(GATEWAY, server.url, **options))
            assert server.requests[0].headers["x-anyllm-key"] == f"Bearer {SECRET}"
            assert "authorization" not in server.requests[0].headers
        assert statement is not None
        (budget,) = statement.allocations
        assert (budget.limit, budget.settled) == (Decimal(50), Decimal("12.345"))
        assert budget.period_start == datetime(2026, 11, 20, 10, 0, 0, 250_000, tzinfo=UTC)
        assert budget.resets_at == datetime(2026, 11, 27, 10, 0, 0, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("options", "header", "value"),
    [
        ({}, "authorization", f"Bearer {SECRET}"),
        ({"header": "authorization", "prefix": "Token"}, "authorization", f"Token {SECRET}"),
        ({"header": "X-Api-Key"}, "x-api-key", SECRET),
        ({"header": "Authorization", "prefix": ""}, "authorization", SECRET),
    ],
)
def test_the_key_goes_out_in_the_header_that_was_named(options: dict[str, str], header: str, value: str) -> None:
    with served({"/me": ok({"spent": 1})}) as server:
        ask(GATEWAY, link_to(GATEWAY, server.url, spent="/spent", path="/me?a=b", **options))
        (seen,) = server.requests
    assert seen.headers[header] == value
    assert seen.query == {"a": "b"}


def test_pointers_reach_into_lists_and_strange_names_as_the_standard_says() -> None:
    body = {"a/b": [{"m~n": 1}, {"": {" ": 2}}], "": 3}
    assert only(body, spent="/a~1b/0/m~0n").settled == 1
    assert only(body, spent="/a~1b/1// ").settled == 2
    assert only(body, spent="/").settled == 3
    assert only(4.5, spent="").settled == Decimal("4.5")


@pytest.mark.parametrize("pointer", ["/no", "/list/2", "/list/01", "/list/-", "/list/x", "/number/deeper", "/list/0/deeper", "/text/0"])
def test_a_pointer_to_nothing_is_named(pointer: str) -> None:
    body = {"list": [1, 2], "number": 1, "text": "abc"}
    for name in ("spent", "limit", "reset", "start", "unit", "who"):
        assert named(body | {"spent": 1}, **{name: pointer}) == f"There is no {pointer} in the gateway's answer"


@pytest.mark.parametrize("written", [float("nan"), float("inf"), "NaN", -1, None, "much", True, [], {}])
def test_spending_that_is_no_money_is_named(written: object) -> None:
    assert "/spent is " in named({"spent": written})


@pytest.mark.parametrize("written", [float("nan"), "Infinity", -0.01, "much", False, [1]])
def test_a_limit_that_is_no_money_is_named(written: object) -> None:
    assert "/cap is " in named({"spent": 1, "cap": written}, limit="/cap")


@pytest.mark.parametrize("written", ["soon", True, [], float("nan")])
def test_a_time_that_is_none_is_named(written: object) -> None:
    assert "/until is no time" in named({"spent": 1, "until": written}, reset="/until")
    assert "/since is no time" in named({"spent": 1, "since": written}, start="/since")


def test_a_whole_answer_that_is_no_money_is_named_too() -> None:
    assert "whole answer is no number" in named({"spent": 1}, spent="")


@pytest.mark.parametrize(
    ("unit", "settled"),
    [("dollars", 250), ("USD", 250), ("cents", "2.5"), ("Cent", "2.5"), ("500000", "0.0005"), ("/unit", "2.5"), ("/per", "0.25")],
)
def test_the_unit_is_a_word_a_number_or_in_the_answer(unit: str, settled: str | int) -> None:
    body = {"spent": 250, "cap": 500, "unit": "CENTS", "per": 1000}
    budget = only(body, unit=unit, limit="/cap")
    assert (budget.settled, budget.limit) == (Decimal(settled), 2 * Decimal(settled))


@pytest.mark.parametrize("unit", ["/euro", "/none", "/nought", "0", "-5", "pounds", "NaN"])
def test_a_unit_that_is_none_is_named(unit: str) -> None:
    title = named({"spent": 1, "euro": "EUR", "none": None, "nought": 0}, unit=unit)
    assert (unit if unit.startswith("/") else "unit") in title


@pytest.mark.parametrize(("options", "limit"), [({}, None), ({"limit": "/cap"}, None), ({"limit": "50"}, 50), ({"limit": "/zero"}, 0)])
def test_a_limit_may_be_none_fixed_or_nought(options: dict[str, str], limit: int | None) -> None:
    assert only({"spent": 1, "cap": None, "zero": 0}, **options).limit == limit


@pytest.mark.parametrize(
    ("options", "start", "end"),
    [
        ({}, datetime(1970, 1, 1, tzinfo=UTC), None),
        ({"period": "week"}, datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)),
        ({"reset": "/until"}, datetime(2026, 11, 1, tzinfo=UTC), DECEMBER),
        ({"reset": "/until", "period": "day"}, datetime(2026, 11, 30, tzinfo=UTC), DECEMBER),
        ({"reset": "/until", "start": "/since"}, datetime(2026, 11, 20, tzinfo=UTC), DECEMBER),
        ({"reset": "/never", "start": "/since"}, datetime(2026, 11, 20, tzinfo=UTC), None),
        ({"reset": "/never"}, datetime(1970, 1, 1, tzinfo=UTC), None),
        ({"start": "/since", "period": "year"}, datetime(2026, 11, 20, tzinfo=UTC), None),
    ],
)
def test_a_period_follows_from_what_is_told(options: dict[str, str], start: datetime, end: datetime | None) -> None:
    budget = only({"spent": 1, "until": "2026-12-01", "since": 1_795_132_800, "never": None}, **options)
    assert (budget.period_start, budget.resets_at, budget.resetting) == (start, end, False)


def test_a_reset_that_is_due_is_said_to_be() -> None:
    assert only({"spent": 1, "until": NOW.isoformat()}, reset="/until").resetting


def test_words_lateness_and_a_name_can_be_given() -> None:
    statement = read({"spent": 1, "me": "robin"}, scope="the lab", books_within="5", who="/me")
    assert ([each.scope for each in statement.allocations], statement.who) == (["the lab"], "robin")
    assert statement.books_within == timedelta(seconds=5)
    assert "/me is no name" in named({"spent": 1, "me": 7}, who="/me")


def test_an_answer_that_did_not_change_is_not_sent_again() -> None:
    def answer(seen: Seen) -> Answer:
        same = seen.headers.get("if-none-match") == '"v1"'
        return (304, {"etag": '"v1"'}, b"") if same else (200, {"etag": '"v1"'}, {"spent": 1})

    with AnsweringServer(answer) as server:
        link = link_to(GATEWAY, server.url, spent="/spent")
        first = ask(GATEWAY, link)
        assert first is not None
        assert first.tag == '"v1"'
        assert ask(GATEWAY, link, tag=first.tag) is None


def test_numbers_are_read_to_the_last_place() -> None:
    assert only(b'{"spent": 0.1000000000000000055511151231257827, "x": NaN}').settled == Decimal("0.1")


@pytest.mark.parametrize(
    "body", [b'{"spent": 1', b"[" * 100_000, b"\xff\xfe", b"", b"1" * 5000 + b"e", b"<html></html>", b'{"spent": 1e999999999999999999999}']
)
def test_what_is_no_json_is_said_to_be_none(body: bytes) -> None:
    assert isinstance(refused(GATEWAY, {"/": ok(body)}, spent="/spent", path="/"), GatewayConfused)


@pytest.mark.parametrize(
    ("options", "title"),
    [
        ({}, "The option spent is missing"),
        ({"spent": "spend"}, "The option spent is no JSON pointer"),
        ({"spent": "/s", "reset": "1 Dec"}, "The option reset is no JSON pointer"),
        ({"spent": "/s", "limt": "/cap"}, "There is no option limt"),
        ({"spent": "/s", "path": "@elsewhere.example.com/"}, "The option path is no path"),
        ({"spent": "/s", "path": ".elsewhere.example.com/"}, "The option path is no path"),
        ({"spent": "/s", "path": ":8080/"}, "The option path is no path"),
        ({"spent": "/s", "path": "/a b"}, "The option path is no path"),
        ({"spent": "/s", "header": "X Key"}, "The option header is no name of a header"),
        ({"spent": "/s", "header": ""}, "The option header is no name of a header"),
        ({"spent": "/s", "prefix": "a\r\nb"}, "The option prefix is no word"),
        ({"spent": "/s", "period": "fortnight"}, "The option period is no period"),
        ({"spent": "/s", "books_within": "-1"}, "The option books_within is no number of seconds"),
    ],
)
def test_options_that_cannot_be_are_refused_before_anybody_is_asked(options: dict[str, str], title: str) -> None:
    assert wrong(**options) == title


def test_a_limit_that_is_no_pointer_and_no_number_is_named() -> None:
    assert "limit is no number" in named({"spent": 1}, limit="plenty")


def test_it_can_be_anything_and_so_is_never_guessed() -> None:
    assert detected(GATEWAY, {"/": ok({"spent": 1})}) is None
