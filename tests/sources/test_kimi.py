"""The wire logs of Kimi CLI and Kimi Code are read step by step."""

import json
import sys
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest

from sources.homes_reading import RECORDED, book, flaws, found_at, logs_of, machine, read, read_all, read_lines, tokens, write
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources.kimi_source import SOURCE
from tankful.sources.source import Findings, Log, Root

WIRE = "/k/sessions/p/s-1/wire.jsonl"
CODE = "/c/sessions/w/session_1/agents/main/wire.jsonl"
COUNTS = {"input_other": 100, "output": 50, "input_cache_read": 10, "input_cache_creation": 20}
SEEN = TokenUsage(input=100, output=50, cache_read=10, cache_write=20)
USED = {"inputOther": 100, "output": 50, "inputCacheRead": 10, "inputCacheCreation": 20}
TOML = """
default_model = "usual"
[models.usual]
provider = "own"
model = "kimi-k2-0905"
[models.team]
provider = "gate"
model = "kimi-k2.5"
[providers.own]
base_url = "https://api.moonshot.ai/v1"
[providers.gate]
base_url = "https://ada:secret@gateway.example/v1"
"""


def status(message_id: str | None = "m-1", at: float = 1770983427.125, **changed: Any) -> str:
    payload = {"token_usage": {**COUNTS, **changed}, "message_id": message_id}
    return json.dumps({"timestamp": at, "message": {"type": "StatusUpdate", "payload": payload}})


def wrapped(line: str) -> str:
    inner = json.loads(line)
    return json.dumps({"timestamp": inner["timestamp"] + 1, "message": {"type": "SubagentEvent", "payload": {"event": inner["message"]}}})


def record(model: str = "kimi-code/kimi-for-coding", scope: str | None = "turn", time: int = 1770983427125, **changed: Any) -> str:
    return json.dumps({"type": "usage.record", "model": model, "usage": {**USED, **changed}, "usageScope": scope, "time": time})


def request(alias: str, model: str) -> str:
    return json.dumps({"type": "llm.request", "kind": "loop", "provider": "kimi", "model": model, "modelAlias": alias, "time": 1})


def test_a_step_of_kimi_cli_is_a_response() -> None:
    (event,) = read_lines(SOURCE, WIRE, status()).events
    assert (event.tokens, event.model, event.call) == (SEEN, "kimi-for-coding", "m-1")
    assert (event.at.isoformat(), event.session, event.agent) == ("2026-02-13T11:50:27.125000+00:00", "s-1", "kimi")


def test_a_sub_agents_step_in_its_own_log_and_in_its_parents_is_one() -> None:
    own = read_lines(SOURCE, "/k/sessions/p/s-1/subagents/a/wire.jsonl", status())
    parents = read_lines(SOURCE, WIRE, wrapped(status()), status("m-2"))
    assert [event.session for event in book(own, parents)] == ["s-1", "s-1"]


def test_a_relay_that_gives_all_answers_one_id_loses_none() -> None:
    assert len(book(read_lines(SOURCE, WIRE, status(), status(input_cache_read=11), status(output=60)))) == 2


def test_without_an_id_time_and_counts_tell_steps_apart() -> None:
    assert len(book(read_lines(SOURCE, WIRE, status(None), status(None), status(None, 1770983428.0)))) == 2


def test_every_record_of_kimi_code_is_a_call_and_the_end_of_a_step_is_none() -> None:
    end = '{"type":"context.append_loop_event","event":{"type":"step.end","usage":{"inputOther":100}},"time":1770983427124}'
    events = book(
        read_lines(SOURCE, CODE, end, record(), record(scope="session", time=1770983430000), record(scope=None, time=1770983431000))
    )
    assert [event.tokens for event in events] == [SEEN, SEEN, SEEN]
    assert {(event.session, event.model) for event in events} == {("session_1", "kimi-for-coding")}


def test_a_fork_repeats_the_records_before_it() -> None:
    fork = read_lines(SOURCE, CODE.replace("session_1", "session_2"), record(), '{"type":"forked"}', record(time=1770983500000))
    assert len(book(read_lines(SOURCE, CODE, record()), fork)) == 2


@pytest.mark.parametrize(
    ("lines", "model"),
    [
        ([request("__env__", "kimi-k2.7"), record("__env__")], "kimi-k2.7"),
        ([request("team", "kimi-k2.7"), record("team")], "kimi-k2.7"),
        ([request("team", "kimi-k2.7"), record("other")], "other"),
        ([request("team", "kimi-k2.7"), record("")], "kimi-k2.7"),
        ([record("__env__")], "kimi-for-coding"),
        ([record("")], "kimi-for-coding"),
    ],
)
def test_the_model_is_what_was_requested_under_its_name_also_after_a_stop(lines: list[str], model: str) -> None:
    for cuts in ((), (1,)):
        found = read(SOURCE, Log(SOURCE.id, CODE), "\n".join(lines).encode(), *cuts)
        assert [event.model for event in found.events] == [model]


def test_settings_name_the_model_and_where_it_is_called(tmp_path: Path) -> None:
    write(tmp_path / ".kimi-code" / "config.toml", TOML)
    write(
        tmp_path / ".kimi-code" / "sessions" / "w" / "s" / "agents" / "main" / "wire.jsonl",
        record("team"),
        record("usual", time=1770983428000),
    )
    write(tmp_path / ".kimi" / "config.toml", TOML.replace('"usual"', '"team"', 1))
    write(tmp_path / ".kimi" / "sessions" / "p" / "s-1" / "wire.jsonl", status(None, 1770983429.0))
    events = book(*read_all(SOURCE, machine(tmp_path)))
    assert [(event.model, event.route) for event in events] == [
        ("kimi-k2.5", "https://gateway.example/v1"),
        ("kimi-k2-0905", ""),
        ("kimi-k2.5", "https://gateway.example/v1"),
    ]


def test_the_environment_names_the_route_first(tmp_path: Path) -> None:
    root = SOURCE.roots(machine(tmp_path))[0]
    assert SOURCE.route(machine(tmp_path), root) == ""
    assert SOURCE.route(machine(tmp_path, {"KIMI_BASE_URL": "https://gate.example/v1"}), root) == "https://gate.example/v1"
    assert SOURCE.route(machine(tmp_path, {"KIMI_BASE_URL": "https://api.kimi.com/coding/v1"}), root) == ""


def test_older_settings_are_json(tmp_path: Path) -> None:
    write(tmp_path / ".kimi" / "config.json", '{"model": "kimi-k2"}')
    write(tmp_path / ".kimi" / "sessions" / "p" / "s-1" / "wire.jsonl", status())
    assert [event.model for event in book(*read_all(SOURCE, machine(tmp_path)))] == ["kimi-k2"]


def test_the_project_is_looked_up_where_each_keeps_it(tmp_path: Path) -> None:
    digest = md5(b"/home/grace/work/orchard", usedforsecurity=False).hexdigest()
    old, new = tmp_path / ".kimi", tmp_path / ".kimi-code"
    write(old / "kimi.json", '{"work_dirs": [{"path": ""}, {"path": "/home/grace/barn"}, {"path": "/home/grace/work/orchard"}, 3]}')
    write(old / "sessions" / digest / "s-1" / "wire.jsonl", status())
    write(new / "workspaces.json", '{"workspaces": {"wd_press_1": {"root": "/home/grace/work/press"}}}')
    index = {"sessionId": "x", "sessionDir": "/c/sessions/w/session_2", "workDir": "/home/grace/work/barn"}
    write(new / "session_index.jsonl", "not json", json.dumps(index))
    for place, (folder, session) in enumerate([("wd_press_1", "session_1"), ("w", "session_2"), ("w", "session_3")]):
        write(new / "sessions" / folder / session / "agents" / "main" / "wire.jsonl", record(time=1770983430000 + place))
    found = [event.project for event in book(*read_all(SOURCE, machine(tmp_path)))]
    assert found == ["/home/grace/work/orchard", "/home/grace/work/press", "/home/grace/work/barn", ""]


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file that only Linux has")
@pytest.mark.parametrize("target", ["/proc/self/mem", "/dev/null"])
def test_an_index_that_cannot_be_read_names_no_project(tmp_path: Path, target: str) -> None:
    log = write(tmp_path / "sessions" / "w" / "session_1" / "agents" / "main" / "wire.jsonl", record())
    (tmp_path / "session_index.jsonl").symlink_to(target)
    assert [event.project for event in read(SOURCE, Log(SOURCE.id, str(log))).events] == [""]


def test_only_a_human_prompts_and_never_a_sub_agent() -> None:
    begun = '{"timestamp": 1770983426.5, "message": {"type": "TurnBegin", "payload": {"user_input": "x"}}}'
    typed = '{"type":"turn.prompt","input":[],"origin":{"kind":"user"},"time":1770983426500}'
    timer = '{"type":"turn.prompt","input":[],"origin":{"kind":"cron"},"time":1770983426500}'
    plain = '{"type":"turn.steer","input":[],"time":1770983426500}'

    def prompts(path: str, *lines: str) -> int:
        return len(read_lines(SOURCE, path, *lines).prompts)

    assert prompts(WIRE, begun) == prompts(CODE, typed) == prompts(CODE, plain) == 1
    assert prompts(WIRE.replace("wire", "subagents/a/wire"), begun) == prompts(CODE.replace("main", "agent-1"), plain) == 0
    assert prompts(CODE, timer) == 0
    (prompt,) = read_lines(SOURCE, CODE, typed).prompts
    assert (prompt.session, prompt.at.isoformat()) == ("session_1", "2026-02-13T11:50:26.500000+00:00")


@pytest.mark.parametrize(
    ("line", "flaw", "count"),
    [
        (status()[:-9], Flaw.NOT_JSON, 0),
        (status(output=-1), Flaw.BAD_COUNT, 1),
        (status(at=-1.5), Flaw.BAD_TIME, 1),
        (json.dumps({"timestamp": 1, "message": {"type": "StatusUpdate", "payload": {"token_usage": 3}}}), Flaw.WRONG_SHAPE, 0),
        (json.dumps({"timestamp": 1, "message": {"type": "StatusUpdate", "payload": {"token_usage": None}}}), None, 0),
        (json.dumps({"timestamp": 1, "message": {"type": "StatusUpdate"}}), None, 0),
        (status(input_other=0, output=0, input_cache_read=0, input_cache_creation=0), None, 0),
        (record(inputOther=0, output=0, inputCacheRead=0, inputCacheCreation=0), None, 0),
        (record(inputOther="1"), Flaw.WRONG_SHAPE, 1),
    ],
)
def test_nonsense_costs_no_more_than_itself(line: str, flaw: Flaw | None, count: int) -> None:
    found: Findings = read_lines(SOURCE, WIRE, line, status("m-9", 1770983500.0))
    assert (flaws(found), len(found.events)) == ([] if flaw is None else [flaw], count + 1)


def test_places_and_their_variables(tmp_path: Path) -> None:
    desktop = "kimi-desktop/daimon-share/daimon/runtime/kimi-code/home/sessions"
    usual = [(".kimi/sessions", "~/.kimi"), (".kimi-code/sessions", "~/.kimi-code")]
    assert found_at(SOURCE, machine(tmp_path)) == [*usual, (f".config/{desktop}", "Kimi")]
    assert found_at(SOURCE, machine(tmp_path, platform="darwin"))[2:] == [(f"Library/Application Support/{desktop}", "Kimi")]
    assert found_at(SOURCE, machine(tmp_path, platform="win32"))[2:] == [(f"AppData/Roaming/{desktop}", "Kimi")]
    moved = {"KIMI_SHARE_DIR": "~/a", "KIMI_CODE_HOME": f"{tmp_path}/b", "KIMI_DATA_DIR": "~/c/sessions"}
    assert found_at(SOURCE, machine(tmp_path, moved))[:3] == [
        ("a/sessions", "KIMI_SHARE_DIR"),
        ("b/sessions", "KIMI_CODE_HOME"),
        ("c/sessions", "KIMI_DATA_DIR"),
    ]
    (tmp_path / "copy" / "sessions").mkdir(parents=True)
    assert found_at(SOURCE, machine(tmp_path, kimi=tmp_path / "copy"))[-1] == ("copy/sessions", "settings")
    assert found_at(SOURCE, machine(tmp_path, kimi=tmp_path / "logs"))[-1] == ("logs", "settings")


def test_only_wire_logs_are_logs() -> None:
    paths = ["/s/p/s-1/wire.jsonl", "/s/p/s-1/context.jsonl"]
    assert list(SOURCE.logs(Root(Path("/s"), ""), paths)) == paths[:1]


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the shared recordings are not here")
def test_the_recorded_session_gives_its_totals() -> None:
    events = book(*read_all(SOURCE, machine(Path("/nobody"), {"KIMI_DATA_DIR": str(RECORDED / "kimi" / "inline-ccusage")})))
    assert tokens(events) == SEEN
    assert {(event.at.date().isoformat(), event.model) for event in events} == {("2026-02-13", "kimi-k2")}


def test_our_own_home_is_found_whole() -> None:
    home = Path(__file__).parents[1] / "data" / "kimi" / "home"
    assert len(logs_of(SOURCE, machine(home))) == 5
