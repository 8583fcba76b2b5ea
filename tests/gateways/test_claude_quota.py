"""Claude's limits come from the status line without credentials, or from Anthropic with the token of one agreed file."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kinds_rig import DATA, NOW, Answers, ask, detected_at, failed, link_to, ok, recorded, served
from tankful.core.allocation import Statement
from tankful.core.errors import GatewayConfused, GatewayError, GatewayUnreachable, LinkRejected, NotAllowed
from tankful.core.links import Link, Method
from tankful.gateways.claude_quota import GATEWAY, URL
from tankful.gateways.gateway import Detected, Machine
from tankful.store.agent_limits import NAME, keep_limits

USAGE = "/api/oauth/usage"
CREDENTIALS = DATA / "claude-quota" / "credentials.json"
TOKEN = "oat-secret-that-nobody-may-see"  # noqa: S105 - made up


def asked(answers: Answers, file: Path = CREDENTIALS, now: datetime = NOW) -> Statement:
    with served(answers) as server:
        statement = ask(GATEWAY, link_to(GATEWAY, server.url, Method.FILE, file=str(file)), "", now)
    assert statement is not None
    assert statement.allocations == ()
    return statement


def refused(answers: Answers, file: Path = CREDENTIALS, now: datetime = NOW) -> GatewayError:
    return failed(lambda: asked(answers, file, now))


def usage(**changes: Any) -> Answers:
    return {USAGE: ok(recorded("claude-quota", "usage.json") | changes)}


def by_status_line(file: Path) -> Link:
    return Link("work", GATEWAY.kind, URL, Method.LOCAL, options={"file": str(file)})


def told(file: Path, now: datetime = NOW) -> Statement:
    statement = ask(GATEWAY, by_status_line(file), "", now)
    assert statement is not None
    assert statement.allocations == ()
    return statement


def test_anthropic_tells_every_window_in_percent_and_no_money() -> None:
    statement = asked(usage())
    assert [(each.title, each.used_percent) for each in statement.windows] == [
        ("5 hours", Decimal("12.5")),
        ("week", Decimal(104)),
        ("week, Sonnet", Decimal(3)),
        ("week, Fable", Decimal(29)),
    ]
    assert statement.windows[0].resets_at == datetime(2026, 11, 22, 13, 30, 0, 282_668, tzinfo=UTC)
    assert statement.windows[2].resets_at is None
    assert statement.poll_after_s == 300


def test_the_token_of_the_agreed_file_goes_out_as_claude_code_would_send_it() -> None:
    with served(usage()) as server:
        ask(GATEWAY, link_to(GATEWAY, server.url, Method.FILE, file=str(CREDENTIALS)), "")
        (seen,) = server.requests
    assert seen.headers["authorization"] == f"Bearer {TOKEN}"
    assert seen.headers["anthropic-beta"] == "oauth-2025-04-20"


def test_an_answer_without_windows_tells_none() -> None:
    assert asked({USAGE: ok({"seven_day": None})}).windows == ()
    assert asked({USAGE: ok({"limits": None, "five_hour": {"utilization": None}})}).windows == ()
    assert asked({USAGE: ok({"limits": [{"kind": "session"}, {"kind": "weekly_all", "percent": 5}]})}).windows[0].title == "week"


@pytest.mark.parametrize("written", ["NaN", -1, "much", True])
def test_a_share_that_is_none_is_named(written: object) -> None:
    error = refused(usage(seven_day={"utilization": written}))
    assert isinstance(error, GatewayConfused)
    assert "seven_day" in error.title
    assert "weekly_all" in refused({USAGE: ok({"limits": [{"kind": "weekly_all", "percent": written}]})}).title


@pytest.mark.parametrize(("status", "kind"), [(401, LinkRejected), (403, NotAllowed)])
def test_a_sign_in_that_is_not_accepted_is_claude_codes_to_renew(status: int, kind: type[GatewayError]) -> None:
    error = refused({USAGE: (status, {}, {"error": {"type": "authentication_error"}})})
    assert isinstance(error, kind)
    assert "Claude Code" in error.title


def test_a_token_that_has_run_out_is_not_sent() -> None:
    with served(usage()) as server:
        link = link_to(GATEWAY, server.url, Method.FILE, file=str(CREDENTIALS))
        error = failed(lambda: ask(GATEWAY, link, "", NOW + timedelta(days=1)))
        assert not server.requests
    assert isinstance(error, NotAllowed)
    assert "we never do" in error.hint


def test_a_token_without_a_time_of_expiry_is_tried(tmp_path: Path) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(json.dumps({"claudeAiOauth": {"accessToken": TOKEN, "expiresAt": None}}))
    assert asked(usage(), file).windows


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[" * 100_000,
        b'{"claudeAiOauth": null}',
        b'{"claudeAiOauth": {"accessToken": ""}}',
        b'{"claudeAiOauth": {"accessToken": 5}}',
        b'{"claudeAiOauth": {"accessToken": "that-nobody-may-see\\nX-Header: no"}}',
        '{"claudeAiOauth": {"accessToken": "that-nobody-may-see…"}}'.encode(),
        b'{"mcpOAuth": {"other": {"accessToken": "that-nobody-may-see"}}}',
    ],
)
def test_a_file_without_a_sign_in_is_said_to_be_one(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "credentials.json"
    file.write_bytes(content)
    with served(usage()) as server:
        link = link_to(GATEWAY, server.url, Method.FILE, file=str(file))
        error = failed(lambda: ask(GATEWAY, link, ""))
        assert not server.requests
    assert isinstance(error, GatewayConfused)


def test_a_file_that_is_missing_no_file_or_far_too_large_is_said_to_be(tmp_path: Path) -> None:
    assert isinstance(refused({}, tmp_path / "nothing.json"), GatewayUnreachable)
    assert "not the file" in refused({}, tmp_path).title
    large = tmp_path / "large.json"
    large.write_bytes(b" " * 1_000_001)
    assert "not the file" in refused({}, large).title
    below = tmp_path / "large.json" / "below.json"
    assert "cannot be read" in refused({}, below).title


@pytest.mark.parametrize("file", ["", "relative/credentials.json", "~nobody-of-this-name/credentials.json"])
def test_no_file_is_read_that_was_not_named_in_full(file: str) -> None:
    for method in (Method.FILE, Method.LOCAL):
        link = Link("work", GATEWAY.kind, URL, method, options={"file": file} if file else {})
        error = failed(lambda link=link: ask(GATEWAY, link, ""))
        assert isinstance(error, NotAllowed)
        assert "--option file=" in error.hint


def test_the_home_folder_may_be_written_as_people_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "credentials.json").write_bytes(CREDENTIALS.read_bytes())
    with served(usage()) as server:
        assert ask(GATEWAY, link_to(GATEWAY, server.url, Method.FILE, file="~/credentials.json"), "") is not None


@pytest.mark.parametrize(
    "url", ["https://api.anthropic.com.example.com", "https://api.anthropic.com:8443", "https://example.com", "http://api.anthropic.com"]
)
def test_the_token_goes_to_nobody_but_anthropic(url: str) -> None:
    link = Link("work", GATEWAY.kind, url, Method.FILE, options={"file": str(CREDENTIALS)})
    error = failed(lambda: ask(GATEWAY, link, ""))
    assert isinstance(error, NotAllowed)
    assert "for its vendor only" in error.title


def test_what_claude_code_tells_the_status_line_is_shown_without_asking_anybody(tmp_path: Path) -> None:
    at = int(NOW.timestamp())
    limits = {
        "five_hour": {"used_percentage": 23.5, "resets_at": at + 3600},
        "seven_day": {"used_percentage": 41, "resets_at": at + 86_400},
    }
    keep_limits(str(tmp_path), limits, at - 60)
    statement = told(tmp_path / NAME)
    assert [(each.title, each.used_percent) for each in statement.windows] == [("5 hours", Decimal("23.5")), ("week", Decimal(41))]
    assert statement.windows[0].resets_at == NOW + timedelta(hours=1)
    assert statement.as_of == NOW - timedelta(seconds=60)


def test_a_window_that_has_ended_says_nothing_any_more(tmp_path: Path) -> None:
    at = int(NOW.timestamp())
    keep_limits(
        str(tmp_path), {"five_hour": {"used_percentage": 99, "resets_at": at}, "new_one": {"used_percentage": 1, "resets_at": at + 1}}, at
    )
    assert [each.title for each in told(tmp_path / NAME).windows] == ["new_one"]


def test_a_clock_that_was_set_back_does_not_make_the_figures_come_from_the_future(tmp_path: Path) -> None:
    at = int(NOW.timestamp())
    keep_limits(str(tmp_path), {"five_hour": {"used_percentage": 9, "resets_at": at + 99}}, at + 50)
    assert told(tmp_path / NAME).as_of == NOW


def test_before_anything_was_told_it_is_said_how_it_will_be(tmp_path: Path) -> None:
    error = failed(lambda: told(tmp_path / NAME))
    assert isinstance(error, GatewayUnreachable)
    assert "tankful statusline" in error.hint


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no",
        b'{"at": 1}',
        b'{"at": 1, "windows": {"five_hour": [1]}}',
        b'{"at": 1, "windows": {"five_hour": ["NaN", 5]}}',
        b'{"at": 1e30, "windows": {}}',
    ],
)
def test_what_was_kept_and_cannot_be_read_is_said_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    assert isinstance(failed(lambda: told(tmp_path / NAME)), GatewayConfused)


def test_the_file_that_would_be_read_can_be_shown_before(tmp_path: Path) -> None:
    machine = Machine(tmp_path, {}, "linux", tmp_path / "state")
    assert GATEWAY.file(machine, Method.FILE) == tmp_path / ".claude" / ".credentials.json"
    assert GATEWAY.file(machine, Method.LOCAL) == tmp_path / "state" / NAME
    chosen = Machine(tmp_path, {"CLAUDE_CONFIG_DIR": str(tmp_path / "else")}, "linux", tmp_path)
    assert GATEWAY.file(chosen, Method.FILE) == tmp_path / "else" / ".credentials.json"


def test_it_is_known_by_its_address_and_linked_without_a_secret() -> None:
    known = Detected("claude-quota", URL, (Method.LOCAL, Method.FILE))
    assert detected_at(GATEWAY, URL) == known
    assert detected_at(GATEWAY, "https://claude.example.com") is None
    assert [method.keeps_secret for method in known.methods] == [False, False]


def test_nothing_shows_the_token_of_another_program() -> None:
    from tankful.gateways import claude_quota, copilot_quota  # noqa: PLC0415 - their insides are looked at here only

    shown = repr(claude_quota._Token(access_token=TOKEN)) + repr(copilot_quota._App(TOKEN)) + repr(copilot_quota._Settings({"a": TOKEN}))  # pyright: ignore[reportPrivateUsage] - same
    assert TOKEN not in shown
