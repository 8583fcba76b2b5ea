"""Sessions of Copilot Chat in VS Code, whole or as a log of changes."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sources.editor_reading import RECORDED, TIMES, book, logs_of, places, read_all, read_document, read_lines, read_path, tokens, written
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources.copilot_vscode_source import SOURCE
from tankful.sources.copilot_vscode_turns import named
from tankful.sources.source import Exactness, Findings, Log, Root

AT = datetime(2026, 10, 6, 8, tzinfo=UTC)
MS = int(AT.timestamp() * 1000)
CHAT, LOG = "workspaceStorage/aa/chatSessions/s1.json", "workspaceStorage/aa/chatSessions/s1.jsonl"


def _turn(number: int, **more: object) -> dict[str, object]:
    return {"requestId": f"request_{number}", "timestamp": MS + number, "modelId": "copilot/gpt-5-mini", **more}


def _result(prompt: object, output: object, **more: object) -> dict[str, object]:
    return {"metadata": {"promptTokens": prompt, "outputTokens": output, **more}}


def _line(kind: int, path: list[object] | None = None, value: object = None, **more: object) -> bytes:
    return json.dumps({"kind": kind, **({} if path is None else {"k": path}), **({} if value is None else {"v": value}), **more}).encode()


def _state(*turns: object) -> bytes:
    return _line(0, None, {"sessionId": "s1", "requests": turns})


def _log(*lines: bytes) -> Findings:
    return read_lines(SOURCE, lines, LOG)


def _whole(*turns: object) -> Findings:
    return read_document(SOURCE, json.dumps({"sessionId": "s1", "requests": turns}).encode(), CHAT)


# --- one turn


def test_the_result_counts_and_the_resolved_model_holds() -> None:
    rounds = [{"thinking": {"tokens": 42}}, {"thinking": {"tokens": 11}}, {"thinking": None}, {}]
    (event,) = _whole(
        _turn(1, modelId="copilot/auto", result=_result(30401, 137, resolvedModel="claude-haiku", toolCallRounds=rounds))
    ).events
    assert event.tokens == TokenUsage(input=30401, output=137, reasoning=53)
    assert (event.model, event.provider, event.route, event.session) == ("claude-haiku", "github-copilot", "", "s1")
    assert (event.agent, event.at.timestamp() * 1000, event.recorded_cost) == ("copilot-vscode", MS + 1, None)


def test_what_was_picked_is_noted_where_another_model_answered() -> None:
    found = _whole(
        _turn(1, modelId="copilot/claude-opus-4.5", result=_result(10, 1, resolvedModel="claude-haiku-4-5-20251001")),
        _turn(2, modelId="copilot/claude-haiku-4.5", result=_result(10, 1, resolvedModel="claude-haiku-4-5-20251001")),
        _turn(3, modelId="copilot/claude-haiku-4.5", result=_result(10, 1)),
    )
    assert [(each.key, each.asked, each.served) for each in found.asked] == [
        (found.events[0].keys[0], "claude-opus-4.5", "claude-haiku-4-5-20251001")
    ]


def test_what_the_turn_says_itself_comes_before_its_result() -> None:
    (event,) = _whole(_turn(1, promptTokens=10, completionTokens=3, result=_result(9, 2))).events
    assert event.tokens == TokenUsage(input=10, output=3)


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("generic-copilot/litellm/anthropic/claude-opus-4-5", ("anthropic/claude-opus-4-5", "generic-copilot", "litellm")),
        ("copilot/gpt-5", ("gpt-5", "github-copilot", "")),
        ("anthropic/claude-opus-4-5", ("claude-opus-4-5", "anthropic", "")),
        ("openrouter/anthropic/claude-opus-4-5", ("anthropic/claude-opus-4-5", "openrouter", "openrouter")),
        ("customoai/team-model", ("team-model", "customoai", "customoai")),
        ("gpt-5", ("gpt-5", "", "")),
        ("", ("", "", "")),
    ],
)
def test_a_name_of_a_model_tells_where_it_was_called(identifier: str, expected: tuple[str, str, str]) -> None:
    assert named(identifier) == expected


def test_every_turn_is_a_prompt_but_only_counted_ones_are_events() -> None:
    found = _whole(_turn(1), _turn(2, result=_result(5, 1)), _turn(3, result={}, agent={"id": "github.copilot"}))
    assert (len(found.prompts), len(found.events)) == (3, 1)


def test_other_agents_shown_in_the_editor_are_not_read_here() -> None:
    found = _whole(_turn(1, agent={"id": "claude-code"}, result=_result(5, 1)))
    assert (found.events, found.prompts) == ([], [])


def test_turns_without_an_id_are_told_apart_by_their_time() -> None:
    turns = [{**_turn(number, result=_result(5, 1)), "requestId": None} for number in (1, 2, 2)]
    assert len(book(_whole(*turns).events)) == 2


def test_nonsense_costs_no_more_than_itself() -> None:
    found = _whole(
        _turn(1, result=_result(-1, 2)),
        _turn(2, result=7),
        _turn(3, timestamp=True, result=_result(3, "x")),
        _turn(4, timestamp="2026-10-06T08:00:00Z", modelId=None, result=_result(4, 0)),
        _turn(5, timestamp=10**30, result=_result(5, 0)),
        9,
    )
    assert [event.tokens.total for event in found.events] == [2, 3, 4, 5]
    assert [event.at for event in found.events] == [found.events[0].at, TIMES.modified, AT, TIMES.modified]
    assert found.events[2].model is None
    assert {problem.flaw for problem in found.problems} == {Flaw.BAD_COUNT, Flaw.WRONG_SHAPE, Flaw.BAD_TIME}
    assert [problem.flaw for problem in read_document(SOURCE, b"{", CHAT).problems] == [Flaw.NOT_JSON]


# --- changes


def test_a_turn_is_counted_as_its_changes_left_it() -> None:
    found = _log(
        _state(_turn(1, result=_result(5, 1))),
        _line(2, ["requests"], [_turn(2), _turn(3)]),
        _line(1, ["requests", 2, "result"], _result(70, 7)),
        _line(1, ["requests", 1, "promptTokens"], 40),
        _line(1, ["requests", 1, "completionTokens"], 4),
        _line(1, ["requests", 1, "modelId"], "copilot/gpt-6"),
        _line(1, ["requests", 1, "timestamp"], MS + 9),
        _line(2, ["requests", 1, "response"], [{"value": "text"}]),
        _line(1, ["requests", 1, "vote"], 1),
        _line(1, ["requests", 5, "promptTokens"], 1000),
        _line(1, ["inputState"], "requests"),
        _line(3, ["requests", 1, "result"]),
    )
    events = sorted(book(found.events), key=lambda event: event.tokens.total)
    assert [event.tokens for event in events] == [TokenUsage(5, 1), TokenUsage(40, 4), TokenUsage(70, 7)]
    assert events[1].at.timestamp() * 1000 == MS + 9
    assert (len({prompt.key for prompt in found.prompts}), found.problems) == (3, [])


def test_pushing_at_a_place_drops_what_followed_it() -> None:
    found = _log(
        _state(_turn(1), _turn(2), _turn(3)),
        _line(2, ["requests"], [_turn(4)], i=1),
        _line(1, ["requests", 1, "promptTokens"], 4),
        _line(2, ["requests"], i=0),
        _line(1, ["requests", 0, "promptTokens"], 9),
        _line(2, ["requests"], [_turn(5)]),
        _line(1, ["requests", 0, "promptTokens"], 5),
        _line(1, ["requests"], [_turn(6)]),
        _line(1, ["requests", 0], _turn(7)),
        _line(1, ["requests", 0], 7),
        _line(1, ["requests", 0, "promptTokens"], 7),
    )
    assert sorted(event.tokens.input for event in book(found.events)) == [4, 5, 7]


def test_a_result_may_be_taken_back() -> None:
    found = _log(
        _state(_turn(1, result=_result(5, 1))),
        _line(1, ["requests", 0, "result"]),
        _line(1, ["requests", 0, "result"], 3),
        _line(1, ["requests", 0, "promptTokens"]),
        _line(1, ["requests"], {}),
    )
    assert tokens(book(found.events)) == TokenUsage(5, 1)
    assert [problem.flaw for problem in found.problems] == [Flaw.WRONG_SHAPE] * 2


def test_a_log_is_read_on_wherever_it_was_left() -> None:
    lines = [
        _state(_turn(1, result=_result(5, 1, toolCallRounds=[{"thinking": {"tokens": 1}}]))),
        _line(2, ["requests"], [_turn(2)]),
        _line(1, ["requests", 1, "promptTokens"], 4),
        _line(1, ["requests", 1, "result"], _result(1, 2, resolvedModel="m")),
    ]
    whole = book(_log(*lines).events)
    for cut in range(len(lines) + 1):
        assert book(read_lines(SOURCE, lines, LOG, cut).events) == whole
    log = Log(SOURCE.id, LOG)
    assert SOURCE.parser(log, b"\xff").fields() == SOURCE.parser(log, None).fields()


def test_the_two_forms_of_a_session_are_one_session() -> None:
    turn = _turn(1, result=_result(5, 1))
    assert tokens(book([*_whole(turn).events, *_log(_state(turn)).events])) == TokenUsage(5, 1)


def test_broken_lines_are_noted_and_others_passed_over() -> None:
    lines = [
        b'{"kind":2,"k":["requests"',
        b'{"kind":0,"v":{"requests":5}}',
        b"",
        b'\xef\xbb\xbf{"kind":9,"k":["requests"]}',
        b'["requests"]',
        b'{"kind":[1],"k":["requests"],"v":[]}',
    ]
    expected = [(Flaw.NOT_JSON, 1), (Flaw.WRONG_SHAPE, 2), (Flaw.WRONG_SHAPE, 5)]
    assert [(problem.flaw, problem.line) for problem in _log(*lines).problems] == expected


# --- places


def test_the_project_is_the_folder_of_the_workspace(tmp_path: Path) -> None:
    turn = json.dumps({"requests": [_turn(1, result=_result(5, 1))]})
    expected = {
        '{"folder":"file:///home/grace/work/orchard"}': "/home/grace/work/orchard",
        '{"workspace":"file:///home/grace/work/all.code-workspace"}': "/home/grace/work",
        '{"workspace":"untitled:1"}': "",
        '{"folder":7}': "",
        "{}": "",
    }
    for content, project in expected.items():
        written(tmp_path / "workspaceStorage/aa/workspace.json", content)
        (event,) = read_path(SOURCE, written(tmp_path / CHAT, turn)).events
        assert event.project == project


def test_every_editor_has_two_folders_of_sessions(tmp_path: Path) -> None:
    (tmp_path / ".config/VSCodium/User").mkdir(parents=True)
    roots = SOURCE.roots(places(tmp_path, source="copilot-vscode", extra=(tmp_path / "own",)))
    assert [(root.path.relative_to(tmp_path).as_posix(), root.depth) for root in roots] == [
        ("own", None),
        (".config/Code/User/workspaceStorage", 2),
        (".config/Code/User/globalStorage/emptyWindowChatSessions", 0),
        (".config/VSCodium/User/workspaceStorage", 2),
        (".config/VSCodium/User/globalStorage/emptyWindowChatSessions", 0),
    ]
    names = ["a/chatSessions/x.json", "a/chatEditingSessions/x.json", "emptyWindowChatSessions/x.jsonl", "a/workspace.json"]
    assert list(SOURCE.logs(Root(tmp_path, ""), names)) == [names[0], names[2]]
    written(tmp_path / ".config/VSCodium/User" / CHAT, "{}")
    assert [log.route for log in logs_of(SOURCE, places(tmp_path))] == [""]
    assert SOURCE.exactness is Exactness.ESTIMATE
    assert read_all(SOURCE, places(tmp_path)) == Findings()


# --- recordings


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the shared recordings are not here")
def test_recorded_sessions_give_their_totals() -> None:
    folder = RECORDED / "copilot-vscode" / "superbased"
    (event,) = read_path(SOURCE, folder / "modern-singleturn.jsonl").events
    assert (event.tokens, event.model) == (TokenUsage(input=30401, output=137, reasoning=53), "claude-haiku-4-5-20251001")
    first, second = read_path(SOURCE, folder / "modern-kind2-append.jsonl").events
    assert (first.tokens, first.model) == (TokenUsage(input=1000, output=50), "grok-code-fast-1")
    assert (second.tokens, second.model) == (TokenUsage(1500, 177, reasoning=7), "capi-noe-ptuc-h200-oswe-vscode-prime")
    (event,) = read_path(SOURCE, folder / "modern-skip-attachments.jsonl").events
    assert (event.tokens, event.model) == (TokenUsage(input=100, output=42), "auto")
    assert read_path(SOURCE, folder / "modern-empty.jsonl") == Findings()
