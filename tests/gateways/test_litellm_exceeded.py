"""A refusal that says a budget is used up is a reading: with what was spent, the limit and whose it is, as far as it says so."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from litellm_rig import MEMBER_PATH, NOW, TEAM_PATH, LiteLLM, in_team, personal, recorded, refusing
from tankful.core.allocation import Allocation, ScopeKind
from tankful.core.errors import NotAllowed
from tankful.core.links import Method
from tankful.gateways.http import Reply
from tankful.gateways.litellm_exceeded import with_exceeded
from tankful.gateways.litellm_fetch import fetch
from tankful.gateways.litellm_refusals import Exceeded, exceeded

MONTH = datetime(2026, 11, 1, tzinfo=UTC)
NEXT_MONTH = datetime(2026, 12, 1, tzinfo=UTC)


def over_everywhere(name: str) -> LiteLLM:
    """Return a gateway that answers each question alike, as one does for a member whose share of the team is used up."""
    refusal = refusing(name)
    return LiteLLM({"/key/info": refusal, "/v2/user/info": refusal, MEMBER_PATH: refusal, TEAM_PATH: refusal})


def test_a_used_up_share_is_a_reading_and_the_other_budgets_stay() -> None:
    before = in_team().ask(fetch)
    gateway = over_everywhere("over_member")
    statement = gateway.ask(fetch, now=NOW + timedelta(minutes=1), last=before)
    assert statement.who == "robin@example.org"
    assert statement.as_of == NOW + timedelta(minutes=1)
    found = {allocation.scope: allocation for allocation in statement.allocations}
    earlier = {allocation.scope: allocation for allocation in before.allocations}
    share = found.pop("you in cartography")
    assert share == replace(earlier.pop("you in cartography"), settled=Decimal("24.018"), limit=Decimal("24.0"))
    assert found == {scope: replace(each, as_of=NOW) for scope, each in earlier.items()}
    back = in_team().ask(fetch, last=statement)
    assert back.allocations == before.allocations


def test_a_used_up_share_is_the_first_thing_that_is_heard() -> None:
    statement = over_everywhere("over_member").ask(fetch)
    assert statement.who == "robin@example.org"
    (share,) = statement.allocations
    assert (share.kind, share.settled, share.limit) == (ScopeKind.MEMBER, Decimal("24.018"), Decimal("24.0"))
    assert (share.period_start, share.resets_at) == (MONTH, None)


def test_a_budget_used_up_in_one_answer_leaves_the_others_fresh() -> None:
    before = personal().ask(fetch)
    gateway = personal(key=refusing("over_key"), user=(200, {}, recorded("user") | {"spend": 40}))
    statement = gateway.ask(fetch, now=NOW + timedelta(hours=7), last=before)
    found = {allocation.scope: allocation for allocation in statement.allocations}
    assert found["you"].settled == 40
    assert found["key robin-laptop"].settled == Decimal("15.018000000000")
    assert found["key robin-laptop"].soft_limit == 12


def test_words_of_the_administrators_own_mark_the_budget_that_was_nearest_its_limit() -> None:
    before = in_team().ask(fetch)
    statement = over_everywhere("over_by_own_words").ask(fetch, last=before)
    found = {allocation.scope: allocation for allocation in statement.allocations}
    assert found["team cartography"].settled == found["team cartography"].limit
    assert found["you in cartography"].settled == Decimal("6.5")
    assert found["you"].settled == Decimal("61.02")


def test_words_of_the_administrators_own_are_no_reading_without_any_numbers() -> None:
    with pytest.raises(NotAllowed) as refused:
        over_everywhere("over_by_own_words").ask(fetch)
    assert "used up" in refused.value.title
    assert refused.value.hint


def test_a_sign_in_is_read_alike() -> None:
    gateway = over_everywhere("over_user")
    gateway.method = Method.BROWSER
    assert gateway.ask(fetch).who == "robin@example.org"


def test_nobody_is_named_by_a_used_up_key() -> None:
    statement = over_everywhere("over_key").ask(fetch)
    assert statement.who == ""
    assert statement.allocations[0].scope == "key robin-laptop"


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("over_key", Exceeded(ScopeKind.KEY, "robin-laptop", Decimal("15.018000000000"), Decimal("15.0"))),
        ("over_user", Exceeded(ScopeKind.YOU, "robin@example.org", Decimal("60.018"), Decimal("60.0"))),
        ("over_team", Exceeded(ScopeKind.TEAM, "0f3c2b6e-7d1a-4c52-9a50-2f6b8a1d9e10", Decimal("400.5"), Decimal("400.0"))),
        ("over_member", Exceeded(ScopeKind.MEMBER, "robin@example.org", Decimal("24.018"), Decimal("24.0"))),
        ("over_member_again", Exceeded(ScopeKind.MEMBER, "robin@example.org", Decimal("24.018"), Decimal("24.0"))),
        ("over_window", Exceeded(ScopeKind.KEY, "", Decimal("5.0180"), Decimal("5.00"), "1d")),
        ("over_team_window", Exceeded(ScopeKind.TEAM, "0f3c", Decimal("400.5000"), Decimal("400.00"), "30d")),
        ("over_organization", Exceeded(ScopeKind.ORGANIZATION, "7f", Decimal("9.5"), Decimal("9.0"))),
        ("over_project", Exceeded(ScopeKind.PROJECT, "atlas", Decimal("9.5"), Decimal("9.0"))),
        ("over_unnamed", Exceeded(None, "", Decimal("15.018"), Decimal("15.0"))),
        ("over_reserved", Exceeded(ScopeKind.KEY, "robin-laptop", Decimal("14.9"), Decimal("15.0"))),
        ("over_by_own_words", Exceeded()),
        ("over_with_odd_money", Exceeded(ScopeKind.YOU, "robin@example.org", None, Decimal("60.0"))),
        ("unknown_key", None),
        ("malformed", None),
        ("rate_limit", None),
    ],
)
def test_what_a_refusal_says_is_read_out_of_its_sentence(name: str, read: Exceeded | None) -> None:
    status, _, body = refusing(name)
    assert exceeded(Reply(status, {}, json.dumps(body).encode())) == read


def test_an_answer_is_no_refusal_whatever_it_says() -> None:
    assert exceeded(Reply(200, {}, b'{"error": {"type": "budget_exceeded", "message": ""}}')) is None


def _allocation(scope: str, kind: ScopeKind, settled: int, limit: int | None) -> Allocation:
    return Allocation("work", scope, None if limit is None else Decimal(limit), Decimal(settled), MONTH, NEXT_MONTH, kind)


YOU = _allocation("you", ScopeKind.YOU, 10, 60)


def _over(*overs: Exceeded, before: tuple[Allocation, ...] = (YOU,)) -> list[tuple[str, object, object]]:
    found = with_exceeded("work", (), before, overs, NOW)
    return [(each.scope, each.settled, each.limit) for each in found]


def test_a_known_budget_without_figures_is_shown_as_full() -> None:
    assert _over(Exceeded(ScopeKind.YOU)) == [("you", 60, 60)]
    assert _over(Exceeded(ScopeKind.YOU, limit=Decimal(50))) == [("you", 50, 50)]
    assert _over(Exceeded(ScopeKind.YOU, spent=Decimal(70))) == [("you", 70, 60)]


def test_a_limit_that_nobody_told_before_is_learnt() -> None:
    before = (_allocation("you in cartography", ScopeKind.MEMBER, 3, None),)
    over = Exceeded(ScopeKind.MEMBER, "robin@example.org", Decimal(5), Decimal(4))
    assert _over(over, before=before) == [("you in cartography", 5, 4)]
    assert _over(Exceeded(ScopeKind.MEMBER), before=before) == [("you in cartography", 3, None)]


def test_a_window_is_told_from_the_whole_key() -> None:
    key = _allocation("key robin", ScopeKind.KEY, 1, 100)
    day = _allocation("key robin, a day", ScopeKind.KEY, 1, 5)
    over = Exceeded(ScopeKind.KEY, "", Decimal(6), Decimal(5), "1d")
    assert _over(over, before=(key, day)) == [("key robin", 1, 100), ("key robin, a day", 6, 5)]
    assert _over(over, before=(key,)) == [("key robin", 1, 100), ("key, a day", 6, 5)]


def test_of_another_budget_at_least_something_is_known() -> None:
    over = Exceeded(ScopeKind.ORGANIZATION, "7f", Decimal(9), Decimal(8))
    assert _over(over, over) == [("you", 10, 60), ("organisation", 9, 8)]
    assert _over(Exceeded(ScopeKind.ORGANIZATION)) == [("you", 10, 60)]
    assert _over(Exceeded(), before=(_allocation("you", ScopeKind.YOU, 1, None),)) == [("you", 1, None)]


def test_a_budget_without_a_name_is_known_by_its_limit() -> None:
    key = _allocation("key robin", ScopeKind.KEY, 1, 15)
    over = Exceeded(None, "", Decimal("15.018"), Decimal("15.0"))
    assert _over(over, before=(_allocation("you", ScopeKind.YOU, 59, 60), key)) == [("you", 59, 60), ("key robin", Decimal("15.018"), 15)]
    assert _over(over, before=()) == [("you", Decimal("15.018"), 15)]


def test_a_limit_of_zero_is_always_the_nearest() -> None:
    nothing = _allocation("key robin", ScopeKind.KEY, 0, 0)
    assert _over(Exceeded(), before=(YOU, nothing)) == [("you", 10, 60), ("key robin", 0, 0)]


def test_a_reset_that_came_due_since_is_seen() -> None:
    (you,) = with_exceeded("work", (), (YOU,), [Exceeded(ScopeKind.YOU)], NEXT_MONTH)
    assert you.resetting


def test_a_budget_that_was_thought_not_to_be_applied_and_is_counts_from_then_on() -> None:
    (you,) = with_exceeded("work", (), (replace(YOU, enforced=False),), [Exceeded(ScopeKind.YOU)], NOW)
    assert you.enforced
