"""Whatever stands in LiteLLM's fields, the answer is budgets that make sense or one sentence; never anything else."""

import json
from contextlib import suppress
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litellm_rig import NOW, recorded
from tankful.core.allocation import Allocation
from tankful.core.errors import GatewayConfused
from tankful.gateways.http import Reply
from tankful.gateways.litellm_budgets import of_key, of_member, of_team, of_user
from tankful.gateways.litellm_refusals import exceeded, refused
from tankful.gateways.litellm_shapes import KeyInfo, Member, TeamInfo, User

TIMES = st.sampled_from(["2026-12-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00", "2026-02-30", "x", "", "Infinity"])
DURATIONS = st.sampled_from(["30d", "7d", "1mo", "999999d", "999999mo", "0s", "-1d", "monthly", "", "None", "30 d"])
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), TIMES, DURATIONS, st.just([]), st.just({}))
FIELDS = ("spend", "max_budget", "soft_budget", "budget_duration", "budget_reset_at", "created_at", "temp_budget_increase")
CHANGES = st.dictionaries(st.sampled_from((*FIELDS, "temp_budget_expiry", "team_alias", "key_alias", "budget_limits")), VALUES, max_size=4)


def _makes_sense(allocation: Allocation) -> None:
    for amount in (allocation.limit, allocation.settled, allocation.soft_limit):
        assert amount is None or (amount.is_finite() and 0 <= amount <= Decimal(10) ** 16)
    for time in (allocation.period_start, allocation.resets_at):
        assert time is None or time.tzinfo is not None
    assert allocation.scope


def _read(name: str, changes: dict[str, object], now: datetime) -> tuple[Allocation, ...]:
    body = recorded(name)
    row = body["info"] if name.startswith("key") else body["team_info"] if name == "team" else body
    row |= changes
    if isinstance(row.get("litellm_budget_table"), dict):
        row["litellm_budget_table"] |= changes
    reply = Reply(200, {}, json.dumps(body).encode())
    match name:
        case "user":
            return (of_user("work", reply.as_a(User), applied=True, now=now),)
        case "member":
            return (of_member("work", reply.as_a(Member), None, now),)
        case "team":
            return (of_team("work", reply.as_a(TeamInfo).team_info, now),)
        case _:
            return of_key("work", reply.as_a(KeyInfo).info, now)


@settings(max_examples=300)
@given(st.sampled_from(["user", "member", "team", "key_personal", "key_with_windows"]), CHANGES)
def test_odd_fields_make_sense_or_one_sentence(name: str, changes: dict[str, object]) -> None:
    with suppress(GatewayConfused):
        for allocation in _read(name, changes, NOW):
            _makes_sense(allocation)


JSON = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["error", "detail", "message", "type"]), inner)
)


@settings(max_examples=300)
@given(st.sampled_from([400, 401, 402, 403, 404, 422, 429, 500, 503]), JSON | st.binary(max_size=40))
def test_odd_errors_are_one_sentence(status: int, body: object) -> None:
    reply = Reply(status, {}, body if isinstance(body, bytes) else json.dumps(body).encode())
    error = refused(reply)
    assert error.title
    assert error.hint
    exceeded(reply)


@settings(max_examples=300)
@given(st.text(max_size=120), st.sampled_from(["Current cost:", "Spend=", "Max budget:", "Key=", "TeamMember=", "over 1d budget."]))
def test_odd_sentences_of_a_used_up_budget_are_read_or_left(text: str, word: str) -> None:
    body = {"error": {"type": "budget_exceeded", "message": f"{text[:60]} {word}{text[60:]}"}}
    over = exceeded(Reply(422, {}, json.dumps(body).encode()))
    assert over is not None
    for amount in (over.spent, over.limit):
        assert amount is None or amount >= 0


def test_the_end_of_all_calendars_is_no_reset() -> None:
    with pytest.raises(GatewayConfused) as confused:
        _read("user", {"budget_duration": "1mo", "budget_reset_at": "9999-12-31T23:59:59Z"}, NOW)
    assert confused.value.hint
