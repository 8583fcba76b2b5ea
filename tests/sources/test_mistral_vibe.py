"""Mistral Vibe's sums of sessions are dated by their messages, and go on where a session was shortened."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

from sources.homes_reading import RECORDED, TIMES, book, flaws, found_at, logs_of, machine, read, read_all, tokens, write
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources.mistral_vibe_places import setting_of
from tankful.sources.mistral_vibe_source import SOURCE
from tankful.sources.source import DocumentParser, Findings, Log, Root

FIRST, SECOND, THIRD = (f"{letter * 8}-0000-4000-8000-000000000001" for letter in "abc")
CONFIGURED = {
    "active_model": "devstral",
    "models": [{"name": "devstral-medium-2512", "provider": "gate", "alias": "devstral"}],
    "providers": [{"name": "gate", "api_base": "https://ada:secret@gateway.example/v1"}],
}


def meta(session: str = FIRST, prompt: int = 100, output: int = 50, **changed: Any) -> str:
    stats = {"steps": prompt // 100, "session_prompt_tokens": prompt, "session_completion_tokens": output}
    plain = {
        "session_id": session,
        "start_time": "2026-10-01T09:00:00",
        "end_time": "2026-10-01T10:00:00",
        "stats": stats,
        "config": CONFIGURED,
    }
    return json.dumps({**plain, "environment": {"working_directory": "/home/grace/work/orchard"}, **changed})


def place(folder: Path, session: str = FIRST) -> Path:
    return folder / f"session_20261001_090000_{session[:8]}" / "meta.json"


def put(folder: Path, session: str = FIRST, *numbers: int, **changed: Any) -> Findings:
    path = write(place(folder, session), meta(session, *numbers, **changed))
    return read(SOURCE, Log(SOURCE.id, str(path)))


def message(role: str, at: str | None, **more: Any) -> str:
    return json.dumps({"role": role, "content": "x", "timestamp": at, **more})


def test_a_sum_has_the_cached_within_the_prompt_and_its_cost(tmp_path: Path) -> None:
    stats = {"session_prompt_tokens": 300, "session_completion_tokens": 50, "session_cached_tokens": 200, "session_cost": 0.0012}
    (total,) = put(tmp_path, stats=stats).totals
    assert (total.tokens, total.recorded_cost) == (TokenUsage(input=100, output=50, cache_read=200), Decimal("0.0012"))
    assert (total.model, total.provider, total.route) == ("devstral-medium-2512", "gate", "https://gateway.example/v1")
    assert (total.counter, total.session, total.project) == (FIRST, FIRST, "/home/grace/work/orchard")
    assert (total.began, total.at) == (datetime(2026, 10, 1, 9, tzinfo=UTC), datetime(2026, 10, 1, 10, tzinfo=UTC))
    (total,) = put(tmp_path, stats={"session_prompt_tokens": 3, "session_cost": 0.0}).totals
    assert total.recorded_cost is None


def test_messages_with_times_date_what_was_spent(tmp_path: Path) -> None:
    said = [message("user", "2026-10-01T09:00:00Z", message_id="v1"), message("user", "2026-10-01T09:00:01Z", injected=True)]
    write(place(tmp_path).with_name("messages.jsonl"), *said, message("assistant", "2026-10-01T09:00:09Z"), '{"role": "user"}')
    found = put(tmp_path, end_time=None)
    assert [time.hour for time in found.totals[0].times] == [9]
    assert found.totals[0].at == datetime(2026, 10, 1, 9, 0, 9, tzinfo=UTC)
    (prompt,) = found.prompts
    assert (prompt.session, prompt.project) == (FIRST, "/home/grace/work/orchard")


def test_without_any_time_a_sum_is_of_its_last_change(tmp_path: Path) -> None:
    write(place(tmp_path).with_name("messages.jsonl"), message("assistant", None), '{"timestamp": ')
    found = put(tmp_path, end_time=None)
    assert (found.totals[0].at, flaws(found)) == (TIMES.modified, [Flaw.NOT_JSON])


def test_messages_are_read_on(tmp_path: Path) -> None:
    log = Log(SOURCE.id, str(place(tmp_path)))
    transcript = write(place(tmp_path).with_name("messages.jsonl"), message("user", "2026-10-01T09:00:00Z"))
    parser = cast("DocumentParser", SOURCE.parser(log, None))
    found = Findings()
    parser.read_document(meta().encode(), TIMES, found)
    with transcript.open("a") as file:
        file.write(message("user", "2026-10-02T09:00:00Z") + "\n")
    cast("DocumentParser", SOURCE.parser(log, parser.fields())).read_document(meta().encode(), TIMES, found)
    assert [prompt.at.day for prompt in found.prompts] == [1, 2]


@pytest.mark.parametrize("backwards", [False, True])
def test_a_shortened_session_goes_on_with_its_sums(tmp_path: Path, backwards: bool) -> None:
    found = [
        put(tmp_path, FIRST, 1000, 50),
        put(tmp_path, SECOND, 1500, 60, parent_session_id=FIRST),
        put(tmp_path, THIRD, 1700, 60, parent_session_id=SECOND),
    ]
    assert [each.totals[0].counter for each in found] == [FIRST, FIRST, FIRST]
    assert tokens(book(*(reversed(found) if backwards else found))) == TokenUsage(input=1700, output=60)


def test_a_session_begun_from_another_starts_at_nothing(tmp_path: Path) -> None:
    found = [put(tmp_path, FIRST, 1000, 50), put(tmp_path, SECOND, 200, 60, parent_session_id=FIRST)]
    assert tokens(book(*found)) == TokenUsage(input=1200, output=110)


def test_whose_sums_a_session_goes_on_with_is_not_asked_again(tmp_path: Path) -> None:
    log = Log(SOURCE.id, str(place(tmp_path, SECOND)))
    put(tmp_path, FIRST, 1000, 50)
    parser = cast("DocumentParser", SOURCE.parser(log, None))
    found = Findings()
    parser.read_document(meta(SECOND, 200, 60, parent_session_id=FIRST).encode(), TIMES, found)
    later = cast("DocumentParser", SOURCE.parser(log, parser.fields()))
    later.read_document(meta(SECOND, 2000, 60, parent_session_id=FIRST).encode(), TIMES, found)
    assert {total.counter for total in found.totals} == {SECOND}


def test_a_session_whose_beginning_is_gone_is_counted_under_that(tmp_path: Path) -> None:
    assert put(tmp_path, SECOND, 1500, 60, parent_session_id=FIRST).totals[0].counter == FIRST
    assert read(SOURCE, Log(SOURCE.id, "/none/x/meta.json"), meta(SECOND, parent_session_id=FIRST).encode()).totals[0].counter == FIRST


def test_a_sub_agent_has_sums_of_its_own(tmp_path: Path) -> None:
    put(tmp_path, FIRST, 1000, 50)
    path = write(place(tmp_path).parent / "agents" / f"agent_{SECOND[:8]}" / "meta.json", meta(SECOND, 2000, 60, parent_session_id=FIRST))
    assert read(SOURCE, Log(SOURCE.id, str(path))).totals[0].counter == SECOND


def test_sessions_that_name_each_other_come_to_an_end(tmp_path: Path) -> None:
    put(tmp_path, FIRST, 100, 50, parent_session_id=SECOND, stats={"session_prompt_tokens": "3"})
    found = put(tmp_path, SECOND, 100, 50, parent_session_id=FIRST, stats={"session_prompt_tokens": 5})
    assert found.totals[0].counter in {FIRST, SECOND}
    put(tmp_path, FIRST, 100, 50, parent_session_id=FIRST)
    assert put(tmp_path, FIRST, 100, 50, parent_session_id=FIRST).totals[0].counter == FIRST


@pytest.mark.parametrize(
    ("configured", "model", "setting"),
    [
        (CONFIGURED, "", ("devstral-medium-2512", "https://gateway.example/v1", "gate")),
        (CONFIGURED, "mistral-large", ("mistral-large", "", "")),
        ({**CONFIGURED, "active_model": {"alias": "devstral"}}, "", ("devstral-medium-2512", "https://gateway.example/v1", "gate")),
        ({"active_model": {"name": "small"}}, "", ("small", "", "")),
        (
            {"models": {"a": {"name": "m", "provider": "p"}}, "providers": {"p": {"api_base": "https://api.mistral.ai/v1"}}},
            "a",
            ("m", "", "p"),
        ),
        ({}, "", ("", "", "")),
    ],
)
def test_a_model_is_configured_in_one_way_or_another(configured: dict[str, Any], model: str, setting: tuple[str, str, str]) -> None:
    assert setting_of(configured, model) == setting


def test_older_versions_keep_a_session_in_one_file() -> None:
    inner = json.loads(meta(model="mistral-large"))
    stats = inner.pop("stats")
    for whole in (
        {"metadata": inner, "stats": stats},
        {"metadata": {**inner, "stats": stats}},
        {**inner, "stats": stats, "metadata": None},
    ):
        (total,) = read(SOURCE, Log(SOURCE.id, "/s/session_20260101_aaaa.json"), json.dumps(whole).encode()).totals
        assert (total.tokens, total.model) == (TokenUsage(input=100, output=50), "mistral-large")


@pytest.mark.parametrize(
    ("content", "problems", "count"),
    [
        (b"{", [Flaw.NOT_JSON], 0),
        (meta(stats=[]).encode(), [Flaw.WRONG_SHAPE], 0),
        (meta(stats={}).encode(), [], 0),
        (meta(stats={"session_prompt_tokens": -1, "session_completion_tokens": 4}).encode(), [Flaw.BAD_COUNT], 1),
        (meta(stats={"session_prompt_tokens": 1, "session_cost": "much"}).encode(), [Flaw.WRONG_SHAPE], 1),
        (meta(session_id=3, environment=None).encode(), [Flaw.WRONG_SHAPE], 1),
        (b'{"metadata": 3}', [Flaw.WRONG_SHAPE], 0),
    ],
)
def test_nonsense_costs_no_more_than_itself(content: bytes, problems: list[Flaw], count: int) -> None:
    found = read(SOURCE, Log(SOURCE.id, "/none/session_1/meta.json"), content)
    assert (flaws(found), len(found.totals)) == (problems, count)


def test_places_and_their_variables(tmp_path: Path) -> None:
    for platform in ("linux", "darwin", "win32"):
        assert found_at(SOURCE, machine(tmp_path, platform=platform)) == [(".vibe/logs/session", "~/.vibe")]
    write(tmp_path / "v" / "config.toml", '[session_logging]\nsave_dir = "~/kept"')
    assert found_at(SOURCE, machine(tmp_path, {"VIBE_HOME": "~/v"})) == [("v/logs/session", "VIBE_HOME"), ("kept", "VIBE_HOME, save_dir")]
    (tmp_path / "copy" / "logs" / "session").mkdir(parents=True)
    assert found_at(SOURCE, machine(tmp_path, mistral_vibe=tmp_path / "copy"))[1:] == [("copy/logs/session", "settings")]
    assert found_at(SOURCE, machine(tmp_path, mistral_vibe=tmp_path / "logs"))[1:] == [("logs", "settings")]


def test_only_what_is_known_of_sessions_are_logs() -> None:
    paths = ["/s/session_1/meta.json", "/s/session_1.json", "/s/session_1/notes.json"]
    assert list(SOURCE.logs(Root(Path("/s"), ""), paths)) == paths[:2]


def test_the_route_is_the_active_models_and_a_session_may_not_say(tmp_path: Path) -> None:
    (root,) = SOURCE.roots(machine(tmp_path))
    assert SOURCE.route(machine(tmp_path), root) == ""
    toml = 'active_model = "a"\n[[models]]\nname = "m"\nalias = "a"\nprovider = "p"\n[[providers]]\nname = "p"\napi_base = "https://gate.example/v1"\n'
    write(tmp_path / ".vibe" / "config.toml", toml)
    assert SOURCE.route(machine(tmp_path), root) == "https://gate.example/v1"
    assert SOURCE.route(machine(tmp_path, {"VIBE_ACTIVE_MODEL": "b"}), root) == ""
    found = read(SOURCE, Log(SOURCE.id, "/s/x/meta.json", "https://gate.example/v1"), meta(config={}).encode())
    assert (found.totals[0].route, found.totals[0].model) == ("https://gate.example/v1", None)


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the shared recordings are not here")
def test_recorded_sessions_give_their_totals() -> None:
    places = machine(Path("/nobody"), mistral_vibe=RECORDED / "mistral-vibe" / "agentsview")
    found = {total.session[:6]: total for each in read_all(SOURCE, places) for total in each.totals}
    assert found["abc123"].tokens == TokenUsage(input=100, output=50)
    assert (found["abc123"].model, found["abc123"].project) == ("mistral-medium-3.5", "/home/user/projects/myapp")
    assert found["def456"].tokens == TokenUsage(input=200, output=100)


def test_our_own_home_is_found_whole() -> None:
    home = Path(__file__).parents[1] / "data" / "mistral-vibe" / "home"
    assert len(logs_of(SOURCE, machine(home))) == 2
