"""A poll is one small request, whichever kind of gateway it goes to; what changes seldom is asked for seldom."""

from datetime import timedelta

import pytest

from kinds_rig import NOW, Answers, ask, link_to, ok, polled, recorded, served
from tankful.core.allocation import Statement
from tankful.gateways import bifrost, generic, mlflow, new_api, openrouter, vercel
from tankful.gateways.gateway import Gateway

MLFLOW = "/api/3.0/mlflow/gateway/budgets"
LIST, WINDOWS = f"{MLFLOW}/list", f"{MLFLOW}/windows"
BILLING = "/v1/dashboard/billing"
STATUS, USAGE = "/api/status", "/api/usage/token/"
ROBIN = "robin:word-that-nobody-may-see"


def mlflow_answers() -> Answers:
    return {LIST: ok(recorded("mlflow", "budgets.json")), WINDOWS: ok(recorded("mlflow", "windows.json"))}


def new_api_answers() -> Answers:
    return {STATUS: ok(recorded("new-api", "status.json")), USAGE: ok(recorded("new-api", "usage.json"))}


def older_answers() -> Answers:
    return {
        STATUS: ok(recorded("new-api", "status.json")),
        f"{BILLING}/subscription": ok(recorded("new-api", "subscription.json")),
        f"{BILLING}/usage": ok(recorded("new-api", "billing_usage.json")),
    }


def vercel_answers() -> Answers:
    return {"/v2/user": ok(recorded("vercel", "user.json")), "/ai-gateway/budgets/list": ok(recorded("vercel", "budgets.json"))}


CASES: list[tuple[Gateway, Answers, str, dict[str, str], str, int]] = [
    (mlflow.GATEWAY, mlflow_answers(), ROBIN, {}, WINDOWS, 6),
    (new_api.GATEWAY, new_api_answers(), "sk-1", {}, USAGE, 2),
    (new_api.GATEWAY, older_answers(), "sk-1", {}, f"{BILLING}/usage", 2 * 3),
    (vercel.GATEWAY, vercel_answers(), "token", {"reads": "budgets"}, "/ai-gateway/budgets/list", 1),
    (vercel.GATEWAY, {"/v1/credits": ok(recorded("vercel", "credits.json"))}, "key", {}, "/v1/credits", 0),
    (openrouter.GATEWAY, {"/api/v1/key": ok(recorded("openrouter", "key.json"))}, "key", {}, "/api/v1/key", 0),
    (
        bifrost.GATEWAY,
        {"/api/governance/virtual-keys/quota": ok(recorded("bifrost", "quota.json"))},
        "key",
        {},
        "/api/governance/virtual-keys/quota",
        0,
    ),
    (generic.GATEWAY, {"/me": ok(recorded("generic", "broker.json"))}, "key", {"path": "/me", "spent": "/alice/used"}, "/me", 0),
]
"""Kind, answers, key, options of the link, what a poll asks for, and how many questions more an hour takes."""


@pytest.mark.parametrize(("gateway", "answers", "secret", "options", "poll", "more"), CASES)
def test_an_hour_of_polls_is_an_hour_of_single_questions(
    gateway: Gateway, answers: Answers, secret: str, options: dict[str, str], poll: str, more: int
) -> None:
    asked = list(polled(gateway, answers, secret, minutes=60, **options))
    assert all(paths.count(poll) == 1 for paths in asked)
    assert sum(len(paths) for paths in asked) == 60 + more


@pytest.mark.parametrize(("gateway", "answers", "secret", "options", "poll"), [case[:5] for case in CASES])
@pytest.mark.parametrize(("said", "heard"), [("600", 600), ("soon", None), ("-5", None), ("9" * 50, 999_999)])
def test_every_kind_may_say_how_often_it_wants_to_be_asked(
    gateway: Gateway, answers: Answers, secret: str, options: dict[str, str], poll: str, said: str, heard: int | None
) -> None:
    status, headers, body = answers[poll]
    with served(answers | {poll: (status, {**headers, "Poll-Interval": said}, body)}) as server:
        told = ask(gateway, link_to(gateway, server.url, **options), secret)
    assert told is not None
    assert told.poll_after_s == heard


def statement(gateway: Gateway, answers: Answers, secret: str, last: Statement | None = None, minutes: int = 0) -> Statement:
    now = NOW + timedelta(minutes=minutes)
    with served(answers, now) as server:
        said = ask(gateway, link_to(gateway, server.url), secret, now, last=last)
    assert said is not None
    return said


def test_a_budget_of_mlflow_that_comes_or_goes_is_noticed_at_once_and_another_users_is_never_kept() -> None:
    answers = mlflow_answers()
    first = statement(mlflow.GATEWAY, answers, ROBIN)
    windows = recorded("mlflow", "windows.json")
    mine = first.allocations[1].owner_id
    windows["windows"] = [each for each in windows["windows"] if each["budget_policy_id"] != mine]
    second = statement(mlflow.GATEWAY, answers | {WINDOWS: ok(windows)}, ROBIN, first, 1)
    assert [each.owner_id for each in second.allocations] == [first.allocations[0].owner_id]
    third = statement(mlflow.GATEWAY, answers, ROBIN, second, 2)
    assert third.allocations == first.allocations
    assert "somebody-else" not in repr(third)
    other = statement(mlflow.GATEWAY, answers, "quinn:word", third, 3)
    assert [each.kind for each in other.allocations] == [first.allocations[0].kind]


def test_what_is_spent_is_fresh_with_every_poll_and_the_limit_after_a_while() -> None:
    answers = mlflow_answers()
    first = statement(mlflow.GATEWAY, answers, ROBIN)
    windows, policies = recorded("mlflow", "windows.json"), recorded("mlflow", "budgets.json")
    for each in windows["windows"]:
        each["current_spend"] = 7
    for each in policies["budget_policies"]:
        each["budget_amount"] = 9
    changed = {LIST: ok(policies), WINDOWS: ok(windows)}
    second = statement(mlflow.GATEWAY, changed, ROBIN, first, 1)
    assert [(each.settled, each.limit) for each in second.allocations] == [(7, each.limit) for each in first.allocations]
    third = statement(mlflow.GATEWAY, changed, ROBIN, second, 11)
    assert [each.limit for each in third.allocations] == [9, 9]


def test_a_clock_that_was_set_back_keeps_nothing_for_ever() -> None:
    answers = new_api_answers()
    first = statement(new_api.GATEWAY, answers, "sk-1", minutes=100)
    told = recorded("new-api", "status.json")
    told["data"]["quota_per_unit"] = 1000
    again = statement(new_api.GATEWAY, answers | {STATUS: ok(told)}, "sk-1", first, 50)
    assert again.allocations[0].settled > first.allocations[0].settled


def test_an_older_new_api_that_learns_to_tell_a_keys_quota_is_asked_for_that_after_a_while() -> None:
    first = statement(new_api.GATEWAY, older_answers(), "sk-1")
    later = statement(new_api.GATEWAY, older_answers() | new_api_answers(), "sk-1", first, 31)
    assert (first.who, later.who) == ("", "robin laptop")
