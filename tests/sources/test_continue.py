"""Continue's completions count once, though it notes each of them twice."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.session_reading import TIMES, agrees, book, change, flaws, logs_of, places, read_lines, read_store
from tankful.core.exactness import Exactness
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources import continue_source
from tankful.sources.source import Findings, Log

SOURCE = continue_source.SOURCE
FILE = "dev_data/0.2.0/tokensGenerated.jsonl"
LINE = b'{"model":"gpt-5","provider":"openai","promptTokens":10,"generatedTokens":5,"timestamp":"2026-10-01T09:00:20.5Z"}'
TABLE = "CREATE TABLE tokens_generated (id INTEGER PRIMARY KEY, model, provider, tokens_generated, tokens_prompt, timestamp);"
ROW = (
    "INSERT INTO tokens_generated (model, provider, tokens_generated, tokens_prompt, timestamp)"
    " VALUES ('gpt-5', 'openai', 5, 10, '2026-10-01 09:00:20');"
)


def read(*lines: bytes, path: str = FILE) -> Findings:
    return read_lines(SOURCE, lines, path)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return change(tmp_path / "dev_data" / "devdata.sqlite", TABLE)


def test_a_recorded_home_gives_what_it_is_known_to_give(tmp_path: Path) -> None:
    assert agrees(SOURCE, tmp_path)
    assert SOURCE.exactness is Exactness.ESTIMATE


def test_a_line_is_a_completion_of_its_day() -> None:
    (event,) = read(LINE).events
    assert (event.tokens, event.model, event.provider) == (TokenUsage(input=10, output=5), "gpt-5", "openai")
    assert (event.session, event.at.isoformat()) == ("continue-2026-10-01", "2026-10-01T09:00:20.500000+00:00")
    assert read(LINE.replace(b"timestamp", b"createdAt")).events == read(LINE).events
    assert len(book(read(LINE, LINE.replace(b"20.5", b"20.6")), read(LINE))) == 2


def test_rows_give_way_on_days_with_lines(database: Path) -> None:
    change(database, ROW, ROW, ROW.replace("10-01", "10-02"))
    rows, _ = read_store(SOURCE, database)
    assert [(event.session, event.second_hand) for event in rows.events[1:]] == [("continue-2026-10-01", 1), ("continue-2026-10-02", 1)]
    assert [event.second_hand for event in book(rows, read(LINE))] == [0, 1]
    assert len(book(rows)) == 3


def test_only_new_rows_are_read_again_and_all_when_the_database_was_begun_anew(database: Path) -> None:
    change(database, *[ROW] * 1_001)
    first, fields = read_store(SOURCE, database)
    change(database, ROW)
    second, fields = read_store(SOURCE, database, fields)
    change(database, "DELETE FROM tokens_generated;", ROW)
    third, fields = read_store(SOURCE, database, fields)
    assert [len(found.events) for found in (first, second, third)] == [1_001, 1, 1]
    assert not read_store(SOURCE, database, fields)[0].events


def test_an_older_table_has_no_prompts(tmp_path: Path) -> None:
    database = change(
        tmp_path / "devdata.sqlite", TABLE.replace(" tokens_prompt,", ""), ROW.replace("tokens_prompt, ", "").replace("10, ", "")
    )
    found, _ = read_store(SOURCE, database)
    assert [event.tokens for event in found.events] == [TokenUsage(output=5)]


def test_a_database_of_another_shape_is_named(tmp_path: Path) -> None:
    found, _ = read_store(SOURCE, change(tmp_path / "devdata.sqlite", "CREATE TABLE tokens_generated (id INTEGER PRIMARY KEY);"))
    assert flaws(found) == [Flaw.OTHER_SHAPE]


def test_rows_without_numbers_are_read_all_the_same(tmp_path: Path) -> None:
    database = change(
        tmp_path / "devdata.sqlite",
        TABLE.replace("INTEGER PRIMARY KEY", "TEXT"),
        ROW.replace("(model", "(id, model").replace("('gpt", "('a', 'gpt"),
    )
    found, fields = read_store(SOURCE, database)
    again, _ = read_store(SOURCE, database, fields)
    assert len(book(found, again)) == 1
    assert set(flaws(found)) == {Flaw.WRONG_SHAPE}


def test_rows_of_nonsense_cost_no_more_than_themselves(database: Path) -> None:
    values = "INSERT INTO tokens_generated VALUES (7, 5, NULL, x'00', 1e300, 'soon'), (8, 'm', 'p', 0, 0, 0), (9, 'm', 'p', 1, NULL, NULL);"
    change(database, values)
    found, _ = read_store(SOURCE, database)
    assert [(event.tokens, event.at) for event in found.events] == [(TokenUsage(output=1), TIMES.modified)]
    assert set(flaws(found)) == {Flaw.WRONG_SHAPE, Flaw.BAD_COUNT, Flaw.BAD_TIME}


@pytest.mark.parametrize(
    ("line", "flaw"),
    [
        (LINE[:-1], Flaw.NOT_JSON),
        (b'{"model"}', Flaw.NOT_JSON),
        (LINE.replace(b"10,", b"-10,"), Flaw.BAD_COUNT),
        (LINE.replace(b"2026", b"then"), Flaw.BAD_TIME),
        (LINE.replace(b'"gpt-5"', b"[]"), Flaw.WRONG_SHAPE),
    ],
)
def test_a_bad_line_costs_no_more_than_itself(line: bytes, flaw: Flaw) -> None:
    assert flaws(read(line, LINE)) == [flaw]


def test_a_completion_of_nothing_is_none() -> None:
    assert read(LINE.replace(b"10,", b"0,").replace(b"5,", b"0,"), b"{}") == Findings()


def test_a_call_goes_where_the_settings_send_its_provider(database: Path) -> None:
    (database.parents[1] / "config.json").write_text('{"models":[{"provider":"openai","apiBase":"https://gateway.example/v1"}]}')
    change(database, ROW)
    assert read_store(SOURCE, database)[0].events[0].route == "https://gateway.example/v1"
    assert read(LINE, path=str(database.parent / "0.2.0" / "tokensGenerated.jsonl")).events[0].route == "https://gateway.example/v1"
    assert not read(LINE, path="elsewhere/tokensGenerated.jsonl").events[0].route


SETTINGS = """models:
- name: Ours
  provider: openai
  model: gpt-5
  apiBase: https://gateway.example/v1
- name: Theirs
  provider: openai
  model: o3
- {name: short}
- provider: ollama
  model: AUTODETECT
  apiBase: http://127.0.0.1:11434
- provider: ollama
  model: big
  apiBase: http://big.example
- provider: mistral
  model: one
  apiBase: https://m.example
- apiBase: https://m.example
  model: two
  provider: mistral
"""


@pytest.mark.parametrize(
    ("provider", "model", "route"),
    [
        ("openai", "gpt-5", "https://gateway.example/v1"),
        ("openai", "o3", ""),
        ("openai", "gone", ""),
        ("ollama", "any", "http://127.0.0.1:11434"),
        ("ollama", "big", "http://big.example"),
        ("mistral", "gone", "https://m.example"),
        ("anthropic", "x", ""),
        ("groq", "x", "https://json.example"),
    ],
)
def test_two_models_of_one_provider_may_go_different_ways(tmp_path: Path, provider: str, model: str, route: str) -> None:
    (tmp_path / "config.yaml").write_text(SETTINGS)
    old = [{"provider": "groq", "apiBase": "https://json.example"}, {"provider": "openai", "model": "gone", "apiBase": "https://x.example"}]
    (tmp_path / "config.json").write_text(json.dumps({"models": old}))
    line = LINE.replace(b"openai", provider.encode()).replace(b"gpt-5", model.encode())
    (event,) = read(line, path=str(tmp_path / FILE)).events
    assert event.route == route


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_counts_are_below_the_user_s_home_on_every_system(platform: str, tmp_path: Path) -> None:
    (root,) = SOURCE.roots(places(tmp_path, platform=platform))
    assert root.path == tmp_path / ".continue" / "dev_data"
    assert not SOURCE.route(places(tmp_path), root)


def test_variables_and_settings_say_where_the_counts_are(tmp_path: Path) -> None:
    (tmp_path / "kept" / "dev_data" / "0.2.0").mkdir(parents=True)
    for name in ("tokensGenerated.jsonl", "old-tokensGenerated.jsonl"):
        (tmp_path / "kept" / "dev_data" / "0.2.0" / name).touch()
    where = places(tmp_path, {"CONTINUE_GLOBAL_DIR": "~/c"}, extra={"continue": (tmp_path / "kept", tmp_path / "data")})
    assert [root.path for root in SOURCE.roots(where)] == [tmp_path / "c" / "dev_data", tmp_path / "kept" / "dev_data", tmp_path / "data"]
    assert [Path(path).name for _, path in logs_of(SOURCE, where)] == ["tokensGenerated.jsonl"]


@given(st.binary())
def test_unknown_fields_of_an_earlier_version_begin_anew(fields: bytes) -> None:
    assert SOURCE.parser(Log("continue", FILE), fields).fields() == b""
    assert SOURCE.parser(Log("continue", "devdata.sqlite"), fields).fields()
