"""Cline's tasks and sessions, and those of its twins Roo Code and Kilo Code."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from sources.editor_reading import RECORDED, TIMES, book, logs_of, places, read_document, read_log, read_path, tokens, written
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources import cline_source, kilo_code_source, roo_code_source
from tankful.sources.source import AgentSource, Exactness, Findings, Root

CLINE, ROO, KILO = cline_source.SOURCE, roo_code_source.SOURCE, kilo_code_source.SOURCE
AT = datetime(2026, 10, 2, 7, tzinfo=UTC)
MS = int(AT.timestamp() * 1000)
TASK = "tasks/1790924400000/ui_messages.json"
SESSION = "sessions/s1/s1.messages.json"


def _say(kind: str, text: object = "", ms: object = MS, **more: object) -> dict[str, object]:
    return {"ts": ms, "type": "say", "say": kind, "text": text if isinstance(text, str) else json.dumps(text), **more}


def _request(ms: object = MS, more: Mapping[str, object] | None = None, /, **counts: object) -> dict[str, object]:
    return _say("api_req_started", counts, ms, **(more or {}))


def _task(folder: Path, source: AgentSource, *entries: object, route: str = "") -> Findings:
    return read_path(source, written(folder / TASK, json.dumps(entries)), route)


def _session(folder: Path, *messages: object, **more: object) -> Findings:
    return read_path(CLINE, written(folder / SESSION, json.dumps({"sessionId": "s1", "messages": messages, **more})))


def _paths(roots: tuple[Root, ...]) -> list[tuple[str, str]]:
    return [(root.path.as_posix(), root.origin) for root in roots]


# --- requests of tasks


def test_a_request_of_cline_has_disjoint_buckets_and_its_recorded_cost(tmp_path: Path) -> None:
    speaker = {"modelInfo": {"modelId": "claude-sonnet-4-5", "providerId": "anthropic", "mode": "act"}}
    found = _task(tmp_path, CLINE, _request(MS, speaker, tokensIn=40, tokensOut=15, cacheReads=700, cacheWrites=3, cost=0.05))
    (event,) = found.events
    assert event.tokens == TokenUsage(input=40, output=15, cache_read=700, cache_write=3)
    assert (event.agent, event.model, event.provider, event.at, event.recorded_cost) == (
        "cline",
        "claude-sonnet-4-5",
        "anthropic",
        AT,
        Decimal("0.05"),
    )
    assert (event.session, event.route, found.problems) == ("1790924400000", "", [])


def test_providers_that_count_the_whole_prompt_are_split(tmp_path: Path) -> None:
    speaker = {"modelInfo": {"modelId": "m", "providerId": "litellm"}}
    counts = {"tokensIn": 1000, "tokensOut": 1, "cacheReads": 900, "cacheWrites": 0}
    (event,) = _task(tmp_path, CLINE, _request(MS, speaker, **counts), route="https://gateway.example").events
    assert (event.tokens.input, event.route) == (100, "https://gateway.example")
    (event,) = _task(tmp_path, CLINE, _request(MS, speaker, **counts), route="litellm").events
    assert event.route == "litellm"
    (event,) = _task(tmp_path, CLINE, _request(**counts), route="https://gateway.example").events
    assert (event.tokens.input, event.route) == (1000, "https://gateway.example")


@pytest.mark.parametrize(
    ("source", "ms", "protocol", "uncached"),
    [
        (ROO, MS, "anthropic", 300),
        (ROO, MS, "openai", 300),
        (ROO, 1_757_000_000_000, "anthropic", 1000),
        (ROO, 1_757_000_000_000, "openai", 300),
        (ROO, 1_762_300_000_000, "anthropic", 300),
        (KILO, 1_762_300_000_000, "anthropic", 1000),
        (KILO, MS, None, 300),
        (ROO, "2026-10-02T07:00:00Z", "anthropic", 1000),
    ],
)
def test_roo_and_kilo_count_the_whole_prompt_since_a_version(
    tmp_path: Path, source: AgentSource, ms: object, protocol: str | None, uncached: int
) -> None:
    (event,) = _task(
        tmp_path, source, _request(ms, tokensIn=1000, tokensOut=1, cacheReads=600, cacheWrites=100, apiProtocol=protocol)
    ).events
    assert event.tokens == TokenUsage(input=uncached, output=1, cache_read=600, cache_write=100)


def test_more_cached_tokens_than_given_ones_are_not_among_them(tmp_path: Path) -> None:
    (event,) = _task(tmp_path, ROO, _request(tokensIn=10, tokensOut=1, cacheReads=600, apiProtocol="openai")).events
    assert event.tokens == TokenUsage(input=10, output=1, cache_read=600)


def test_a_cost_of_nothing_is_not_known(tmp_path: Path) -> None:
    (event,) = _task(tmp_path, CLINE, _request(tokensIn=1, cost=0)).events
    assert event.recorded_cost is None


def test_a_request_is_filled_in_where_it_stands_and_counts_once(tmp_path: Path) -> None:
    begun = _task(tmp_path, ROO, _request(apiProtocol="anthropic"))
    partly = _task(tmp_path, ROO, _request(apiProtocol="anthropic", tokensIn=5, tokensOut=1, cost=0.1))
    whole = _task(tmp_path, ROO, _request(apiProtocol="anthropic", tokensIn=5, tokensOut=9, cost=0.2))
    assert begun.events == []
    (event,) = book([*partly.events, *whole.events])
    assert (event.tokens, event.recorded_cost) == (TokenUsage(input=5, output=9), Decimal("0.2"))


def test_a_copied_task_counts_once(tmp_path: Path) -> None:
    entries = [_request(MS + number, tokensIn=number + 1) for number in range(3)]
    events = [*_task(tmp_path / "one", CLINE, *entries).events, *_task(tmp_path / "two", CLINE, *entries).events]
    assert tokens(book(events)).input == 6


def test_sub_agents_and_summaries_cost_something_too(tmp_path: Path) -> None:
    found = _task(
        tmp_path,
        ROO,
        _say("subagent_usage", {"source": "subagents", "tokensIn": 7, "tokensOut": 2, "cost": 0.3}),
        _say("condense_context", contextCondense={"cost": 0.25, "summary": "kept by nobody"}),
        _say("condense_context", ms=MS + 1),
    )
    assert [(event.tokens.total, event.recorded_cost) for event in found.events] == [(9, Decimal("0.3")), (0, Decimal("0.25"))]


def test_what_is_no_finished_request_is_passed_over(tmp_path: Path) -> None:
    found = _task(
        tmp_path,
        CLINE,
        _request(MS, {"partial": True}, tokensIn=1),
        {**_request(tokensIn=1), "type": "ask"},
        _say("text", "what about api_req_started?"),
        {**_request(), "text": None},
        _say("deleted_api_reqs", {"tokensIn": 100, "cost": 3}),
    )
    assert (found.events, found.problems) == ([], [])


def test_nonsense_costs_no_more_than_itself(tmp_path: Path) -> None:
    found = _task(
        tmp_path,
        CLINE,
        _say("api_req_started", "{no json"),
        {**_request(tokensIn=1), "modelInfo": 5},
        7,
        _request(MS, tokensIn=-1, tokensOut=3, cost="dear"),
        _request("soon", tokensIn=4),
        _request(None, tokensIn=5),
    )
    assert [event.tokens.total for event in found.events] == [3, 4, 5]
    assert [event.at for event in found.events] == [AT, TIMES.modified, TIMES.modified]
    assert len({event.keys for event in found.events}) == 3
    assert {problem.flaw for problem in found.problems} == {Flaw.NOT_JSON, Flaw.WRONG_SHAPE, Flaw.BAD_COUNT, Flaw.BAD_TIME}
    for content, flaw in ((b"[", Flaw.NOT_JSON), (b"{}", Flaw.WRONG_SHAPE), (b"", Flaw.NOT_JSON)):
        found = read_document(CLINE, content, str(tmp_path / TASK))
        assert (found.events, [problem.flaw for problem in found.problems]) == ([], [flaw])
    assert read_document(CLINE, b"[]", str(tmp_path / TASK)) == Findings()


# --- who said what to which model, where


def test_a_human_says_the_task_and_the_answers(tmp_path: Path) -> None:
    found = _task(
        tmp_path,
        ROO,
        _say("text", "the task"),
        _say("text", "an answer of the model", MS + 1),
        _say("user_feedback", "go on", MS + 2),
        {"ts": MS + 3, "type": "ask", "ask": "followup", "text": "user_feedback?"},
        _say("user_feedback", "at no time", "never"),
    )
    assert [prompt.at.timestamp() * 1000 for prompt in found.prompts] == [MS, MS + 2]
    assert len({prompt.key for prompt in found.prompts}) == 2
    assert [prompt.session for prompt in _task(tmp_path, CLINE, _say("task", "the task")).prompts] == ["1790924400000"]
    assert _task(tmp_path, CLINE, _say("error", "broken")).prompts == []


def test_the_model_and_the_folder_are_those_of_the_prompts(tmp_path: Path) -> None:
    def told(ms: int, model: str, role: str = "user") -> dict[str, object]:
        details = f"# Current Workspace Directory (C:\\src\\app) Files\n<environment_details><model>{model}</model></environment_details>"
        return {"role": role, "ts": ms, "content": [{"type": "text", "text": details}]}

    history = [told(MS + 5, "one"), told(MS + 6, "none", "assistant"), told(MS + 50, "one"), told(MS + 105, "two"), {"role": "user"}]
    written(tmp_path / TASK.replace("ui_messages", "api_conversation_history"), json.dumps(history))
    found = _task(tmp_path, KILO, *(_request(MS + at, tokensIn=1) for at in (0, 49, 100, 200)))
    assert [event.model for event in found.events] == ["one", "one", "two", "two"]
    assert {event.project for event in found.events} == {"C:\\src\\app"}


def test_a_history_that_is_none_may_still_name_the_model(tmp_path: Path) -> None:
    beside = tmp_path / TASK.replace("ui_messages", "api_conversation_history")
    written(beside, "# Current Working Directory (C:\\q) Files <environment_details>\n<model> one </model>")
    (event,) = _task(tmp_path, ROO, _request(tokensIn=1)).events
    assert (event.model, event.project) == ("one", "C:\\q")
    written(beside, "no details <model>one</model> here, and # Current Working Directory (a\nb) Files")
    (event,) = _task(tmp_path, ROO, _request(tokensIn=1)).events
    assert (event.model, event.project) == (None, "")


def test_older_tasks_of_cline_have_their_models_in_a_file_beside_them(tmp_path: Path) -> None:
    beside = tmp_path / TASK.replace("ui_messages", "task_metadata")
    uses = [{"ts": MS + 1, "model_id": "one", "model_provider_id": "openai-native"}, {"ts": MS + 9, "model_id": "two"}, {"ts": 5}]
    written(beside, json.dumps({"model_usage": uses}))
    found = _task(tmp_path, CLINE, _request(MS, tokensIn=1), _request(MS + 8, tokensIn=1))
    assert [(event.model, event.provider) for event in found.events] == [("one", "openai-native"), ("two", "")]
    written(beside, json.dumps({"model_usage": 7}))
    assert [event.model for event in _task(tmp_path, CLINE, _request(tokensIn=1)).events] == [None]


# --- sessions


def test_a_message_of_a_session_counts_its_whole_prompt(tmp_path: Path) -> None:
    metrics = {"inputTokens": 7507, "outputTokens": 131, "cacheReadTokens": 50, "cacheWriteTokens": 7, "cost": 0.0110232}
    written(tmp_path / "sessions/s1/s1.json", json.dumps({"provider": "p", "model": "m", "cwd": "/home/grace/work"}))
    found = _session(tmp_path, {"id": "1", "role": "assistant", "ts": MS, "metrics": metrics})
    (event,) = found.events
    assert event.tokens == TokenUsage(input=7450, output=131, cache_read=50, cache_write=7)
    assert (event.model, event.provider, event.project, event.session, event.at) == ("m", "p", "/home/grace/work", "s1", AT)
    assert event.recorded_cost == Decimal("0.0110232")


def test_the_model_of_a_message_holds_for_those_after_it(tmp_path: Path) -> None:
    speaker = {"id": "n", "provider": "litellm"}
    found = _session(
        tmp_path,
        {"id": "1", "role": "assistant", "ts": MS, "metrics": {"inputTokens": 1, "cost": 0}, "modelInfo": speaker},
        {"id": "2", "role": "assistant", "ts": MS + 1, "metrics": {"inputTokens": 1}},
        {"id": "3", "role": "assistant", "ts": MS + 2, "metrics": {}},
        {"id": "4", "role": "assistant", "ts": MS + 3},
        {"role": "assistant", "metrics": {"inputTokens": 9}},
        "none",
    )
    assert [(event.model, event.route, event.recorded_cost) for event in found.events] == [("n", "litellm", None)] * 3
    assert len({event.keys for event in found.events}) == 3
    assert {problem.flaw for problem in found.problems} == {Flaw.BAD_TIME, Flaw.WRONG_SHAPE}


def test_humans_speak_to_the_leading_agent_only(tmp_path: Path) -> None:
    said: list[dict[str, object]] = [
        {"id": "1", "role": "user", "ts": MS, "content": "mow"},
        {"id": "2", "role": "user", "ts": MS + 1, "content": [{"type": "text"}]},
        {"id": "3", "role": "user", "ts": MS + 2, "content": [{"type": "tool_result"}]},
        {"id": "4", "role": "user", "ts": MS + 3, "content": "summary", "metadata": {"kind": "compaction_summary"}},
        {"id": "5", "role": "user", "ts": "never", "content": "mow"},
        {"id": "6", "role": "user", "ts": MS + 4, "content": []},
        {"id": "7", "role": "user", "ts": MS + 5, "content": None},
        {"id": "8", "role": "user", "ts": MS + 6, "metadata": {}, "content": "mow"},
    ]
    assert [prompt.at.timestamp() * 1000 for prompt in _session(tmp_path, *said, agent="lead").prompts] == [MS, MS + 1, MS + 6]
    assert _session(tmp_path, *said, agent="subagent").prompts == []


def test_a_sub_agent_belongs_to_the_session_of_its_folder(tmp_path: Path) -> None:
    written(tmp_path / "sessions/s1/s1.json", json.dumps({"session_id": "root", "workspace_root": "/src"}))
    message = {"id": "1", "role": "assistant", "ts": MS, "metrics": {"outputTokens": 1}}
    found = read_path(CLINE, written(tmp_path / "sessions/s1/helper.messages.json", json.dumps([message])))
    assert [(event.session, event.project) for event in found.events] == [("root", "/src")]
    written(tmp_path / "sessions/s1/s1.json", "{")
    (event,) = read_path(CLINE, tmp_path / "sessions/s1/helper.messages.json").events
    assert (event.session, event.project) == ("s1", "")


@pytest.mark.parametrize(("content", "flaw"), [(b"[", Flaw.NOT_JSON), (b"{", Flaw.NOT_JSON), (b'{"messages":3}', Flaw.WRONG_SHAPE)])
def test_a_broken_session_is_said_to_be_broken(tmp_path: Path, content: bytes, flaw: Flaw) -> None:
    found = read_document(CLINE, content, str(tmp_path / SESSION))
    assert (found.events, [problem.flaw for problem in found.problems]) == ([], [flaw])


# --- places and routes


def test_each_of_the_family_has_its_folder_in_every_editor(tmp_path: Path) -> None:
    code, cursor = tmp_path / ".config/Code/User", tmp_path / ".config/Cursor/User"
    (code / "profiles" / "work").mkdir(parents=True)
    cursor.mkdir(parents=True)
    ending = "globalStorage/kilocode.kilo-code/tasks"
    assert _paths(KILO.roots(places(tmp_path))) == [
        (f"{code.as_posix()}/{ending}", "~/.config/Code/User"),
        (f"{code.as_posix()}/profiles/work/{ending}", "~/.config/Code/User"),
        (f"{cursor.as_posix()}/{ending}", "~/.config/Cursor/User"),
    ]
    names = [root.path.parent.name for source in (CLINE, ROO) for root in source.roots(places(tmp_path, platform="darwin"))]
    assert names == ["data", "data", "saoudrizwan.claude-dev", "rooveterinaryinc.roo-cline", "global-storage"]


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, ["home/.cline/data/sessions", "home/.cline/data/tasks"]),
        ({"CLINE_DIR": "/c"}, ["/c/data/sessions", "/c/data/tasks"]),
        ({"CLINE_DIR": "/c", "CLINE_DATA_DIR": "/d"}, ["/d/sessions", "/d/tasks"]),
        ({"CLINE_SESSION_DATA_DIR": "/s"}, ["/s", "home/.cline/data/tasks"]),
    ],
)
def test_variables_move_the_data_of_cline(environ: dict[str, str], expected: list[str]) -> None:
    assert [root.path.as_posix() for root in CLINE.roots(places(Path("home"), environ, "win32"))][:2] == expected


def test_the_settings_of_an_editor_may_name_another_folder(tmp_path: Path) -> None:
    settings = tmp_path / ".config/Code/User/settings.json"
    written(settings, '{\n // moved\n "roo-cline.customStoragePath" : "/else\\u0077here",\n}')
    assert ("/elsewhere/tasks", "roo-cline.customStoragePath") in _paths(ROO.roots(places(tmp_path)))
    for content in ('{"roo-cline.customStoragePath": 3}', '{"roo-cline.customStoragePath": "\\q"}', '{"roo-cline.customStoragePath": ""}'):
        written(settings, content)
        assert "roo-cline.customStoragePath" not in {root.origin for root in ROO.roots(places(tmp_path))}


def test_folders_from_our_settings_may_hold_tasks_or_be_the_folder_of_tasks(tmp_path: Path) -> None:
    (tmp_path / "one" / "tasks").mkdir(parents=True)
    roots = ROO.roots(places(tmp_path, source="roo-code", extra=(tmp_path / "one", tmp_path / "two")))
    assert [root.path for root in roots[-2:]] == [tmp_path / "one" / "tasks", tmp_path / "two"]


def test_only_messages_are_records(tmp_path: Path) -> None:
    root = Root(tmp_path, "")
    names = ["t/ui_messages.json", "s/s.messages.json", "s/.messages.json", "t/my_ui_messages.json"]
    assert list(CLINE.logs(root, names)) == names[:2]
    assert list(ROO.logs(root, names)) == names[:1]


@pytest.mark.parametrize(
    ("settings", "route"),
    [
        ('{"actModeApiProvider":"litellm","liteLlmBaseUrl":"https://key@gateway.example/v1?k=1"}', "https://gateway.example/v1"),
        ('{"apiProvider":"openai","openAiBaseUrl":" "}', "openai"),
        ('{"apiProvider":"anthropic","anthropicBaseUrl":"https://gateway.example"}', "https://gateway.example"),
        ('{"apiProvider":"bedrock"}', ""),
        ('{"apiProvider":3}', ""),
        ("[1]", ""),
        ("{", ""),
    ],
)
def test_the_route_is_what_cline_is_told(tmp_path: Path, settings: str, route: str) -> None:
    written(tmp_path / ".cline/data/globalState.json", settings)
    written(tmp_path / ".cline/data" / TASK, "[]")
    assert [log.route for log in logs_of(CLINE, places(tmp_path))] == [route]


def test_the_twins_keep_their_settings_where_nobody_reads_them(tmp_path: Path) -> None:
    assert [source.route(places(tmp_path), Root(tmp_path, "")) for source in (ROO, KILO)] == ["", ""]
    assert {source.exactness for source in (CLINE, ROO, KILO)} == {Exactness.RECORDED}


def test_readings_keep_nothing(tmp_path: Path) -> None:
    for name in (TASK, SESSION):
        written(tmp_path / ".cline/data" / name, "[]")
    assert [read_log(CLINE, log)[1] for log in logs_of(CLINE, places(tmp_path))] == [b"", b""]


# --- recordings


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the shared recordings are not here")
def test_a_recorded_task_of_roo_gives_its_totals() -> None:
    (event,) = read_path(ROO, RECORDED / "roo-code/inline-tokscale/tasks/task-abc/ui_messages.json").events
    assert event.tokens == TokenUsage(input=100, output=50, cache_read=20, cache_write=5)
    assert (event.model, event.recorded_cost, event.session) == ("claude-sonnet-4", Decimal("0.12"), "task-abc")


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the shared recordings are not here")
def test_a_recorded_history_is_no_record_of_its_own() -> None:
    path = str(RECORDED / "cline/superbased/api_conversation_history.json")
    assert list(CLINE.logs(Root(RECORDED, ""), [path])) == []
