"""OpenClaw's transcripts count once, in whichever of its stores they lie, and never what another agent's own log tells."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.session_reading import TIMES, OpenStore, agrees, book, change, flaws, logs_of, places, read_lines, read_store
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources import openclaw_places as where
from tankful.sources import openclaw_source
from tankful.sources.source import Findings, Log, StoreParser

SOURCE = openclaw_source.SOURCE
FILE = "agents/main/sessions/s1.jsonl"
ANSWER = (
    '{"type":"message","id":"0a","timestamp":"2026-10-01T09:00:20Z","message":{"role":"assistant","model":"gpt-5",'
    '"provider":"openai","timestamp":1790845220000,"usage":{"input":10,"output":5,"cost":{"total":0.5}}}}'
)
NAMELESS = ANSWER.replace('"model":"gpt-5","provider":"openai",', "")
PROMPT = '{"type":"message","id":"0b","timestamp":"2026-10-01T09:00:10Z","message":{"role":"user"}}'
CHANGE = '{"type":"model_change","provider":"company","modelId":"claude-opus-4-5"}'
TABLES = """
    CREATE TABLE session_windows (session_id TEXT PRIMARY KEY, model_provider TEXT, model TEXT);
    CREATE TABLE transcript_events (session_id TEXT, seq INTEGER, event_json TEXT, created_at INTEGER, PRIMARY KEY (session_id, seq));
"""


def rows(*events: str, session: str = "s1", first: int = 0, created: int = 1790845200000) -> str:
    return "".join(
        f"INSERT INTO transcript_events VALUES ('{session}', {number}, '{event}', {created});"  # noqa: S608 - made here
        for number, event in enumerate(events, first)
    )


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return change(tmp_path / ".openclaw" / "agents" / "main" / "agent" / where.DATABASE, TABLES)


def read(*lines: str) -> Findings:
    return read_lines(SOURCE, [line.encode() for line in lines], FILE)


def test_a_recorded_home_gives_what_it_is_known_to_give(tmp_path: Path) -> None:
    assert agrees(SOURCE, tmp_path)


def test_a_transcript_that_was_moved_into_the_database_counts_once(database: Path) -> None:
    change(database, rows(PROMPT, ANSWER))
    stored, _ = read_store(SOURCE, database)
    (event,) = book(read(PROMPT, ANSWER), stored)
    assert (event.session, event.tokens) == ("s1", TokenUsage(input=10, output=5))
    assert {prompt.key for prompt in stored.prompts} == {prompt.key for prompt in read(PROMPT).prompts}


def test_only_new_rows_are_read_again(database: Path) -> None:
    change(database, rows(ANSWER))
    first, fields = read_store(SOURCE, database)
    change(database, rows(ANSWER.replace("0a", "0c"), first=1))
    second, fields = read_store(SOURCE, database, fields)
    third, _ = read_store(SOURCE, database, fields)
    assert [len(each.events) for each in (first, second, third)] == [1, 1, 0]


def test_all_is_read_anew_when_the_last_row_is_gone(database: Path) -> None:
    change(database, rows(ANSWER) + rows(ANSWER.replace("0a", "0c"), session="s2"))
    _, fields = read_store(SOURCE, database)
    change(database, "DELETE FROM transcript_events WHERE session_id = 's2';", rows(ANSWER.replace("0a", "0d"), session="s3"))
    found, _ = read_store(SOURCE, database, fields)
    assert {event.session for event in found.events} == {"s1", "s3"}


def test_a_big_database_is_read_in_pieces_each_of_which_can_be_the_last(database: Path) -> None:
    answers = [ANSWER.replace("0a", f"{number:04}").replace(":20Z", f":20.{number:06}Z") for number in range(1_200)]
    change(database, rows(*answers))
    whole, _ = read_store(SOURCE, database)
    assert len(whole.events) == 1_200
    parser = cast("StoreParser", SOURCE.parser(Log("openclaw", str(database)), None))
    found = Findings()
    with closing(sqlite3.connect(database)) as connection:
        next(iter(parser.read_store(OpenStore(connection), TIMES, found)))
    rest, _ = read_store(SOURCE, database, parser.fields())
    assert found.events + rest.events == whole.events


def test_a_row_is_dated_by_its_event_else_by_itself(database: Path) -> None:
    timeless = ANSWER.replace('"timestamp":"2026-10-01T09:00:20Z",', "").replace('"timestamp":1790845220000,', "")
    change(database, rows(ANSWER, timeless))
    found, _ = read_store(SOURCE, database)
    assert [event.at.second for event in found.events] == [20, 0]
    assert not found.problems


def test_the_model_is_the_message_s_else_the_last_change_s_else_the_session_s(database: Path) -> None:
    window = "INSERT INTO session_windows VALUES ('s1', 'anthropic', 'claude-haiku-4-5'), ('s2', NULL, NULL);"
    change(database, window, rows(NAMELESS, CHANGE, NAMELESS.replace("0a", "0c"), ANSWER) + rows(NAMELESS, session="s2"))
    found, fields = read_store(SOURCE, database)
    assert [event.model for event in found.events] == ["claude-haiku-4-5", "claude-opus-4-5", "gpt-5", None]
    # A new reading, which has not seen the change, finds it.
    change(database, "DELETE FROM transcript_events WHERE session_id = 's2';", rows(CHANGE, NAMELESS, first=7))
    _, fields = read_store(SOURCE, database, fields)
    change(database, rows(NAMELESS, first=9))
    found, _ = read_store(SOURCE, database, fields)
    assert [(event.model, event.provider) for event in found.events] == [("claude-opus-4-5", "company")]


def test_a_session_s_folder_is_found_in_its_first_row(database: Path) -> None:
    change(database, rows('{"type":"session","id":"other","cwd":"/home/grace/work/orchard"}', ANSWER))
    _, fields = read_store(SOURCE, database)
    change(database, rows(ANSWER, first=2))
    found, _ = read_store(SOURCE, database, fields)
    assert [(event.session, event.project) for event in found.events] == [("s1", "/home/grace/work/orchard")]


def test_an_older_database_without_windows_is_read_too(database: Path) -> None:
    change(database, "DROP TABLE session_windows; CREATE TABLE sessions (session_id TEXT, model_provider TEXT, model TEXT);")
    change(database, "INSERT INTO sessions VALUES ('s1', 'anthropic', 'claude-haiku-4-5');", rows(NAMELESS))
    found, _ = read_store(SOURCE, database)
    assert [event.model for event in found.events] == ["claude-haiku-4-5"]
    change(database, "DROP TABLE sessions;")
    found, _ = read_store(SOURCE, database)
    assert [event.model for event in found.events] == [None]


def test_a_database_of_another_shape_is_named(tmp_path: Path) -> None:
    for script in ("CREATE TABLE other (a);", "CREATE TABLE transcript_events (session_id, event_json);"):
        found, _ = read_store(SOURCE, change(tmp_path / script[13:18] / where.DATABASE, script))
        assert flaws(found) == [Flaw.OTHER_SHAPE]


def test_rows_of_nonsense_cost_no_more_than_themselves(database: Path) -> None:
    change(database, rows('what is a "usage"', ANSWER), "INSERT INTO transcript_events VALUES (5, 'x', x'22757365722200ff', 'then');")
    change(database, "INSERT INTO transcript_events VALUES (NULL, 9, 5, NULL), ('s9', 9, '\"user\"', 1), ('s8', 8, NULL, 1);")
    found, _ = read_store(SOURCE, database)
    assert len(found.events) == 1
    assert set(flaws(found)) == {Flaw.NOT_JSON, Flaw.WRONG_SHAPE}


def test_thousands_of_sessions_are_not_all_remembered(database: Path) -> None:
    change(database, "".join(rows(ANSWER.replace("0a", f"{number:04}"), session=f"s{number}") for number in range(1_005)))
    found, _ = read_store(SOURCE, database)
    assert len(found.events) == 1_005


def test_a_copy_of_a_codex_turn_yields_to_codex_s_own_log() -> None:
    mirror = ANSWER.replace('"role"', '"idempotencyKey":"codex-app-server:t1:u1:assistant","role"')
    (event,) = read(mirror).events
    assert (event.session, event.second_hand) == ("t1", 1)
    codex = event._replace(agent="codex", keys=(7,), second_hand=0)
    assert book(read(mirror), Findings(events=[codex])) == [codex]
    assert read(ANSWER.replace('"role"', '"idempotencyKey":"telegram:5","role"')).events[0].second_hand == 0


@pytest.mark.parametrize(
    "message",
    [
        ANSWER.replace('"openai"', '"claude-cli","api":"cli"'),
        ANSWER.replace('"openai"', '"openclaw"'),
        ANSWER.replace('"openai"', '5,"api":"openclaw-transcript"'),
    ],
)
def test_what_was_made_elsewhere_is_not_counted(message: str) -> None:
    assert read(message) == Findings()


def test_a_provider_that_is_called_like_a_command_counts_when_it_is_called() -> None:
    assert read(ANSWER.replace('"openai"', '"google-gemini-cli"')).events


def test_the_codex_it_runs_is_read_like_codex_and_goes_where_that_is_configured(tmp_path: Path) -> None:
    home = tmp_path / "agents" / "main" / "agent" / "codex-home"
    log = home / "sessions" / "2026" / "rollout.jsonl"
    log.parent.mkdir(parents=True)
    lines = [
        b'{"timestamp":"2026-10-01T09:00:00Z","type":"session_meta","payload":{"id":"t1","cwd":"/home/grace"}}',
        b'{"timestamp":"2026-10-01T09:00:05Z","type":"event_msg","payload":{"type":"token_count","info":{"last_token_usage":{"input_tokens":9}}}}',
    ]

    def call() -> tuple[str, str, str]:
        (event,) = read_lines(SOURCE, lines, str(log)).events
        return event.agent, event.session, event.route

    assert call() == ("openclaw", "t1", "")
    (home / "config.toml").write_text('model_provider = "company"\n')
    assert call() == ("openclaw", "t1", "company")
    (home / "config.toml").write_text('model_provider="x"\n[model_providers.x]\nbase_url = "https://gateway.example/v1"\n')
    assert call() == ("openclaw", "t1", "https://gateway.example/v1")


def test_a_call_goes_where_the_agent_s_settings_or_openclaw_s_send_its_provider(database: Path) -> None:
    change(database, rows(ANSWER))
    state = database.parents[3]
    (state / "openclaw.json").write_text('{"models":{"providers":{"openai":{"baseUrl":"https://one.example"}}}}')
    assert read_store(SOURCE, database)[0].events[0].route == "https://one.example"
    (database.parent / "models.json").write_text('{"providers":{"openai":{"baseUrl":"https://two.example"}}}')
    assert read_store(SOURCE, database)[0].events[0].route == "https://two.example"
    assert where.settings_of("elsewhere/s1.jsonl") == ()


@pytest.mark.parametrize(
    ("file", "session"),
    [
        ("agents/main/sessions/s1.jsonl", "s1"),
        ("agents/main/sessions/s1.jsonl.deleted.2026-10-01T12-00-00.000Z", "s1"),
        ("agents/main/sessions/s1.jsonl.reset.2026-10-01T12-00-00Z", "s1"),
        ("agents/main/sessions/s1.checkpoint.11111111-aaaa-4aaa-8aaa-111111111111.jsonl", "s1"),
        ("agents/main/session-sqlite-import-archive/archive-tier.s1.jsonl.imported-2026-10-01T12-00-00.000Z", "s1"),
        ("agents/main/agent/codex-home/archived_sessions/rollout.jsonl", "rollout"),
        ("agents/main/agent/openclaw-agent.sqlite", "openclaw-agent.sqlite"),
    ],
)
def test_records_are_found_whatever_they_are_called(tmp_path: Path, file: str, session: str) -> None:
    path = tmp_path / ".openclaw" / file
    path.parent.mkdir(parents=True)
    path.touch()
    assert [found for _, found in logs_of(SOURCE, places(tmp_path))] == [str(path)]
    assert where.name_of(file) == session


@pytest.mark.parametrize(
    "file",
    [
        "agents/main/sessions/s1.trajectory.jsonl",
        "agents/main/sessions/s1.jsonl.bak.2026-10-01T12-00-00.000Z",
        "agents/main/agent/codex-home/history.jsonl",
        "agents/main/agent/codex-home/sessions/notes.Z",
        "agents/main/logs/trace.jsonl",
        "agents/main/agent/incognito-openclaw-agent.sqlite",
    ],
)
def test_what_is_no_record_is_left_alone(tmp_path: Path, file: str) -> None:
    path = tmp_path / ".openclaw" / file
    path.parent.mkdir(parents=True)
    path.touch()
    assert not logs_of(SOURCE, places(tmp_path))


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_state_is_below_the_user_s_home_on_every_system(platform: str, tmp_path: Path) -> None:
    (tmp_path / ".openclaw-work").mkdir()
    found = SOURCE.roots(places(tmp_path, platform=platform))
    assert [root.path.parent.name for root in found] == [".openclaw", ".clawdbot", ".moltbot", ".moldbot", ".openclaw-work"]
    assert not SOURCE.route(places(tmp_path), found[0])


def test_variables_and_settings_say_where_the_state_is(tmp_path: Path) -> None:
    (tmp_path / "kept" / "agents").mkdir(parents=True)
    extra = {"openclaw": (tmp_path / "kept", tmp_path / "logs")}
    found = SOURCE.roots(places(tmp_path, {"OPENCLAW_STATE_DIR": "/srv/claw", "OPENCLAW_DIR": "/srv/old"}, extra=extra))
    assert [root.path for root in found] == [
        Path("/srv/claw/agents"),
        Path("/srv/old/agents"),
        tmp_path / "kept" / "agents",
        tmp_path / "logs",
    ]
    found = SOURCE.roots(places(tmp_path, {"OPENCLAW_HOME": "/srv/grace"}))
    assert found[0].path == Path("/srv/grace/.openclaw/agents")
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "s1.jsonl").touch()
    assert [path for _, path in logs_of(SOURCE, places(tmp_path, extra=extra))] == [str(tmp_path / "logs" / "s1.jsonl")]


@settings(max_examples=25)
@given(st.binary())
def test_unknown_fields_of_an_earlier_version_begin_anew(fields: bytes) -> None:
    assert SOURCE.parser(Log("openclaw", where.DATABASE), fields).fields()
