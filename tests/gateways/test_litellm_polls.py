"""A poll of LiteLLM is one small request: mostly for what stops the user first, in between for one of the others."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from gateway_rig import Answer
from litellm_rig import MEMBER_PATH, NOW, TEAM_PATH, LiteLLM, in_team, personal, recorded, refusing
from tankful.core.allocation import Allocation, ScopeKind, Statement
from tankful.gateways.litellm_calls import calls
from tankful.gateways.litellm_fetch import fetch

MINUTE = timedelta(minutes=1)
MONDAY = datetime(2026, 11, 23, tzinfo=NOW.tzinfo)
USER_PATH, KEY_PATH = "/v2/user/info", "/key/info"


def with_key(**changes: Any) -> Answer:
    key = recorded("key_of_team")
    key["info"] |= {"max_budget": 7.5, **changes}
    return 200, {}, key


def of_kind(statement: Statement, kind: ScopeKind) -> Allocation:
    (found,) = (each for each in statement.allocations if each.kind is kind)
    return found


class Polls:
    """A running gauge's account: each poll knows what the one before was told."""

    def __init__(self, gateway: LiteLLM, now: datetime = NOW) -> None:
        self.gateway, self.now = gateway, now
        self.gateway.clock = now
        self.last = gateway.ask(fetch, now=now)
        self.first_look = gateway.paths

    def after(self, wait: timedelta) -> list[str]:
        """Return what the next poll asks for."""
        self.now += wait
        self.gateway.clock = self.now
        self.last = self.gateway.ask(fetch, now=self.now, last=self.last)
        return self.gateway.paths

    def ages(self) -> dict[ScopeKind, timedelta]:
        return {each.kind: self.now - self.last.said_at(each) for each in self.last.allocations}


def each_wait(polls: Polls, waits: Iterable[timedelta]) -> list[str]:
    asked: list[str] = []
    for wait in waits:
        paths = polls.after(wait)
        assert len(paths) == 1
        asked += paths
        binding = polls.ages()[ScopeKind.TEAM]
        assert binding <= 2 * wait
    return asked


def test_a_team_key_with_four_limits_is_polled_with_one_question_each_and_none_is_forgotten() -> None:
    polls = Polls(in_team(key=with_key()))
    assert polls.first_look == [KEY_PATH, MEMBER_PATH, TEAM_PATH, USER_PATH]
    asked = each_wait(polls, [MINUTE] * 60)
    counted = {path: asked.count(path) for path in (TEAM_PATH, MEMBER_PATH, KEY_PATH, USER_PATH)}
    assert counted.pop(TEAM_PATH) > 40
    assert all(4 <= count <= 6 for count in counted.values())
    assert max(polls.ages().values()) < 15 * MINUTE


def test_while_nothing_is_spent_the_others_take_turns_with_what_binds() -> None:
    polls = Polls(in_team(key=with_key()))
    asked = each_wait(polls, [5 * MINUTE] * 24)
    assert asked.count(TEAM_PATH) >= 12
    assert {MEMBER_PATH, KEY_PATH, USER_PATH} < set(asked)
    assert max(polls.ages().values()) <= 35 * MINUTE


def test_what_is_not_asked_keeps_its_figures_and_the_time_when_they_were_told() -> None:
    polls = Polls(in_team())
    team = recorded("team")
    team["team_info"]["spend"] = 130
    polls.gateway.answers |= {TEAM_PATH: (200, {}, team), USER_PATH: (200, {}, recorded("user_in_team") | {"spend": 99})}
    polls.after(MINUTE)
    assert polls.last.as_of == NOW + MINUTE
    whole, own = of_kind(polls.last, ScopeKind.TEAM), of_kind(polls.last, ScopeKind.YOU)
    assert (whole.settled, whole.as_of) == (130, None)
    assert (own.settled, own.as_of) == (Decimal("61.02"), NOW)
    polls.after(MINUTE)
    assert of_kind(polls.last, ScopeKind.YOU).as_of == NOW


def test_the_budget_that_comes_to_bind_is_the_one_that_is_asked_from_then_on() -> None:
    polls = Polls(in_team())
    polls.gateway.answers[MEMBER_PATH] = 200, {}, recorded("member") | {"spend": 20}
    asked = [polls.after(MINUTE) for _ in range(20)]
    turned = next(place for place, paths in enumerate(asked) if paths == [MEMBER_PATH])
    assert turned <= 13
    assert sum(paths == [MEMBER_PATH] for paths in asked[turned:]) >= len(asked[turned:]) - 3


def test_after_a_clock_was_set_back_nothing_is_said_to_have_been_told_in_the_future() -> None:
    polls = Polls(in_team())
    polls.after(5 * MINUTE)
    assert len(polls.after(-2 * MINUTE)) == 4
    assert set(polls.ages().values()) == {timedelta(0)}


def test_a_limit_that_is_taken_away_or_given_is_looked_at_with_all_the_others() -> None:
    polls = Polls(in_team())
    team = recorded("team")
    team["team_info"] |= {"max_budget": None, "soft_budget": None}
    polls.gateway.answers[TEAM_PATH] = 200, {}, team
    assert sorted(polls.after(MINUTE)) == sorted([TEAM_PATH, *polls.first_look])
    assert {each.kind for each in polls.last.allocations} == {ScopeKind.MEMBER, ScopeKind.YOU}
    assert polls.after(MINUTE) == [MEMBER_PATH]


def test_a_budget_whose_period_has_ended_is_asked_for_at_once() -> None:
    polls = Polls(personal(), MONDAY - 2 * MINUTE)
    assert polls.after(MINUTE) == [USER_PATH]
    assert not of_kind(polls.last, ScopeKind.KEY).resetting
    assert polls.after(MINUTE) == [KEY_PATH]
    assert of_kind(polls.last, ScopeKind.KEY).resetting
    assert polls.after(MINUTE) == [USER_PATH]
    assert of_kind(polls.last, ScopeKind.KEY).resetting, "it was told so a minute ago"


def test_a_reset_that_comes_due_between_two_questions_is_seen_without_asking() -> None:
    team = recorded("team")
    team["team_info"] |= {"budget_reset_at": "2026-11-22T12:01:30Z"}
    user = recorded("user_in_team") | {"budget_reset_at": "2026-11-22T12:01:30Z"}
    polls = Polls(in_team(team=(200, {}, team), user=(200, {}, user)))
    for _ in range(2):
        assert polls.after(MINUTE) == [TEAM_PATH]
    assert of_kind(polls.last, ScopeKind.YOU).resetting
    assert polls.after(MINUTE) == [USER_PATH]


def test_the_reset_of_a_share_that_is_every_members_is_asked_for_in_the_teams_row() -> None:
    team = recorded("team")
    usual = {"max_budget": 7.0, "budget_duration": "7d", "budget_reset_at": "2026-11-23T00:00:00Z"}
    team["team_info"] |= {"max_budget": None, "soft_budget": None, "team_member_budget_table": usual}
    polls = Polls(in_team(member="member_without_budget", team=(200, {}, team)), MONDAY - MINUTE)
    usual["budget_reset_at"] = "2026-11-30T00:00:00Z"
    assert sorted(polls.after(MINUTE) + polls.after(MINUTE)) == [MEMBER_PATH, TEAM_PATH]
    assert polls.after(MINUTE) == [MEMBER_PATH]
    share = of_kind(polls.last, ScopeKind.MEMBER)
    assert (share.limit, share.resets_at, share.resetting) == (7, MONDAY + timedelta(days=7), False)


def test_a_used_up_budget_is_noticed_by_whatever_is_asked_and_costs_one_question_a_poll_until_it_is_raised() -> None:
    polls = Polls(in_team())
    good = dict(polls.gateway.answers)
    over = refusing("over_member")
    polls.gateway.answers = dict.fromkeys(good, over)
    for _ in range(5):
        assert polls.after(MINUTE) == [TEAM_PATH]
        share = of_kind(polls.last, ScopeKind.MEMBER)
        assert (share.settled, share.as_of) == (Decimal("24.018"), None)
        assert of_kind(polls.last, ScopeKind.TEAM).as_of == NOW
    polls.gateway.answers = dict(good)
    assert polls.after(MINUTE)[0] == KEY_PATH
    assert of_kind(polls.last, ScopeKind.MEMBER).settled == Decimal("6.5")
    assert {each.as_of for each in polls.last.allocations} == {None}
    assert polls.after(MINUTE) == [TEAM_PATH]


def test_a_budget_that_was_used_up_from_the_beginning_costs_one_question_a_poll_too_and_now_and_then_a_look_at_everything() -> None:
    over = refusing("over_member")
    polls = Polls(LiteLLM(dict.fromkeys((KEY_PATH, USER_PATH, MEMBER_PATH, TEAM_PATH), over)))
    counts = [len(polls.after(MINUTE)) for _ in range(16)]
    assert counts == [1] * 14 + [2, 1]
    assert of_kind(polls.last, ScopeKind.MEMBER).settled == Decimal("24.018")
    polls.gateway.answers = dict(in_team().answers)
    polls.after(MINUTE)
    assert {each.kind for each in polls.last.allocations} == {ScopeKind.MEMBER, ScopeKind.TEAM, ScopeKind.YOU}


def test_who_was_linked_is_not_somebody_else_where_only_an_id_is_told() -> None:
    over = LiteLLM(dict.fromkeys((KEY_PATH, USER_PATH), refusing("over_user")), who="robin.linked@example.org")
    unreadable = personal(user=refusing("somebody_elses"))
    unreadable.who = "robin.linked@example.org"
    for gateway in (over, unreadable):
        assert gateway.ask(fetch).who == "robin.linked@example.org"
    told = personal()
    told.who = "robin.linked@example.org"
    assert told.ask(fetch).who == "robin@example.org"


def test_whose_key_it_is_is_not_taken_from_a_look_that_saw_nothing() -> None:
    polls = Polls(LiteLLM(dict.fromkeys((KEY_PATH, USER_PATH), refusing("over_user"))))
    gateway = personal()
    assert gateway.ask(lambda asked: calls(asked, NOW), last=polls.last) is None
    assert gateway.paths == [KEY_PATH, "/spend/logs/v2", USER_PATH]
