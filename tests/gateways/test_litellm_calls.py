"""Our own calls are listed as LiteLLM booked them, page by page, and nobody else's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest

from gateway_rig import Answer, Seen
from litellm_rig import NOW, SECRET, TEAM, LiteLLM, in_team, personal, recorded, recording, refusing
from tankful.core.allocation import BookedCall, BookedCalls, Via
from tankful.core.errors import GatewayConfused, GatewayUnreachable
from tankful.gateways.litellm_calls import calls
from tankful.gateways.litellm_fetch import fetch

PATH = "/spend/logs/v2"
SINCE = datetime(2026, 11, 22, 11, tzinfo=UTC)
BOOKED = (
    BookedCall("msg_01AAA", Decimal("0.060000000000"), "claude-sonnet-4-5", SINCE + timedelta(milliseconds=250), Via.PURSE),
    BookedCall("msg_01BBB", Decimal(0), "anthropic/claude-sonnet-4-5", SINCE + timedelta(minutes=1), Via.PURSE),
    BookedCall("chatcmpl-7", Decimal("0.0018"), "house-coder", SINCE + timedelta(minutes=2), Via.PURSE, "anthropic/claude-sonnet-4-5"),
)
"""Of another personal key of the same user, which is what `LiteLLM` of the rig is not linked with."""


def paged(seen: Seen) -> Answer:
    return recording(f"calls_{seen.query['page']}")


def listing() -> LiteLLM:
    gateway = personal()
    gateway.answers[PATH] = paged
    return gateway


def test_our_own_calls_come_from_all_pages_each_once_without_failures_and_other_peoples() -> None:
    gateway = listing()
    assert gateway.ask(lambda asked: calls(asked, SINCE)) == BookedCalls(BOOKED)
    pages = [seen.query for seen in gateway.asked if seen.path == PATH]
    assert [query["page"] for query in pages] == ["1", "2", "3"]
    assert pages[0] == {
        "user_id": "robin@example.org",
        "start_date": "2026-11-22 11:00:00",
        "end_date": "2026-11-23 12:00:00",
        "page": "1",
        "page_size": "100",
        "sort_by": "startTime",
        "sort_order": "desc",
    }


def test_whose_calls_are_ours_is_known_from_the_last_statement() -> None:
    gateway = listing()
    statement = gateway.ask(fetch)
    assert gateway.ask(lambda asked: calls(asked, SINCE), last=statement) == BookedCalls(BOOKED)
    assert set(gateway.paths) == {PATH}


def test_the_calls_of_nobodys_key_are_told_by_the_key() -> None:
    mine = sha256(SECRET.encode()).hexdigest()
    page = recorded("calls_1")
    page["total_pages"] = 1
    page["data"][0]["api_key"] = mine
    gateway = LiteLLM({"/v2/user/info": refusing("nobodys_key"), PATH: (200, {}, page)})
    assert gateway.ask(lambda asked: calls(asked, SINCE)) == BookedCalls((replace(BOOKED[0], via=Via.KEY),))
    assert gateway.asked[-1].query["api_key"] == mine


def test_pages_without_end_are_given_up_and_what_is_older_than_the_last_row_is_taken_for_not_listed() -> None:
    gateway = personal()
    gateway.answers[PATH] = (200, {}, recorded("calls_1") | {"total_pages": 1_000_000})
    assert gateway.ask(lambda asked: calls(asked, SINCE)) == BookedCalls(BOOKED[:2], since=BOOKED[0].at)
    assert gateway.paths.count(PATH) == 20
    assert gateway.asked[-1].query["sort_order"] == "desc"


def test_a_list_that_was_cut_before_the_first_call_of_ours_tells_nothing() -> None:
    gateway = personal()
    gateway.answers[PATH] = (200, {}, {"data": [], "total_pages": 1_000_000})
    assert gateway.ask(lambda asked: calls(asked, SINCE)) == BookedCalls((), since=NOW)


@pytest.mark.parametrize("name", ["administrators_only", "coding_tool_key", "no_such_path", "over_member"])
def test_a_key_that_may_not_list_them_lists_none(name: str) -> None:
    gateway = personal()
    gateway.answers[PATH] = refusing(name)
    assert gateway.ask(lambda asked: calls(asked, SINCE)) is None


def test_trouble_is_told() -> None:
    gateway = personal()
    gateway.answers[PATH] = refusing("no_database")
    with pytest.raises(GatewayUnreachable):
        gateway.ask(lambda asked: calls(asked, SINCE))


@pytest.mark.parametrize("odd", [{"startTime": None}, {"startTime": "soon"}, {"spend": "NaN"}, {"spend": -1}, {"request_id": 7}])
def test_a_call_that_is_written_oddly_is_named(odd: dict[str, object]) -> None:
    page = recorded("calls_1")
    page["data"][0] |= odd
    gateway = personal()
    gateway.answers[PATH] = (200, {}, page)
    with pytest.raises(GatewayConfused):
        gateway.ask(lambda asked: calls(asked, SINCE), now=NOW)


@pytest.mark.parametrize("knows", [True, False])
def test_of_each_call_it_is_said_whether_the_linked_key_or_its_team_or_only_its_user_made_it(*, knows: bool) -> None:
    page = recorded("calls_1") | {"total_pages": 1}
    own, other = page["data"]
    own["api_key"], own["team_id"] = sha256(SECRET.encode()).hexdigest(), TEAM
    page["data"] = [own, other, other | {"request_id": "msg_of_the_team", "team_id": TEAM}]
    gateway = in_team()
    statement = gateway.ask(fetch) if knows else None
    gateway.answers[PATH] = (200, {}, page)
    for row in page["data"]:
        row["user"] = recorded("user_in_team")["user_id"]
    booked = gateway.ask(lambda asked: calls(asked, SINCE), last=statement)
    assert booked is not None
    assert [(each.call, each.via) for each in booked.calls] == [
        ("msg_01AAA", Via.KEY),
        ("msg_01BBB", Via.USER),
        ("msg_of_the_team", Via.PURSE),
    ]


def test_what_is_behind_a_name_of_the_gateways_own_is_kept_and_a_fallback_is_booked_as_what_answered() -> None:
    gateway = personal()
    gateway.answers[PATH] = (200, {}, recorded("calls_fallback"))
    booked = gateway.ask(lambda asked: calls(asked, SINCE))
    assert booked is not None
    assert [(call.call, call.model, call.deployment) for call in booked.calls] == [
        ("msg_205d38076b9845bc84b79068b153ddf0", "claude-sonnet-4-5", ""),
        ("msg_d96e70cb799142788063333a43384c10", "claude-team", "anthropic/claude-sonnet-4-5"),
    ]
