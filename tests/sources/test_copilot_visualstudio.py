"""Traces of Copilot in Visual Studio."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sources.editor_reading import RECORDED, TIMES, book, places, read_lines, read_path, tokens
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources.copilot_visualstudio_source import SOURCE
from tankful.sources.source import Exactness, Findings, Places, Root

AT = datetime(2026, 10, 14, 8, tzinfo=UTC)
NANO = int(AT.timestamp()) * 1_000_000_000
PATH = "x_VSGitHubCopilot_traces.jsonl"


def _span(name: str = "chat gpt", ids: tuple[str, str] = ("t", "s"), end: object = str(NANO), /, **attributes: object) -> bytes:
    told = [{"key": key.replace("__", "."), "value": value} for key, value in attributes.items()]
    span = {"traceId": ids[0], "spanId": ids[1], "name": name, "startTimeUnixNano": end, "endTimeUnixNano": end, "attributes": told}
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode()


def _counts(given: object, output: object) -> dict[str, object]:
    return {"gen_ai__usage__input_tokens": {"intValue": given}, "gen_ai__usage__output_tokens": {"intValue": output}}


def _read(*lines: bytes) -> Findings:
    return read_lines(SOURCE, lines, PATH)


def test_a_chat_span_is_a_call() -> None:
    who = {"gen_ai__conversation__id": {"stringValue": "c"}, "gen_ai__provider__name": {"stringValue": "azure"}}
    (event,) = _read(_span(**who, **_counts("1500", "40"), gen_ai__request__model={"stringValue": "gpt-5.5"}, odd=None, empty={})).events
    assert event.tokens == TokenUsage(input=1500, output=40)
    assert (event.at, event.session, event.model, event.provider, event.second_hand) == (AT, "c", "gpt-5.5", "azure", 0)


def test_the_model_that_answered_comes_before_the_one_that_was_asked() -> None:
    models = {"gen_ai__request__model": {"stringValue": "a"}, "gen_ai__response__model": {"stringValue": "b"}}
    (event,) = _read(_span("", gen_ai__operation__name={"stringValue": "chat"}, **models, **_counts(1, 1))).events
    assert event.model == "b"
    (event,) = _read(_span(**_counts(1, {"a": 1}))).events
    assert event.model is None


def test_what_was_asked_is_noted_where_another_model_answered_a_call() -> None:
    models = {"gen_ai__request__model": {"stringValue": "gpt-5.5"}, "gen_ai__response__model": {"stringValue": "gpt-5-mini"}}
    found = _read(_span(**models, **_counts(10, 1)), _span("invoke_agent x", ("t", "i"), **models, **_counts(10, 1)))
    assert [(each.asked, each.served, each.at) for each in found.asked] == [("gpt-5.5", "gpt-5-mini", AT)]
    assert found.asked[0].key in found.events[0].keys
    build = {"gen_ai__request__model": {"stringValue": "gpt-5.5"}, "gen_ai__response__model": {"stringValue": "gpt-5.5-2026-09"}}
    assert (
        _read(_span(**build, **_counts(10, 1)), _span(gen_ai__request__model=build["gen_ai__request__model"], **_counts(1, 1))).asked == []
    )


def test_a_span_that_was_written_twice_counts_once_with_its_larger_counts() -> None:
    found = _read(_span(**_counts(9, 1)), _span(**_counts(9, 4)), _span("chat x", ("t", "other"), **_counts(1, 1)))
    assert tokens(book(found.events)) == TokenUsage(input=10, output=5)


def test_spans_without_ids_are_known_by_what_they_say() -> None:
    found = _read(*(_span("chat x", ("", ""), **_counts(given, 1)) for given in (9, 9, 8)))
    assert tokens(book(found.events)) == TokenUsage(input=17, output=2)


def test_the_sum_of_a_turn_gives_way_to_its_calls_and_tells_of_a_human() -> None:
    who = {"gen_ai__conversation__id": {"stringValue": "c"}}
    began = {"copilot_chat__initiator_type": {"stringValue": "user"}, "copilot_chat__root_request_id": {"stringValue": "r"}}
    found = _read(
        _span("invoke_agent x", ("t", "1"), **who, **began, **_counts(100, 10)),
        _span("chat x", ("t", "2"), **who, **_counts(60, 6)),
        _span("invoke_agent x", ("t", "3"), **who, copilot_chat__initiator_type={"stringValue": "agent"}),
        _span("invoke_agent x", ("t", "4"), "never", **who),
        _span("invoke_agent x", ("t", "5"), **who, copilot_chat__initiator_type={"stringValue": ["user"]}),
    )
    assert tokens(book(found.events)) == TokenUsage(60, 6)
    assert [(prompt.at, prompt.session) for prompt in found.prompts] == [(AT, "c")]


def test_what_tools_did_is_no_call() -> None:
    result = {"gen_ai__tool__call__result": {"stringValue": "gen_ai.usage.input_tokens"}}
    found = _read(_span("execute_tool x", **result), _span("execute_tool x", **_counts(5, 5)), b"no word of it", b"")
    assert found == Findings()
    beside = b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"execute_tool"},{"name":"invoke_agent"}]}]}]}'
    assert _read(beside) == Findings()


def test_nonsense_costs_no_more_than_itself() -> None:
    found = _read(
        b'{"gen_ai.usage."',
        b'["gen_ai.usage."]',
        b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":"gen_ai.usage."}]}]}]}',
        _span("chat x", ("t", "t"), "9" * 30, **_counts("-1", 3)),
        _span("chat x", ("u", "u"), True, **_counts("1" * 30, 4)),
    )
    assert [(event.tokens, event.at) for event in found.events] == [
        (TokenUsage(output=3), TIMES.modified),
        (TokenUsage(output=4), TIMES.modified),
    ]
    assert {(problem.flaw, problem.line) for problem in found.problems} == {
        (Flaw.NOT_JSON, 1),
        (Flaw.WRONG_SHAPE, 2),
        (Flaw.WRONG_SHAPE, 3),
        (Flaw.WRONG_SHAPE, 4),
        (Flaw.BAD_TIME, 4),
        (Flaw.WRONG_SHAPE, 5),
        (Flaw.BAD_TIME, 5),
    }


def test_traces_lie_among_temporary_files_and_sessions_in_projects(tmp_path: Path) -> None:
    given = places(
        tmp_path, {"LOCALAPPDATA": "/l", "TEMP": "/t", "TMP": "/t"}, "win32", source="copilot-visualstudio", extra=(Path("/own"),)
    )
    roots = [root.path.as_posix() for root in SOURCE.roots(given)]
    assert roots == ["/own", "/l/Temp/VSGitHubCopilotLogs/traces", "/t/VSGitHubCopilotLogs/traces"]
    given = Places(tmp_path, {}, "win32", {}, (Path("/src/app"),))
    assert [root.path.as_posix() for root in SOURCE.roots(given)] == [
        f"{tmp_path.as_posix()}/AppData/Local/Temp/VSGitHubCopilotLogs/traces",
        "/src/app/.vs",
    ]
    one = "0a0a0a0a-1111-2222-3333-444444444444"
    names = [f"a/{PATH}", f"a/.vs/s/copilot-chat/h/sessions/{one}", f"a/sessions/{one}", "a/copilot-chat/h/sessions/x", f"{PATH}.gz"]
    assert list(SOURCE.logs(Root(tmp_path, ""), names)) == names[:2]
    assert (SOURCE.exactness, SOURCE.route(given, Root(tmp_path, ""))) == (Exactness.ESTIMATE, "")


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the shared recordings are not here")
def test_recorded_traces_without_counts_have_turns_and_no_events() -> None:
    for number in (1, 2, 3):
        found = read_path(SOURCE, RECORDED / f"copilot-visualstudio/agentsview/sample-{number}_VSGitHubCopilot_traces.jsonl")
        assert (found.events, found.problems, len(found.prompts)) == ([], [], 1)
