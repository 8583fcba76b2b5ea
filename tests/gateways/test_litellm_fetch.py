"""LiteLLM's budgets are read as they bind: for a personal key, a team's key, a sign-in, nobody's key; and asked for in few requests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from litellm_rig import MEMBER_PATH, NOW, SECRET, TEAM, TEAM_PATH, LiteLLM, in_team, personal, recorded, refusing
from tankful.core.allocation import Allocation, ScopeKind, Statement
from tankful.core.errors import GatewayBusy, GatewayConfused, GatewayUnreachable, LinkRejected, NotAllowed
from tankful.core.links import Method
from tankful.gateways.grants import Grant
from tankful.gateways.litellm_fetch import fetch

MONTH = datetime(2026, 11, 1, tzinfo=UTC)
NEXT_MONTH = datetime(2026, 12, 1, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def by_scope(statement: Statement) -> dict[str, Allocation]:
    return {allocation.scope: replace(allocation, owner_id="") for allocation in statement.allocations}


def test_a_personal_key_spends_from_its_own_budget_and_its_users() -> None:
    gateway = personal()
    statement = gateway.ask(fetch)
    assert statement.account == "work"
    assert statement.as_of == NOW
    assert statement.who == "robin@example.org"
    assert statement.books_within == timedelta(seconds=12)
    assert by_scope(statement) == {
        "you": Allocation("work", "you", Decimal("60.0"), Decimal("23.4567"), MONTH, NEXT_MONTH),
        "key robin-laptop": Allocation(
            account="work",
            scope="key robin-laptop",
            limit=Decimal("15.0"),
            settled=Decimal("1.4200000000000002").quantize(Decimal("1e-12")),
            period_start=MONDAY - timedelta(days=7),
            resets_at=MONDAY,
            kind=ScopeKind.KEY,
            soft_limit=Decimal("12.0"),
        ),
    }
    assert {seen.headers["authorization"] for seen in gateway.asked} == {f"Bearer {SECRET}"}


def test_a_users_only_budget_is_polled_with_one_small_request() -> None:
    gateway = personal(key="key_without_budget")
    first = gateway.ask(fetch)
    assert set(by_scope(first)) == {"you"}
    again = gateway.ask(fetch, now=NOW + timedelta(minutes=5), last=first)
    assert gateway.paths == ["/v2/user/info"]
    assert replace(again, learnt={}) == replace(first, as_of=NOW + timedelta(minutes=5), learnt={})


def test_a_key_of_a_team_spends_from_the_team_and_the_share_and_not_from_the_users_own() -> None:
    gateway = in_team()
    statement = gateway.ask(fetch)
    found = by_scope(statement)
    assert set(found) == {"you", "you in cartography", "team cartography"}
    assert found["you"].enforced is False
    assert found["you"].settled == Decimal("61.02")
    assert found["team cartography"] == Allocation(
        account="work",
        scope="team cartography",
        limit=Decimal("400.0"),
        settled=Decimal("120.5"),
        period_start=MONTH,
        resets_at=NEXT_MONTH,
        kind=ScopeKind.TEAM,
        soft_limit=Decimal("320.0"),
    )
    assert found["you in cartography"] == Allocation(
        account="work",
        scope="you in cartography",
        limit=Decimal("24.0"),
        settled=Decimal("6.5"),
        period_start=MONTH,
        resets_at=NEXT_MONTH,
        kind=ScopeKind.MEMBER,
        soft_limit=Decimal("16.0"),
    )
    assert gateway.paths == ["/key/info", MEMBER_PATH, TEAM_PATH, "/v2/user/info"]
    assert next(seen.query for seen in gateway.asked if seen.path == TEAM_PATH) == {"team_id": TEAM}


def test_nothing_of_other_members_is_kept() -> None:
    for gateway in (in_team(), in_team(user=refusing("no_such_path"), old="user_of_old")):
        statement = gateway.ask(fetch)
        kept = repr(statement)
        assert "cartography" in kept
        for theirs in ("quinn", "lee@", "secret-project", "33.33", "44.44", "55.55", "77.77", "CC-1234"):
            assert theirs not in kept


def test_an_unlimited_user_has_an_allocation_without_a_limit() -> None:
    statement = personal(key="key_without_budget", user="user_unlimited").ask(fetch)
    created = datetime(2026, 8, 15, 7, tzinfo=UTC)
    assert statement.allocations == (Allocation("work", "you", None, Decimal("0.0"), created, None, owner_id="user"),)
    assert statement.who == "sam@example.org"


def test_a_team_without_limits_leaves_the_share_without_one() -> None:
    team = recorded("team")
    team["team_info"] |= {"max_budget": None, "soft_budget": None}
    statement = in_team(member="member_without_budget", team=(200, {}, team)).ask(fetch)
    found = by_scope(statement)
    assert found["you in the team"].limit is None
    assert found["you in the team"].enforced
    assert not found["you"].enforced


def test_a_limit_of_zero_allows_nothing() -> None:
    statement = personal(user=(200, {}, recorded("user") | {"max_budget": 0})).ask(fetch)
    assert by_scope(statement)["you"].limit == 0


def test_a_temporary_increase_counts_while_it_holds() -> None:
    gateway = personal(key="key_raised_for_a_while")
    assert by_scope(gateway.ask(fetch))["key robin-laptop"].limit == Decimal("20.0")
    gateway.clock = datetime(2026, 11, 25, tzinfo=UTC)
    assert by_scope(gateway.ask(fetch, now=gateway.clock))["key robin-laptop"].limit == Decimal("15.0")


def test_a_key_may_take_its_limit_from_a_budget_of_the_administrators() -> None:
    key = recorded("key_personal")
    key["info"] |= {"max_budget": None, "budget_duration": None, "budget_reset_at": None}
    key["info"]["litellm_budget_table"] |= {"max_budget": 9, "budget_duration": "30d", "budget_reset_at": "2026-12-01T00:00:00Z"}
    found = by_scope(personal(key=(200, {}, key)).ask(fetch))["key robin-laptop"]
    assert (found.limit, found.period_start, found.resets_at) == (9, MONTH, NEXT_MONTH)


def test_several_budgets_of_one_key_run_side_by_side_and_one_without_its_spend_is_left_out() -> None:
    found = by_scope(personal(key="key_with_windows").ask(fetch))
    assert set(found) == {"you", "key robin-windows, a day", "key robin-windows, a month"}
    day = found["key robin-windows, a day"]
    assert (day.limit, day.settled) == (5, Decimal("0.75"))
    assert (day.period_start, day.resets_at) == (MONDAY - timedelta(days=1), MONDAY)


def test_several_budgets_of_an_older_gateway_have_no_spend_and_are_left_out() -> None:
    key = recorded("key_with_windows")
    del key["info"]["budget_limits_usage"]
    assert set(by_scope(personal(key=(200, {}, key)).ask(fetch))) == {"you"}


def test_a_key_that_only_reads_shows_its_users_budget() -> None:
    assert set(by_scope(personal(key="key_read_only").ask(fetch))) == {"you"}


def test_a_key_of_nobodys_has_its_own_budget() -> None:
    gateway = LiteLLM({"/key/info": "key_of_nobody", "/v2/user/info": refusing("nobodys_key")})
    statement = gateway.ask(fetch)
    assert statement.who == "key nightly-build"
    assert set(by_scope(statement)) == {"key nightly-build"}
    assert gateway.ask(fetch, last=statement).allocations == statement.allocations
    assert gateway.paths == ["/key/info"]


def test_a_teams_key_of_nobodys_has_the_teams_budget() -> None:
    key = recorded("key_of_team")
    key["info"]["user_id"] = None
    gateway = in_team(key=(200, {}, key), user=refusing("nobodys_key"), member=refusing("nobody"))
    statement = gateway.ask(fetch)
    assert statement.who == "key robin-team"
    assert set(by_scope(statement)) == {"team cartography"}
    assert gateway.ask(fetch, last=statement).who == "key robin-team"
    assert gateway.paths == [TEAM_PATH]


def test_a_key_without_an_alias_goes_by_its_masked_name_or_by_none() -> None:
    key = recorded("key_without_budget")
    key["info"]["user_id"] = None
    refused = refusing("nobodys_key")
    assert LiteLLM({"/key/info": (200, {}, key), "/v2/user/info": refused}).ask(fetch).who == "key sk-...7Qzw"
    key["info"]["key_name"] = None
    assert LiteLLM({"/key/info": (200, {}, key), "/v2/user/info": refused}).ask(fetch).who == "key"


@pytest.mark.parametrize("method", [Method.BROWSER, Method.DEVICE, Method.COMMAND_LINE])
def test_the_token_of_a_sign_in_is_no_key_and_shows_its_users_budget(method: Method) -> None:
    gateway = LiteLLM({"/v2/user/info": "user"}, method=method)
    statement = gateway.ask(fetch)
    assert set(by_scope(statement)) == {"you"}
    assert statement.allocations[0].enforced
    assert gateway.paths == ["/v2/user/info"]


def test_a_sign_in_spends_for_the_team_that_was_chosen() -> None:
    gateway = LiteLLM({"/v2/user/info": "user", MEMBER_PATH: "member", TEAM_PATH: "team"}, method=Method.BROWSER)
    gateway.secret = Grant("litellm_login_token", NOW + timedelta(days=1), team=TEAM).written()
    found = by_scope(gateway.ask(fetch))
    assert set(found) == {"you", "you in cartography", "team cartography"}
    assert not found["you"].enforced
    assert {seen.headers["authorization"] for seen in gateway.asked} == {"Bearer litellm_login_token"}


def test_a_sign_in_of_somebody_in_one_team_spends_for_that() -> None:
    gateway = in_team()
    gateway.method = Method.COMMAND_LINE
    assert set(by_scope(gateway.ask(fetch))) == {"you", "you in cartography", "team cartography"}
    gateway.answers["/v2/user/info"] = (200, {}, recorded("user_in_team") | {"teams": [TEAM, "another", None]})
    assert set(by_scope(gateway.ask(fetch))) == {"you"}


def test_what_a_team_does_not_tell_is_left_out() -> None:
    gateway = in_team(member=refusing("not_a_member"), team=refusing("somebody_elses"))
    found = by_scope(gateway.ask(fetch))
    assert found["key robin-team"].limit is None
    assert not found["you"].enforced


def test_an_older_gateway_has_the_user_among_much_else() -> None:
    gateway = personal(user=refusing("no_such_path"), old="user_of_old", key="key_without_budget")
    statement = gateway.ask(fetch)
    assert by_scope(statement)["you"].settled == Decimal("23.4567")
    again = gateway.ask(fetch, last=statement)
    assert gateway.paths == ["/user/info"]
    assert again.allocations == statement.allocations


def test_an_older_gateway_that_knows_no_user_is_told_apart() -> None:
    gateway = LiteLLM({"/user/info": (200, {}, {"user_id": None, "user_info": None})}, method=Method.BROWSER)
    with pytest.raises(GatewayConfused):
        gateway.ask(fetch)


def test_the_key_of_a_coding_tool_is_asked_to_be_replaced_by_one_that_may_read() -> None:
    with pytest.raises(NotAllowed) as refused:
        personal(key=refusing("coding_tool_key"), user=refusing("coding_tool_key")).ask(fetch)
    assert "read_only" in refused.value.hint


def test_the_key_of_the_administrator_has_no_budget() -> None:
    with pytest.raises(NotAllowed) as refused:
        personal(key=refusing("key_not_found"), user=refusing("user_not_found")).ask(fetch)
    assert "no account" in refused.value.title


def test_an_address_where_nothing_of_this_is_says_so() -> None:
    with pytest.raises(GatewayConfused):
        LiteLLM().ask(fetch)


@pytest.mark.parametrize("name", ["unknown_key", "expired_key", "blocked_key"])
def test_a_key_that_is_no_longer_taken_is_rejected(name: str) -> None:
    with pytest.raises(LinkRejected):
        personal(key=refusing(name), user=refusing(name)).ask(fetch)


def test_a_sign_in_that_is_refused_is_not_tried_any_further() -> None:
    gateway = in_team(user=refusing("expired_key"))
    gateway.method = Method.BROWSER
    gateway.secret = Grant("litellm_login_token", NOW, team=TEAM).written()
    with pytest.raises(LinkRejected):
        gateway.ask(fetch)
    assert gateway.paths == ["/v2/user/info"]


def test_a_failing_part_fails_the_whole_so_that_the_last_numbers_stay() -> None:
    statement = in_team().ask(fetch)
    gateway = in_team(team=(500, {}, "oops"))
    for last in (None, statement):
        with pytest.raises(GatewayUnreachable):
            gateway.ask(fetch, last=last)
    with pytest.raises(GatewayBusy) as busy:
        personal(user=(429, {"Retry-After": "30"}, refusing("rate_limit")[2])).ask(fetch)
    assert busy.value.retry_after_s == 30


def test_a_reset_that_is_due_and_not_done_yet_is_told_by_the_gateways_own_clock() -> None:
    gateway = personal(key="key_without_budget")
    gateway.clock = NEXT_MONTH - timedelta(hours=1)
    late = gateway.ask(fetch, now=NEXT_MONTH + timedelta(hours=5))
    assert not by_scope(late)["you"].resetting
    gateway.clock = NEXT_MONTH + timedelta(minutes=3)
    due = by_scope(gateway.ask(fetch, now=NEXT_MONTH - timedelta(hours=20)))["you"]
    assert due.resetting
    assert (due.period_start, due.resets_at) == (MONTH, NEXT_MONTH)


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 22 Nov 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_gateway_that_does_not_say_its_time_is_taken_to_have_ours(date: str) -> None:
    gateway = personal(user=(200, {"date": date}, recorded("user")), key=(200, {"date": date}, recorded("key_without_budget")))
    assert not gateway.ask(fetch).allocations[0].resetting


def test_everything_is_looked_at_again_after_some_hours_or_when_our_clock_was_set_back() -> None:
    gateway = personal(key="key_without_budget")
    first = gateway.ask(fetch)
    for now in (NOW + timedelta(hours=7), NOW - timedelta(hours=1)):
        gateway.ask(fetch, now=now, last=first)
        assert gateway.paths == ["/key/info", "/v2/user/info"]


def test_another_persons_key_under_the_same_address_is_noticed() -> None:
    first = personal(key="key_without_budget").ask(fetch)
    other = personal(key="key_without_budget", user="user_unlimited").ask(fetch, last=first)
    assert other.who == "sam@example.org"
    assert other.allocations[0].limit is None


def test_a_key_that_was_moved_to_a_team_is_noticed() -> None:
    first = personal().ask(fetch)
    key = {"info": recorded("key_personal")["info"] | {"team_id": TEAM}}
    moved = in_team(key=(200, {}, key)).ask(fetch, now=MONDAY, last=first)
    assert "team cartography" in by_scope(moved)


def test_budgets_that_are_renamed_stay_the_same_ones() -> None:
    first = in_team().ask(fetch)
    team, key, member = recorded("team"), recorded("key_of_team"), recorded("member")
    team["team_info"]["team_alias"] = member["team_alias"] = "renamed"
    key["info"]["key_alias"] = "renamed too"
    second = in_team(team=(200, {}, team), key=(200, {}, key), member=(200, {}, member)).ask(fetch, last=first)
    assert [each.scope for each in first.allocations] != [each.scope for each in second.allocations]
    assert [each.identity for each in first.allocations] == [each.identity for each in second.allocations]
    assert len({each.identity for each in first.allocations}) == len(first.allocations)


def test_a_budget_that_was_taken_away_or_may_no_longer_be_read_is_noticed() -> None:
    first = personal().ask(fetch)
    assert set(by_scope(personal(key="key_without_budget").ask(fetch, now=MONDAY, last=first))) == {"you"}
    gateway = personal(key=refusing("somebody_elses"))
    assert set(by_scope(gateway.ask(fetch, now=MONDAY, last=first))) == {"you"}


def test_an_administrator_may_say_how_late_it_books_and_how_often_it_may_be_asked() -> None:
    gateway = personal(user=(200, {"Poll-Interval": "600"}, recorded("user")))
    gateway.options = {"books_within_s": "65"}
    statement = gateway.ask(fetch)
    assert statement.books_within == timedelta(seconds=65)
    assert statement.poll_after_s == 600
    gateway.options = {"books_within_s": "soon"}
    with pytest.raises(GatewayConfused):
        gateway.ask(fetch)


@pytest.mark.parametrize("spend", ["NaN", "much", None, -5, [1], {}, 1e300, True])
def test_money_that_is_none_is_named(spend: object) -> None:
    with pytest.raises(GatewayConfused) as confused:
        personal(user=(200, {}, recorded("user") | {"spend": spend})).ask(fetch)
    assert "spend" in confused.value.title


@pytest.mark.parametrize(
    "body",
    ["<html>Sign in</html>", "{", "[]", {"user_id": 7, "spend": 1}, {"spend": 1, "budget_reset_at": "soon", "budget_duration": "1d"}],
)
def test_an_answer_of_another_shape_is_named(body: object) -> None:
    with pytest.raises(GatewayConfused):
        personal(user=(200, {}, body)).ask(fetch)


@pytest.mark.parametrize(("usual", "limit"), [(12.5, Decimal("12.5")), (0, None), (None, None)])
def test_a_share_that_is_every_members_lies_in_the_teams_row(usual: float | None, limit: Decimal | None) -> None:
    team = recorded("team")
    team["team_info"] |= {
        "max_budget": None,
        "soft_budget": None,
        "team_member_budget_table": {"max_budget": usual, "budget_duration": "7d"},
    }
    gateway = in_team(member="member_without_budget", team=(200, {}, team))
    statement = gateway.ask(fetch)
    share = by_scope(statement)["you in the team"]
    assert share.limit == limit
    assert share.enforced
    if limit is not None:
        assert share.resets_at == MONDAY
        assert by_scope(gateway.ask(fetch, last=statement))["you in the team"] == share
        assert gateway.paths == [MEMBER_PATH]
