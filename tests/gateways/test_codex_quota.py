"""Codex notes its limits in its own logs: the newest note of each holds, and nothing else of a log is looked at."""

import json
import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kinds_rig import DATA, NOW, ask, detected_at, failed
from tankful.core.allocation import Statement
from tankful.core.errors import GatewayUnreachable, NotAllowed
from tankful.core.links import Link, Method
from tankful.gateways.codex_quota import GATEWAY
from tankful.gateways.gateway import Detected, Machine

LATER = int(NOW.timestamp()) + 9000


def link(home: Path) -> Link:
    return Link("work", GATEWAY.kind, GATEWAY.url, Method.LOCAL, options={"file": str(home)})


def told(home: Path, now: datetime = NOW) -> Statement:
    statement = ask(GATEWAY, link(home), "", now)
    assert statement is not None
    assert statement.allocations == ()
    return statement


def shown(statement: Statement) -> list[tuple[str, Decimal]]:
    return [(each.title, each.used_percent) for each in statement.windows]


def written(home: Path, day: str, name: str, *lines: bytes, age_s: int = 0) -> Path:
    folder = home / "sessions" / day
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_bytes(b"\n".join(lines) + b"\n")
    at = NOW.timestamp() - age_s
    os.utime(file, (at, at))
    return file


def note(at: str, primary: Any = None, secondary: Any = None, **more: Any) -> bytes:
    limits = {"limit_id": "codex", "limit_name": None, "primary": primary, "secondary": secondary} | more
    payload = {"type": "token_count", "info": None, "rate_limits": limits}
    return json.dumps({"timestamp": f"2026-11-22T{at}Z", "type": "event_msg", "payload": payload}).encode()


def used(percent: object, minutes: object = 300, end: object = LATER) -> dict[str, object]:
    return {"used_percent": percent, "window_minutes": minutes, "resets_at": end}


def test_the_newest_note_of_each_limit_holds(tmp_path: Path) -> None:
    written(tmp_path, "2026/11/22", "rollout-1.jsonl", (DATA / "codex-quota" / "rollout.jsonl").read_bytes())
    statement = told(tmp_path)
    assert shown(statement) == [("5 hours", Decimal(22)), ("week", Decimal(43)), ("90 minutes, Swift", Decimal(1))]
    assert statement.windows[0].resets_at == datetime(2026, 11, 22, 13, tzinfo=UTC)
    assert statement.as_of == datetime(2026, 11, 22, 9, 10, 5, tzinfo=UTC)


def test_a_session_of_long_ago_that_still_goes_on_is_found(tmp_path: Path) -> None:
    written(tmp_path, "2026/11/22", "rollout-2.jsonl", note("08:00:00", used(10)), age_s=7200)
    written(tmp_path, "2026/11/09", "rollout-1.jsonl", note("09:30:00", used(60)), age_s=1800)
    assert shown(told(tmp_path)) == [("5 hours", Decimal(60))]


def test_of_many_logs_those_written_last_are_looked_into(tmp_path: Path) -> None:
    for number in range(20):
        written(tmp_path, "2026/11/22", f"rollout-{number}.jsonl", note(f"0{number // 6}:{number % 6}0:00", used(number)), age_s=-number)
    for day in range(1, 29):
        for month in ("08", "09", "10"):
            written(tmp_path, f"2026/{month}/{day:02}", "rollout-0.jsonl", b"{}", age_s=99_999)
    assert shown(told(tmp_path)) == [("5 hours", Decimal(19))]


def test_only_the_end_of_a_long_log_is_read(tmp_path: Path) -> None:
    written(tmp_path, "2026/11/22", "rollout-1.jsonl", note("09:00:00", used(1)), b"x" * 500_000, note("09:01:00", used(2)))
    assert shown(told(tmp_path)) == [("5 hours", Decimal(2))]
    written(tmp_path, "2026/11/22", "rollout-1.jsonl", note("09:00:00", used(1)), b"x" * 500_000)
    assert isinstance(failed(lambda: told(tmp_path)), GatewayUnreachable)


def test_a_window_that_has_ended_says_nothing_any_more(tmp_path: Path) -> None:
    written(tmp_path, "2026/11/22", "rollout-1.jsonl", note("04:00:00", used(90, end=int(NOW.timestamp())), used(50, 10_080)))
    assert shown(told(tmp_path)) == [("week", Decimal(50))]


def test_older_notes_say_in_how_many_seconds_a_window_ends(tmp_path: Path) -> None:
    window = {"used_percent": 7.5, "window_minutes": 300, "resets_in_seconds": 5400}
    written(tmp_path, "2026/11/22", "rollout-1.jsonl", note("09:00:00", window))
    (only,) = told(tmp_path).windows
    assert only.resets_at == NOW + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("minutes", "title"),
    [(None, "primary"), (299, "5 hours"), (1440, "day"), (10_079, "week"), (43_200, "month"), (60, "60 minutes"), (720, "12 hours")],
)
def test_windows_are_called_by_their_length(tmp_path: Path, minutes: int | None, title: str) -> None:
    written(tmp_path, "2026/11/22", "rollout-1.jsonl", note("09:00:00", used(1, minutes, None)))
    assert shown(told(tmp_path)) == [(title, Decimal(1))]


@pytest.mark.parametrize(
    "bad", [used("NaN"), used(-1), used(None), used(5, "long"), used(5, 300, "soon"), {"used_percent": 5, "resets_in_seconds": -1}]
)
def test_a_figure_that_is_none_takes_no_other_with_it(tmp_path: Path, bad: dict[str, object]) -> None:
    written(tmp_path, "2026/11/22", "rollout-1.jsonl", note("09:00:00", bad, used(50, 10_080)))
    assert shown(told(tmp_path)) == [("week", Decimal(50))]


def test_lines_that_are_cut_or_nonsense_are_passed_over(tmp_path: Path) -> None:
    good = note("09:00:00", used(12))
    user = json.dumps(
        {"timestamp": "2026-11-22T09:30:00Z", "payload": {"type": "user_message", "message": "rate_limits", "rate_limits": {}}}
    )
    bad = (note("09:30:00", used(1))[:90], b'"rate_limits"' + b"[" * 9000, user.encode(), good.replace(b"2026-11-22T09:00:00Z", b"once"))
    undated = json.dumps({"timestamp": "", "payload": {"type": "token_count", "rate_limits": {}}}).encode()
    written(
        tmp_path, "2026/11/22", "rollout-1.jsonl", bad[0], good, *bad[1:], undated, note("09:40:00").replace(b'{"limit_id', b'[{"limit_id')
    )
    assert shown(told(tmp_path)) == [("5 hours", Decimal(12))]


def test_what_is_no_log_is_left_alone(tmp_path: Path) -> None:
    written(tmp_path, "2026/11/22", "notes.txt", note("09:00:00", used(1)))
    written(tmp_path, "2026/11/draft", "rollout-1.jsonl", note("09:00:00", used(1)))
    (tmp_path / "sessions" / "2026" / "11" / "23").write_bytes(b"no folder")
    (tmp_path / "sessions" / "2026" / "11" / "22" / "folder.jsonl").mkdir()
    error = failed(lambda: told(tmp_path))
    assert isinstance(error, GatewayUnreachable)
    assert "Use Codex once" in error.hint
    assert isinstance(failed(lambda: told(tmp_path / "nothing")), GatewayUnreachable)


def test_no_folder_is_read_that_was_not_agreed_to() -> None:
    nameless = Link("work", GATEWAY.kind, GATEWAY.url, Method.LOCAL)
    assert isinstance(failed(lambda: ask(GATEWAY, nameless, "")), NotAllowed)


def test_the_folder_that_would_be_read_can_be_shown_before(tmp_path: Path) -> None:
    assert GATEWAY.file(Machine(tmp_path, {}, "linux", tmp_path), Method.LOCAL) == tmp_path / ".codex"
    several = f"{tmp_path / 'one'}, {tmp_path / 'two'}"
    assert GATEWAY.file(Machine(tmp_path, {"CODEX_HOME": several}, "linux", tmp_path), Method.LOCAL) == tmp_path / "one"


def test_it_is_known_by_its_address_and_linked_without_a_secret() -> None:
    known = Detected("codex-quota", "https://chatgpt.com", (Method.LOCAL,))
    assert detected_at(GATEWAY, "https://chatgpt.com") == known
    assert detected_at(GATEWAY, "https://chatgpt.example.com") is None
    assert not Method.LOCAL.keeps_secret
