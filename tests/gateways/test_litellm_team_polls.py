"""What a team's answer tells of our own share and key is taken from it, and nobody else's row is kept."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from gateway_rig import Answer
from litellm_rig import MEMBER_PATH, NOW, SECRET, TEAM_PATH, in_team, recorded
from tankful.core.allocation import ScopeKind, Statement
from tankful.gateways.litellm_fetch import fetch

TOKEN = sha256(SECRET.encode()).hexdigest()
LATER = NOW + timedelta(minutes=1)


def whole(*, key: bool = True, member: bool = True, **changes: Any) -> Answer:
    """Return the team's answer with our own rows among the others'."""
    team = recorded("team")
    own_key = {**recorded("key_of_team")["info"], "token": TOKEN, **changes}
    own_member = {name: value for name, value in recorded("member").items() if name != "team_alias"}
    team["keys"] = [*team["keys"], *([own_key] if key else [])]
    team["team_memberships"] = [*team["team_memberships"], *([own_member] if member else [])]
    return 200, {}, team


def polled(answer: Answer, **first: Any) -> tuple[Statement, Statement, list[str]]:
    """Return what is said first, what is said then, and what was asked for that."""
    before = in_team(**first).ask(fetch)
    gateway = in_team(team=answer, **first)
    after = gateway.ask(fetch, now=LATER, last=before)
    return before, after, gateway.paths


def limited_key() -> Answer:
    key = recorded("key_of_team")
    key["info"]["max_budget"] = 7.5
    return 200, {}, key


def old(statement: Statement) -> set[ScopeKind]:
    """Return which budgets are as they were told the first time."""
    assert {each.as_of for each in statement.allocations} <= {None, NOW}
    return {each.kind for each in statement.allocations if each.as_of is not None}


def test_all_that_binds_comes_from_one_answer() -> None:
    user = recorded("user_in_team") | {"max_budget": None}
    before, after, asked = polled(whole(max_budget=7.5), key=limited_key(), user=(200, {}, user))
    assert asked == [TEAM_PATH]
    assert len(after.allocations) == 3
    assert after.allocations == before.allocations


@pytest.mark.parametrize(
    ("answer", "stay"),
    [(whole(), {ScopeKind.YOU}), (whole(member=False), {ScopeKind.YOU, ScopeKind.MEMBER}), (whole(key=False), {ScopeKind.YOU})],
)
def test_what_is_not_in_it_stays_as_it_was_told(answer: Answer, stay: set[ScopeKind]) -> None:
    _, after, paths = polled(answer)
    assert paths == [TEAM_PATH]
    assert old(after) == stay


def test_a_key_with_several_budgets_or_rows_of_another_shape_are_left_to_be_asked_for_where_all_of_it_is_told() -> None:
    several = whole(max_budget=7.5, budget_limits=[{"budget_duration": "1d", "max_budget": 5.0}])
    odd = whole(max_budget=7.5, spend=1, key_alias=["odd"])
    for answer in (several, odd):
        _, after, _ = polled(answer, key=limited_key())
        assert ScopeKind.KEY in old(after)


def test_a_team_that_may_no_longer_be_read_is_noticed() -> None:
    gone: Answer = (403, {}, {"detail": "not a member"})
    before, after, paths = polled(gone)
    assert paths.count(MEMBER_PATH) == 1
    assert {each.kind for each in after.allocations} < {each.kind for each in before.allocations}


def test_nothing_of_the_others_is_kept() -> None:
    _, after, _ = polled(whole())
    assert "quinn" not in repr(after)
