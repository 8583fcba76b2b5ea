"""Copilot's monthly quotas come from GitHub, with a token that was pasted or that one agreed file holds for that very host."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kinds_rig import DATA, SECRET, Answers, ask, detected_at, failed, fetched, link_to, ok, recorded, refused, served
from tankful.core.allocation import Statement
from tankful.core.errors import GatewayBusy, GatewayConfused, LinkRejected, NotAllowed
from tankful.core.links import Link, Method
from tankful.gateways.copilot_quota import GATEWAY
from tankful.gateways.gateway import Detected, Machine

USER = "/copilot_internal/user"
APPS = DATA / "copilot-quota" / "apps.json"
TOKEN = "gho-secret-that-nobody-may-see"  # noqa: S105 - made up


def user(name: str = "user.json", **changes: Any) -> Answers:
    return {USER: ok(recorded("copilot-quota", name) | changes)}


def snapshot(**quota: Any) -> Answers:
    return user(quota_snapshots={"chat": quota})


def shown(statement: Statement) -> list[tuple[str, Decimal]]:
    assert statement.allocations == ()
    return [(each.title, each.used_percent) for each in statement.windows]


def sent(file: Path) -> str:
    with served(user()) as server:
        ask(GATEWAY, link_to(GATEWAY, server.url, Method.FILE, file=str(file)), "")
        return server.requests[0].headers["authorization"]


def test_every_quota_is_told_in_percent() -> None:
    statement = fetched(GATEWAY, user())
    assert shown(statement) == [
        ("month, premium requests", Decimal("16.5")),
        ("month, chat", Decimal(115)),
        ("month, new thing", Decimal(75)),
    ]
    assert {each.resets_at for each in statement.windows} == {datetime(2026, 12, 1, tzinfo=UTC)}
    assert statement.who == "robin-example"
    assert statement.poll_after_s == 300


def test_a_free_plan_tells_what_is_left_of_a_month() -> None:
    statement = fetched(GATEWAY, user("free.json"))
    assert shown(statement) == [("month, chat", Decimal(60)), ("month, completions", Decimal(25))]
    assert statement.windows[0].resets_at == datetime(2026, 12, 10, tzinfo=UTC)


def test_what_is_told_twice_is_shown_once() -> None:
    answers = user(monthly_quotas={"chat": 50, "completions": 10}, limited_user_quotas={"chat": 50, "completions": 10})
    assert shown(fetched(GATEWAY, answers))[1] == ("month, chat", Decimal(115))


@pytest.mark.parametrize(
    "quota",
    [{}, {"entitlement": 0, "percent_remaining": 100}, {"entitlement": -1}, {"remaining": 5}, {"entitlement": 5}, {"unlimited": True}],
)
def test_a_quota_that_does_not_exist_is_not_shown(quota: dict[str, Any]) -> None:
    assert shown(fetched(GATEWAY, snapshot(**quota))) == []


@pytest.mark.parametrize(
    ("quota", "used"), [({"percent_remaining": 40}, 60), ({"percent_remaining": 120}, 0), ({"entitlement": 4, "remaining": 9}, 0)]
)
def test_more_than_all_that_is_left_is_nothing_used(quota: dict[str, Any], used: int) -> None:
    assert shown(fetched(GATEWAY, snapshot(**quota))) == [("month, chat", Decimal(used))]


@pytest.mark.parametrize("quota", [{"percent_remaining": "NaN"}, {"entitlement": "all"}, {"entitlement": 5, "remaining": True}])
def test_a_figure_that_is_none_is_named(quota: dict[str, Any]) -> None:
    error = refused(GATEWAY, snapshot(**quota))
    assert isinstance(error, GatewayConfused)
    assert "chat" in error.title
    assert "reset" in refused(GATEWAY, user(quota_reset_date_utc="soon")).title


def test_a_pasted_token_is_sent_and_no_file_read() -> None:
    with served(user()) as server:
        ask(GATEWAY, link_to(GATEWAY, server.url))
        assert server.requests[0].headers["authorization"] == f"token {SECRET}"


def test_the_token_of_the_agreed_file_is_sent() -> None:
    assert sent(APPS) == f"token {TOKEN}"


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"github.com": {"user": "robin", "oauth_token": TOKEN}}),
        json.dumps({"example.ghe.com": {"oauth_token": "other-that-nobody-may-see"}, "github.com:Iv1": {"oauth_token": TOKEN}}),
        "// Copilot writes comments here\n" + json.dumps({"copilot_tokens": {"https://github.com:robin": TOKEN}, "banner": "never"}),
        json.dumps({"copilotTokens": {"https://github.com:robin": TOKEN}}),
    ],
)
def test_each_of_copilots_files_is_understood(tmp_path: Path, content: str) -> None:
    file = tmp_path / "apps.json"
    file.write_text(content)
    assert sent(file) == f"token {TOKEN}"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[]",
        "no",
        '{"banner": "never"}',
        json.dumps({"github.com": {"oauth_token": ""}}),
        json.dumps({"github.com": {"oauth_token": "that-nobody-may-see\r\nX-Header: no"}}),
        json.dumps({"github.com": {"oauth_token": "that-nobody-may-see…"}}),
        json.dumps({"github.com.example.com": {"oauth_token": "that-nobody-may-see"}}),
    ],
)
def test_a_file_without_a_token_for_the_host_is_said_to_be_one(tmp_path: Path, content: str) -> None:
    file = tmp_path / "apps.json"
    file.write_text(content)
    error = failed(lambda: sent(file))
    assert isinstance(error, GatewayConfused)
    assert "no token for github.com" in error.title


def test_a_token_goes_to_its_own_host_only() -> None:
    link = Link("work", GATEWAY.kind, "https://api.example.com", Method.FILE, options={"file": str(APPS)})
    assert "no token for example.com" in failed(lambda: ask(GATEWAY, link, "")).title


def test_answers_that_are_no_quotas_say_whose_fault_it_is() -> None:
    assert isinstance(refused(GATEWAY, {USER: (401, {}, {"message": "Bad credentials"})}), LinkRejected)
    for status in (403, 404):
        assert isinstance(refused(GATEWAY, {USER: (status, {}, {"message": "Not Found"})}), NotAllowed)


def test_github_that_asks_for_patience_with_403_gets_it() -> None:
    assert isinstance(refused(GATEWAY, {USER: (429, {"retry-after": "60"}, {})}), GatewayBusy)
    error = refused(GATEWAY, {USER: (403, {"retry-after": "60"}, {"message": "secondary rate limit"})})
    assert isinstance(error, GatewayBusy)
    assert error.retry_after_s == 60


def test_the_file_that_would_be_read_can_be_shown_before(tmp_path: Path) -> None:
    def file(platform: str, **environ: str) -> Path | None:
        return GATEWAY.file(Machine(tmp_path, environ, platform, tmp_path), Method.FILE)

    below = Path("github-copilot") / "apps.json"
    assert file("linux") == tmp_path / ".config" / below
    assert file("darwin", XDG_CONFIG_HOME=str(tmp_path / "x")) == tmp_path / "x" / below
    assert file("win32") == tmp_path / "AppData" / "Local" / below
    assert file("win32", LOCALAPPDATA=str(tmp_path / "y")) == tmp_path / "y" / below
    assert GATEWAY.file(Machine(tmp_path, {}, "linux", tmp_path), Method.KEY) is None


def test_it_is_known_by_its_addresses_without_being_asked() -> None:
    known = Detected("copilot-quota", "https://api.github.com", (Method.FILE, Method.KEY))
    assert detected_at(GATEWAY, "https://github.com") == known
    assert detected_at(GATEWAY, "https://api.github.com") == known
    assert detected_at(GATEWAY, "https://github.example.com") is None
