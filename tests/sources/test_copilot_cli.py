"""The records of Copilot CLI and Copilot Desktop, of which only the best one counts."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ledger_rig import batch, opened, price, total
from sources.editor_reading import RECORDED, TIMES, book, database, logs_of, places, read_lines, read_log, read_path, tokens
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources.copilot_cli_source import SOURCE
from tankful.sources.source import Exactness, Findings, Log, Root

AT = datetime(2026, 10, 8, 8, tzinfo=UTC)
EVENTS, OTEL = "session-state/s1/events.jsonl", "otel/o.jsonl"
CALLS = """CREATE TABLE sessions (id TEXT PRIMARY KEY, cwd TEXT);
CREATE TABLE assistant_usage_events (id INTEGER PRIMARY KEY, session_id, model, copilot_usage_model, input_tokens, output_tokens,
cache_read_tokens, cache_write_tokens, reasoning_tokens, total_nano_aiu, created_at);"""
SUMS = """CREATE TABLE sessions (id TEXT, model TEXT, total_input_tokens, total_output_tokens, total_cached_tokens,
total_reasoning_tokens, total_nano_aiu, created_at, updated_at, cwd);"""


def _event(kind: str, minutes: int = 0, /, **data: object) -> bytes:
    return json.dumps(
        {"type": kind, "id": f"e{minutes}", "timestamp": (AT + timedelta(minutes=minutes)).isoformat(), "data": data}
    ).encode()


def _metrics(*counts: int, **more: object) -> dict[str, object]:
    names = ("inputTokens", "outputTokens", "cacheReadTokens", "cacheWriteTokens", "reasoningTokens")
    return {"usage": dict(zip(names, counts, strict=False)), **more}


def _ended(minutes: int, /, **models: dict[str, object]) -> bytes:
    return _event("session.shutdown", minutes, modelMetrics=models)


def _session(*lines: bytes) -> Findings:
    return read_lines(SOURCE, lines, EVENTS)


def _record(more: Mapping[str, object] | None = None, /, **attributes: object) -> bytes:
    record = {"type": "span", "traceId": "t", "spanId": "s", "name": "chat m", "endTime": [int(AT.timestamp()), 5_000], **(more or {})}
    return json.dumps({**record, "attributes": {key.replace("__", "."): value for key, value in attributes.items()}}).encode()


def _counts(given: object, output: object, session: object = "c") -> dict[str, object]:
    return {"gen_ai__usage__input_tokens": given, "gen_ai__usage__output_tokens": output, "gen_ai__conversation__id": session}


def _telemetry(*lines: bytes) -> Findings:
    return read_lines(SOURCE, lines, OTEL)


# --- the database of calls


def test_a_call_has_disjoint_buckets_and_costs_its_credits(tmp_path: Path) -> None:
    rows = [
        (1, "s", "gpt", "claude", 1000, 100, 700, 200, 40, 556570000, "2026-10-08 08:00:00"),
        (2, "s", "gpt", "claude", 0, 0, 0, 0, 0, 0, "2026-10-08 08:00:00"),
    ]
    path = database(tmp_path / "session-store.db", CALLS, {"sessions": [("s", "/src")], "assistant_usage_events": rows})
    (event,) = read_path(SOURCE, path, "https://byok.example").events
    assert event.tokens == TokenUsage(input=100, output=100, cache_read=700, cache_write=200, reasoning=40)
    assert (event.model, event.session, event.project, event.at, event.recorded_cost) == ("claude", "s", "/src", AT, Decimal("0.0055657"))
    assert (event.route, event.provider, event.second_hand) == ("https://byok.example", "github-copilot", 0)


def test_new_calls_are_read_and_the_last_ones_again(tmp_path: Path) -> None:
    rows = [(number, "s", "m", None, 1, 1, 0, 0, 0, 0, "2026-10-08") for number in range(1, 2101)]
    path = database(tmp_path / "session-store.db", CALLS, {"assistant_usage_events": rows})
    log = Log(SOURCE.id, str(path))
    found, fields = read_log(SOURCE, log)
    assert (len(found.events), found.events[0].recorded_cost) == (2100, None)
    again, same = read_log(SOURCE, log, fields)
    assert (len(again.events), same) == (50, fields)
    database(path, "DELETE FROM assistant_usage_events WHERE id > 3")
    assert len(read_log(SOURCE, log, fields)[0].events) == 3
    database(path, "DELETE FROM assistant_usage_events")
    assert read_log(SOURCE, log, fields)[0].events == []
    assert read_log(SOURCE, log, b"\xc1")[0].events == []


def test_an_older_or_another_database_is_not_guessed_at(tmp_path: Path) -> None:
    assert read_path(SOURCE, database(tmp_path / "session-store.db", "CREATE TABLE turns (id)")) == Findings()
    path = database(tmp_path / "two" / "session-store.db", "CREATE TABLE assistant_usage_events (id, session_id)")
    assert [problem.flaw for problem in read_path(SOURCE, path).problems] == [Flaw.OTHER_SHAPE]
    script = "CREATE TABLE assistant_usage_events (id, session_id, input_tokens, output_tokens)"
    path = database(tmp_path / "three" / "session-store.db", script, {"assistant_usage_events": [("x", "s", 5, 1)]})
    (event,) = read_path(SOURCE, path).events
    assert (event.tokens, event.model, event.at) == (TokenUsage(5, 1), None, TIMES.modified)


# --- Copilot Desktop


def test_the_sum_of_a_session_is_dated_at_its_beginning_first_and_then_as_it_grows(tmp_path: Path) -> None:
    rows = [
        ("s", "m", 1000, 10, 900, 5, 10**11, "2026-10-08T08:00:00Z", None, "/src"),
        ("none", "m", 0, 0, 0, 0, 0, None, None, None),
    ]
    path = database(tmp_path / "data.db", SUMS, {"sessions": rows})
    log = Log(SOURCE.id, str(path))
    found, fields = read_log(SOURCE, log)
    (total,) = found.totals
    assert total.tokens == TokenUsage(input=100, output=10, cache_read=900, reasoning=5)
    assert (total.session, total.model, total.project, total.recorded_cost, total.second_hand) == ("s", "m", "/src", Decimal(1), 3)
    assert (total.at, total.began) == (AT, None)
    assert read_log(SOURCE, log, fields)[0].totals == []
    database(path, "UPDATE sessions SET total_output_tokens = 20 WHERE id = 's'")
    (total,) = read_log(SOURCE, log, fields)[0].totals
    assert (total.tokens.output, total.at, total.began) == (20, TIMES.modified, AT)
    database(path, "UPDATE sessions SET updated_at = '2026-10-09T08:00:00Z'")
    assert read_log(SOURCE, log, b"\xc1")[0].totals[0].at == AT + timedelta(days=1)


def test_many_sessions_are_read_in_parts_and_another_shape_is_named(tmp_path: Path) -> None:
    rows = [(f"s{number}", "m", 1, 1, 0, 0, 0, None, None, None) for number in range(1001)]
    found = read_path(SOURCE, database(tmp_path / "data.db", SUMS, {"sessions": rows}))
    assert (len(found.totals), found.totals[0].at) == (1001, TIMES.modified)
    path = database(tmp_path / "two" / "data.db", "CREATE TABLE sessions (id)")
    assert [problem.flaw for problem in read_path(SOURCE, path).problems] == [Flaw.OTHER_SHAPE]


# --- what happened in a session


def test_the_end_of_a_run_sums_it_up_by_model() -> None:
    found = _session(
        _event("session.start", 0, sessionId="s1", context={"cwd": "/src"}),
        _event("user.message", 1, content="hello"),
        _event("assistant.message", 2),
        _event("tool.execution_complete", 3),
        _ended(4, one=_metrics(1000, 100, 700, 200, 40, totalNanoAiu=10**11), two=_metrics(5, 1)),
    )
    one, two = found.totals
    assert one.tokens == TokenUsage(input=100, output=100, cache_read=700, cache_write=200, reasoning=40)
    assert (one.counter, one.model, one.session, one.project, one.began) == ("s1/one", "one", "s1", "/src", AT)
    assert (one.at, one.times, one.recorded_cost, one.second_hand) == (
        AT + timedelta(minutes=4),
        (AT + timedelta(minutes=2),),
        Decimal(1),
        2,
    )
    assert (two.tokens, two.recorded_cost) == (TokenUsage(5, 1), None)
    assert [(prompt.at, prompt.session, prompt.project) for prompt in found.prompts] == [(AT + timedelta(minutes=1), "s1", "/src")]


def test_a_run_only_grows_and_another_one_starts_again() -> None:
    found = _session(
        _event("session.start", 0, sessionId="s1"),
        _ended(1, m=_metrics(10, 1)),
        _ended(2, m=_metrics(30, 3)),
        _event("session.resume", 3, context={}),
        _ended(4, m=_metrics(40, 4)),
        _ended(5, m=_metrics(7, 1)),
    )
    assert [total.tokens.input for total in found.totals] == [10, 30, 70, 77]


def test_the_credits_of_the_only_model_are_those_of_the_run_and_partly_known_ones_are_not_known() -> None:
    found = _session(
        _event("session.shutdown", 1, modelMetrics={"m": _metrics(10, 1)}, totalNanoAiu=10**11),
        _event("session.resume", 2),
        _event("session.shutdown", 3, modelMetrics={"m": _metrics(10, 1)}),
    )
    assert [(total.recorded_cost, total.session, total.began) for total in found.totals] == [
        (Decimal(1), "s1", None),
        (None, "s1", found.totals[1].began),
    ]


def test_a_session_is_read_on_wherever_it_was_left() -> None:
    lines = [
        _event("session.start", 0, sessionId="s1", context={"cwd": "/src"}),
        _event("assistant.message", 1),
        _ended(2, m=_metrics(10, 1)),
        _event("session.resume", 3),
        _event("assistant.message", 4),
        _ended(5, m=_metrics(5, 1)),
    ]
    whole = _session(*lines).totals
    for cut in range(len(lines) + 1):
        assert read_lines(SOURCE, lines, EVENTS, cut).totals == whole
    log = Log(SOURCE.id, EVENTS)
    assert SOURCE.parser(log, b"\xff").fields() == SOURCE.parser(log, None).fields()


def test_nonsense_in_a_session_costs_no_more_than_itself() -> None:
    found = _session(
        b'{"type":"session.shutdown"',
        b'{"type":"session.shutdown"}',
        b'{"type":"other","data":{"content":"\\"user.message\\" \\"session.start\\""}}',
        b'{"type":"other","x":"session.start"}',
        b'{"type":"user.message","timestamp":"never"}',
        b'{"type":"assistant.message","timestamp":"never"}',
        b'{"type":"user.message","timestamp":"2026-10-08T08:00:00Z"}',
        b'{"type":"session.shutdown","data":{"modelMetrics":{"m":{},"":{"usage":{"inputTokens":"x","outputTokens":5}}}}}',
    )
    assert [(total.model, total.tokens, total.at) for total in found.totals] == [(None, TokenUsage(output=5), TIMES.modified)]
    assert len(found.prompts) == 1
    assert [(problem.flaw, problem.line) for problem in found.problems] == [(Flaw.NOT_JSON, 1), (Flaw.WRONG_SHAPE, 8), (Flaw.BAD_TIME, 8)]


# --- telemetry


def test_a_chat_span_is_a_call() -> None:
    more = {"gen_ai__usage__cache_read__input_tokens": 123, "gen_ai__usage__cache_creation__input_tokens": 25}
    models = {"gen_ai__request__model": "m", "gen_ai__usage__reasoning_tokens": 128}
    (event,) = _telemetry(_record(None, **_counts(19452, 281), **more, **models)).events
    assert event.tokens == TokenUsage(input=19329, output=281, cache_read=123, cache_write=25, reasoning=128)
    assert (event.session, event.model, event.provider, event.second_hand) == ("c", "m", "github-copilot", 1)
    assert event.at == AT + timedelta(microseconds=5)


def test_what_was_asked_is_noted_where_another_model_answered_a_call() -> None:
    models = {"gen_ai__request__model": "claude-opus-4.5", "gen_ai__response__model": "claude-sonnet-4.5"}
    found = _telemetry(
        _record(None, **_counts(10, 1), **models),
        _record({"spanId": "i", "name": "invoke_agent x"}, **_counts(100, 10), **models),
        _record({"spanId": "2"}, **_counts(10, 1), **{**models, "gen_ai__response__model": "claude-opus-4-5-20251101"}),
    )
    assert [(each.asked, each.served) for each in found.asked] == [("claude-opus-4.5", "claude-sonnet-4.5")]
    assert found.asked[0].key in found.events[0].keys
    found.clear()
    assert found.asked == []


def test_a_call_that_is_told_as_span_and_as_log_counts_once() -> None:
    log = {"type": None, "name": None, "body": "GenAI inference: m", "endTime": None, "hrTime": [int(AT.timestamp()), 0], "traceId": None}
    found = _telemetry(
        _record(None, **_counts(10, 1), gen_ai__response__id="r"),
        _record({**log, "spanContext": {"traceId": "t", "spanId": "s"}}, **_counts(10, 1), gen_ai__response__id="r"),
        _record({"name": "invoke_agent x"}, **_counts(100, 10)),
        _record({"type": None, "name": "", "body": {"a": 1}}, **_counts(100, 10), event__name="copilot_chat.agent.turn"),
        _record({"type": "log", "body": "copilot_chat.agent.turn: 1", "traceId": ""}, **_counts(100, 10)),
    )
    assert [event.second_hand for event in found.events] == [1, 4, 6, 5, 5]
    (event,) = book(found.events)
    assert (event.tokens, event.second_hand) == (TokenUsage(10, 1), 1)


def test_records_without_ids_are_known_by_what_they_say() -> None:
    nameless = {"traceId": None, "spanId": None}
    found = _telemetry(*(_record(nameless, **_counts(given, 1, None), session__id="c") for given in (9, 9, 8)))
    assert tokens(book(found.events)) == TokenUsage(17, 2)
    (event,) = _telemetry(_record({"type": None}, **_counts(1, 1, None))).events
    assert (event.session, event.second_hand) == ("t", 1)


def test_what_is_no_call_of_the_cli_is_passed_over() -> None:
    found = _telemetry(
        _record({"name": "execute_tool x"}, **_counts(5, 5)),
        _record(None, **_counts(5, 5), copilot_chat__session_id="an editor's"),
        _record(None, **_counts(5, 5), copilot_chat__chat_session_id="an editor's"),
        _record({"type": "log"}, **_counts(5, 5)),
        _record(None, **_counts(0, 0)),
        b'{"name":"gen_ai.usage.","attributes":null}',
        b'{"type":"metric","name":"gen_ai.client.token.usage"}',
    )
    assert found == Findings()


def test_nonsense_in_telemetry_costs_no_more_than_itself() -> None:
    found = _telemetry(b'{"gen_ai.usage."', b'{"attributes":["gen_ai.usage."]}', _record({"endTime": [1, 2, 3]}, **_counts("7", True)))
    assert [(event.tokens, event.at) for event in found.events] == [(TokenUsage(input=7), TIMES.modified)]
    assert [(problem.flaw, problem.line) for problem in found.problems] == [
        (Flaw.NOT_JSON, 1),
        (Flaw.WRONG_SHAPE, 2),
        (Flaw.WRONG_SHAPE, 3),
        (Flaw.BAD_TIME, 3),
    ]


# --- all together, and where they are


def test_of_several_records_of_a_session_the_best_one_counts() -> None:
    found = _telemetry(_record(None, **_counts(10, 1, "s1")), _record({"name": "invoke_agent", "spanId": "u"}, **_counts(100, 10, "s2")))
    assert [event.second_hand for event in book(found.events)] == [1, 6]


def test_records_lie_in_one_folder_that_a_variable_moves(tmp_path: Path) -> None:
    exported = {"COPILOT_OTEL_FILE_EXPORTER_PATH": "/t/copilot.jsonl", "COPILOT_HOME": "/c"}
    roots = SOURCE.roots(places(tmp_path, exported, source="copilot-cli", extra=(Path("/own"),)))
    assert [(root.path.as_posix(), root.origin, root.depth) for root in roots] == [
        ("/c", "COPILOT_HOME", 0),
        ("/c/session-state", "COPILOT_HOME", 1),
        ("/c/history-session-state", "COPILOT_HOME", 1),
        ("/c/otel", "COPILOT_HOME", 0),
        ("/own", "settings", 0),
        ("/own/session-state", "settings", 1),
        ("/own/history-session-state", "settings", 1),
        ("/own/otel", "settings", 0),
        ("/t", "COPILOT_OTEL_FILE_EXPORTER_PATH, copilot.jsonl", 0),
    ]
    assert next(root.path for root in SOURCE.roots(places(tmp_path, platform="win32"))) == tmp_path / ".copilot"
    names = ["a/session-store.db", "a/data.db", "a/other.db", "a/x.jsonl"]
    assert list(SOURCE.logs(Root(tmp_path, ""), names)) == [names[0], names[1], names[3]]
    assert SOURCE.exactness is Exactness.RECORDED


@pytest.mark.parametrize("name", ["copilot.jsonl", "copilot.log", "copilot.ndjson", "spans.txt", "copilot.json"])
def test_of_the_folder_that_telemetry_is_exported_to_the_file_alone_is_read(tmp_path: Path, name: str) -> None:
    for each in (name, "other.jsonl", "other.log", "other.json", "data.db"):
        (tmp_path / each).touch()
    given = places(tmp_path / "home", {"COPILOT_OTEL_FILE_EXPORTER_PATH": str(tmp_path / name)})
    assert [Path(log.path).name for log in logs_of(SOURCE, given)] == [name]


def test_telemetry_in_a_file_that_is_called_json_is_read_whole_but_for_a_line_that_is_being_written(tmp_path: Path) -> None:
    first, second = _record(None, **_counts(10, 1)), _record({"spanId": "t"}, **_counts(20, 2))
    path = tmp_path / "copilot.json"
    log = Log(SOURCE.id, str(path))
    for content, given in ((first, [10]), (first + b"\n" + second[:-9], [10]), (first + b"\r\n" + second + b"\n", [10, 20])):
        path.write_bytes(content)
        found, fields = read_log(SOURCE, log)
        assert [event.tokens.input for event in found.events] == given
        assert (found.problems, fields) == ([], b"")
    assert found.events == _telemetry(first, second).events


def test_the_route_is_the_users_own_provider(tmp_path: Path) -> None:
    given = places(tmp_path, {"COPILOT_PROVIDER_BASE_URL": "https://key@gateway.example/v1"})
    assert SOURCE.route(given, Root(tmp_path, "")) == "https://gateway.example/v1"
    assert SOURCE.route(places(tmp_path), Root(tmp_path, "")) == ""


# --- recordings


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the shared recordings are not here")
def test_recordings_give_their_totals() -> None:
    (event,) = read_path(SOURCE, RECORDED / "copilot-cli/inline-ccusage/otel/chat-span.jsonl").events
    assert event.tokens == TokenUsage(input=19329, output=281, cache_read=123, cache_write=25, reasoning=128)
    assert (event.session, event.model, event.at.isoformat(timespec="milliseconds")) == (
        "conv-1",
        "claude-sonnet-4",
        "2026-04-11T19:04:24.967+00:00",
    )
    one, two = read_path(SOURCE, RECORDED / "copilot-cli/inline-tokscale/session-store.db").events
    assert one.tokens == TokenUsage(input=369, output=100, cache_write=20974)
    assert (one.model, one.recorded_cost, one.project) == ("gpt-5.4-mini", Decimal("0.0055657"), "/Users/dev/tokscale")
    assert int(one.at.timestamp() * 1000) == 1_782_909_296_000
    assert (two.tokens, two.model, two.recorded_cost) == (TokenUsage(10, 5), "claude-sonnet-4-5", Decimal("1E-11"))


def test_a_session_that_goes_on_in_a_version_with_a_database_keeps_the_sum_it_had_before(tmp_path: Path) -> None:
    ended = [
        _event("session.start", 0, sessionId="s1"),
        _event("assistant.message", 1),
        _ended(2, m=_metrics(1000, 100)),
        _event("session.resume", 600),
        _event("assistant.message", 601),
        _ended(602, m=_metrics(500, 50)),
    ]
    called = (1, "s1", "m", "m", 500, 50, 0, 0, 0, 0, (AT + timedelta(minutes=601)).strftime("%Y-%m-%d %H:%M:%S"))
    path = database(tmp_path / "session-store.db", CALLS, {"assistant_usage_events": [called]})
    ledger = opened(tmp_path)
    ledger.record([batch((), "/sums")._replace(totals=tuple(_session(*ended).totals))], price)
    assert total(ledger) == (2, TokenUsage(1500, 150))
    ledger.record([batch(read_path(SOURCE, path).events)], price)
    assert total(ledger) == (2, TokenUsage(1500, 150))
    ledger.close()
