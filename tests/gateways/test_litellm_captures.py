"""Answers that a real LiteLLM 1.106.1 gave to made-up users are read as what they are."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gateway_rig import Answer
from litellm_rig import LiteLLM
from tankful.core.errors import LinkRejected, NotAllowed
from tankful.core.links import Method
from tankful.core.usage import TokenUsage
from tankful.gateways.http import Reply
from tankful.gateways.litellm_activity import breakdown, estimate
from tankful.gateways.litellm_fetch import fetch
from tankful.gateways.litellm_models import message, models
from tankful.gateways.litellm_refusals import exceeded, refused

CAPTURES = Path(__file__).resolve().parents[3] / "shared" / "gateway" / "samples" / "litellm"
pytestmark = pytest.mark.skipif(not CAPTURES.is_dir(), reason="the captured answers are not here")

NOW = datetime(2026, 11, 22, 3, 15, tzinfo=UTC)


def captured(name: str) -> Answer:
    response: dict[str, Any] = json.loads((CAPTURES / f"{name}.json").read_text(encoding="utf-8"))["response"]
    return response["status"], {}, response["body"]


def figures(gateway: LiteLLM) -> dict[str, tuple[Decimal, Decimal | None, bool]]:
    gateway.clock = NOW
    return {each.scope: (each.settled, each.limit, each.enforced) for each in gateway.ask(fetch, now=NOW).allocations}


def test_a_personal_key() -> None:
    gateway = LiteLLM({"/key/info": captured("key_info_self"), "/v2/user/info": captured("v2_user_info_self")})
    assert figures(gateway) == {"you": (Decimal("0.2076"), Decimal(50), True), "key alice-personal": (Decimal("0.12"), Decimal(15), True)}


def test_a_key_with_several_budgets() -> None:
    gateway = LiteLLM({"/key/info": captured("key_info_budget_windows"), "/v2/user/info": captured("v2_user_info_self")})
    spent = Decimal("0.018")
    assert figures(gateway) == {
        "you": (Decimal("0.2076"), Decimal(50), True),
        "key alice-windows, a day": (spent, Decimal(5), True),
        "key alice-windows, a month": (spent, Decimal(50), True),
    }


def test_a_key_without_a_limit() -> None:
    gateway = LiteLLM({"/key/info": captured("key_info_self_unlimited")})
    assert figures(gateway) == {"key bob": (Decimal(0), None, True)}


def test_a_sign_in() -> None:
    gateway = LiteLLM({"/v2/user/info": captured("pkce_v2_user_info")}, method=Method.BROWSER)
    assert figures(gateway) == {"you": (Decimal("0.2076"), Decimal(50), True)}


def test_a_team() -> None:
    status, headers, key = captured("key_info_self_unlimited")
    team = captured("team_info_member")[2]["team_id"]
    key["info"] |= {"team_id": team, "user_id": "alice@example.com"}
    gateway = LiteLLM(
        {
            "/key/info": (status, headers, key),
            "/v2/user/info": captured("v2_user_info_self"),
            f"/team/{team}/members/me": captured("team_members_me"),
            "/team/info": captured("team_info_member"),
        }
    )
    assert figures(gateway) == {
        "you": (Decimal("0.2076"), Decimal(50), False),
        "you in platform-eng": (Decimal("0.0156"), Decimal(25), True),
        "team platform-eng": (Decimal("0.0156"), Decimal(500), True),
    }
    assert "bob" not in repr(gateway.ask(fetch, now=NOW))


def test_models_the_message_an_estimate_and_the_days() -> None:
    gateway = LiteLLM(
        {
            "/model/info": captured("model_info"),
            "/get/user_banner": captured("user_banner"),
            "/cost/estimate": captured("cost_estimate_inhouse"),
            "/v2/user/info": captured("v2_user_info_self"),
            "/user/daily/activity/aggregated": captured("user_daily_activity_aggregated"),
        }
    )
    offered = {model.name: model for model in gateway.ask(models)}
    assert set(offered) == {"claude-sonnet-4-5", "inhouse-qwen3-coder", "mock-free"}
    assert offered["inhouse-qwen3-coder"].in_house
    assert offered["inhouse-qwen3-coder"].alternative_to == ("claude-sonnet-4-5",)
    assert "127.0.0.1" not in repr(offered)
    banner = gateway.ask(message)
    assert banner is not None
    assert banner.severity == "info"
    assert gateway.ask(lambda asked: estimate(asked, "inhouse-qwen3-coder", TokenUsage(10000, 2000))) == Decimal("0.0018")
    days = gateway.ask(lambda asked: breakdown(asked, NOW.date(), NOW.date()))
    assert days is not None
    assert sum(day.cost for day in days) == Decimal("0.2076")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("error_blocked_key", LinkRejected),
        ("error_expired_key", LinkRejected),
        ("key_info_invalid_key", LinkRejected),
        ("no_auth", LinkRejected),
        ("error_model_not_allowed", NotAllowed),
    ],
)
def test_errors(name: str, kind: type[Exception]) -> None:
    status, _, body = captured(name)
    assert isinstance(refused(Reply(status, {}, json.dumps(body).encode())), kind)


def test_a_used_up_key() -> None:
    status, _, body = captured("error_422_key_budget_exceeded")
    over = exceeded(Reply(status, {}, json.dumps(body).encode()))
    assert over is not None
    assert (over.name, over.spent, over.limit) == ("alice-tiny", Decimal("0.018000000000"), Decimal("0.001"))
