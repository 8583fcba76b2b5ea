"""A personal key and a team's key of one person at the real LiteLLM: each call is known to be of one of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from desktop.waiting import wait_until
from gateway.administrator import Administrator
from gateway.claude_caller import ClaudeCaller
from gateway.linked_account import LinkedAccount
from gateway.running_litellm import RunningLiteLLM
from tankful.core.allocation import ScopeKind, Via
from tankful.gateways.litellm import GATEWAY


def listed(account: LinkedAccount) -> dict[str, Via]:
    booked = account.ask(lambda asked: GATEWAY.calls(asked, datetime.now(UTC) - timedelta(minutes=10)))
    assert booked is not None
    assert booked.since is None
    return {each.call: each.via for each in booked.calls}


def test_both_list_all_calls_of_the_person_and_say_which_were_made_with_their_own_key(
    litellm: RunningLiteLLM, administrator: Administrator
) -> None:
    person, team = administrator.new_person(max_budget=10), administrator.new_team(max_budget=20)
    administrator.add_member(team, person)
    mine = LinkedAccount(litellm.url, administrator.new_key(person))
    other = LinkedAccount(litellm.url, administrator.new_key(person))
    teams = LinkedAccount(litellm.url, administrator.new_key(person, team_id=team))
    made: dict[str, str] = {}
    for name, account in {"mine": mine, "other": other, "team": teams}.items():
        with account.caller() as http:
            made[name] = ClaudeCaller(http).call().call
    wait_until("all are booked", lambda: len(listed(mine)) == 3)
    for account in (mine, replace(mine, last=mine.poll())):
        assert listed(account) == {made["mine"]: Via.KEY, made["other"]: Via.PURSE, made["team"]: Via.USER}
    assert listed(teams) == {made["mine"]: Via.USER, made["other"]: Via.USER, made["team"]: Via.KEY}


def test_a_team_that_is_renamed_is_the_same_budget(litellm: RunningLiteLLM, administrator: Administrator) -> None:
    person, team = administrator.new_person(), administrator.new_team(max_budget=20)
    administrator.add_member(team, person)
    account = LinkedAccount(litellm.url, administrator.new_key(person, team_id=team))
    before = account.budget(ScopeKind.TEAM)
    administrator.do("/team/update", team_id=team, team_alias="renamed")
    after = account.until("it has its new name", ScopeKind.TEAM, lambda budget: budget.scope == "team renamed")
    assert before.scope != after.scope
    assert before.identity == after.identity
