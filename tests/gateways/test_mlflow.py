"""MLflow shows everybody's budgets: ours and those of all are read, of others' nothing is kept."""

import base64
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from gateway_rig import Answer, AnsweringServer, Seen
from kinds_rig import NOW, Answers, ask, detected, failed, fetched, link_to, ok, over_http, recorded, refused, served
from tankful.core.allocation import ScopeKind
from tankful.core.errors import GatewayConfused, LinkRejected
from tankful.core.links import Method
from tankful.gateways.gateway import Asked, Detected
from tankful.gateways.mlflow import GATEWAY

API = "/api/3.0/mlflow/gateway"
SECRET = "robin:pass:word-that-nobody-may-see"  # noqa: S105 - made up


def answers(**changes: Answer) -> Answers:
    found = {"list": ok(recorded("mlflow", "budgets.json")), "windows": ok(recorded("mlflow", "windows.json"))} | changes
    return {f"{API}/budgets/{name}": answer for name, answer in found.items()}


def budget(**changes: Any) -> Answers:
    policy = recorded("mlflow", "budgets.json")["budget_policies"][1] | changes
    window = recorded("mlflow", "windows.json")["windows"][1]
    window |= {name: changes[name] for name in window if name in changes}
    return answers(list=ok({"budget_policies": [policy]}), windows=ok({"windows": [window]}))


def test_our_own_budget_and_that_of_all_are_read_and_those_of_others_are_not() -> None:
    statement = fetched(GATEWAY, answers(), SECRET)
    everybody, you = statement.allocations
    assert statement.who == "robin"
    assert statement.books_within == timedelta(seconds=5)
    assert (everybody.kind, everybody.scope, everybody.enforced) == (ScopeKind.EVERYBODY, "everybody, a month", False)
    assert (everybody.limit, everybody.settled) == (Decimal(2500), Decimal("811.25"))
    assert (everybody.period_start, everybody.resets_at) == (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
    assert (you.kind, you.scope, you.enforced, you.resetting) == (ScopeKind.YOU, "you, a day", True, False)
    assert (you.limit, you.settled) == (Decimal("12.5"), Decimal("3.1500000000"))
    assert (you.period_start, you.resets_at) == (datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC))
    assert "somebody-else" not in repr(statement)
    assert "research" not in repr(statement)


def test_a_budget_whose_window_is_over_is_being_reset() -> None:
    statement = fetched(GATEWAY, budget(), SECRET, NOW + timedelta(days=1))
    assert [each.resetting for each in statement.allocations] == [True]


def test_user_and_password_go_out_as_basic_credentials() -> None:
    with served(answers()) as server:
        ask(GATEWAY, link_to(GATEWAY, server.url), SECRET)
        sent = {seen.headers["authorization"] for seen in server.requests}
    assert sent == {"Basic " + base64.b64encode(SECRET.encode()).decode()}


def test_all_pages_of_budgets_are_read_and_no_more_than_twenty() -> None:
    pages = recorded("mlflow", "budgets.json")["budget_policies"]

    def answer(seen: Seen) -> Answer:
        if seen.path.endswith("/windows"):
            return ok(recorded("mlflow", "windows.json"))
        place = int(seen.query.get("page_token", "0"))
        return ok({"budget_policies": pages[place : place + 1], "next_page_token": str(place + 1)})

    with AnsweringServer(answer) as server:
        statement = ask(GATEWAY, link_to(GATEWAY, server.url), SECRET)
        assert len(server.asked(f"{API}/budgets/list")) == 20
    assert statement is not None
    assert [each.scope for each in statement.allocations] == ["everybody, a month", "you, a day"]


def test_a_length_that_is_not_known_is_said_as_it_is_written() -> None:
    statement = fetched(GATEWAY, budget(duration={"unit": "MOONS", "value": 3}), SECRET)
    assert [each.scope for each in statement.allocations] == ["you, 3 MOONS"]


@pytest.mark.parametrize("name", ["budget_amount", "current_spend"])
@pytest.mark.parametrize("written", ["NaN", -1, None, "much", True])
def test_money_that_is_none_is_named(name: str, written: object) -> None:
    error = refused(GATEWAY, budget(**{name: written}), SECRET)
    assert isinstance(error, GatewayConfused)
    assert name in error.title


@pytest.mark.parametrize("name", ["window_start_ms", "window_end_ms"])
@pytest.mark.parametrize("written", ["NaN", None, 10**17, 10**14 * 9])
def test_a_time_that_is_none_is_named(name: str, written: object) -> None:
    assert name in refused(GATEWAY, budget(**{name: written}), SECRET).title


def test_what_others_have_cannot_break_what_is_ours() -> None:
    listed = recorded("mlflow", "budgets.json")
    listed["budget_policies"][2]["budget_amount"] = "NaN"
    assert len(fetched(GATEWAY, answers(list=ok(listed)), SECRET).allocations) == 2


@pytest.mark.parametrize("secret", ["robin", ":word-that-nobody-may-see", "sk-that-nobody-may-see"])
def test_a_key_without_user_and_password_is_refused_before_anybody_is_asked(secret: str) -> None:
    with served({}) as server:
        error = failed(lambda: ask(GATEWAY, link_to(GATEWAY, server.url), secret))
        assert not server.requests
    assert isinstance(error, LinkRejected)
    assert "USER:PASSWORD" in error.hint


def test_a_wrong_password_is_said_so_though_the_answer_is_no_json() -> None:
    refusal = (401, {"content-type": "text/html", "www-authenticate": 'Basic realm="mlflow"'}, "You are not authenticated.")
    assert isinstance(refused(GATEWAY, answers(list=refusal), SECRET), LinkRejected)


def test_a_version_without_budgets_is_said_so() -> None:
    assert "no budgets" in refused(GATEWAY, {}, SECRET).title


def test_it_is_known_by_how_it_asks_for_a_password() -> None:
    refusal = (401, {"www-authenticate": 'Basic realm="mlflow"'}, "You are not authenticated.")
    known = detected(GATEWAY, answers(windows=refusal))
    assert known is not None
    assert known == Detected("mlflow", known.url, (Method.KEY,))
    assert detected(GATEWAY, answers(windows=(401, {}, "no"))) is None
    assert detected(GATEWAY, {}) is None


def test_its_endpoints_are_the_models_and_tags_say_which_are_in_house() -> None:
    with served({f"{API}/endpoints/list": ok(recorded("mlflow", "endpoints.json"))}) as server:
        link = link_to(GATEWAY, server.url)
        large, house = over_http(lambda http: GATEWAY.models(Asked(http, link, SECRET, NOW)))
    assert (large.name, large.in_house, large.alternative_to, large.input) == ("gpt-large", False, (), None)
    assert (house.name, house.in_house, house.alternative_to, house.good_for) == ("house-coder", True, ("gpt-large", "sonnet"), ("tests",))
    assert (house.title, house.documentation) == ("House Coder", "https://wiki.example.com/coder")
