"""Hermes keeps sums of sessions, by model where it is new enough, and each is followed for itself."""

# ruff: noqa: S608 - the databases are the tests' own

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from sources.stores_reading import NOW, TIMES, Books, book, flaws, made, places, read, read_home, readings, tokens
from tankful.core.problems import Flaw
from tankful.core.totals import growth
from tankful.core.usage import TokenUsage
from tankful.sources import hermes_source
from tankful.sources.source import FileTimes
from tankful.sources.stored import PIECE

SOURCE = hermes_source.SOURCE
START = int(datetime(2026, 10, 1, 8, tzinfo=UTC).timestamp())
SESSIONS = """
    CREATE TABLE sessions (id TEXT, source TEXT, model TEXT, started_at REAL, input_tokens INTEGER, output_tokens INTEGER,
        cache_read_tokens INTEGER, cache_write_tokens INTEGER, reasoning_tokens INTEGER, cwd TEXT, billing_provider TEXT,
        billing_base_url TEXT, billing_mode TEXT, estimated_cost_usd REAL, actual_cost_usd REAL);
    CREATE TABLE messages (id INTEGER PRIMARY KEY, session_id TEXT, role TEXT, timestamp REAL, observed INTEGER);
"""
BY_MODEL = """
    CREATE TABLE session_model_usage (session_id TEXT, model TEXT, billing_provider TEXT, billing_base_url TEXT, billing_mode TEXT,
        task TEXT, input_tokens INTEGER, output_tokens INTEGER, cache_read_tokens INTEGER, cache_write_tokens INTEGER,
        reasoning_tokens INTEGER, estimated_cost_usd REAL, actual_cost_usd REAL, first_seen REAL, last_seen REAL);
"""


def session(name: str, *counts: int, model: str = "'m'", source: str = "cli", costs: str = "0.5, NULL", url: str = "''") -> str:
    listed = ", ".join(map(str, counts))
    return (
        f"INSERT INTO sessions VALUES ('{name}', '{source}', {model}, {START}, {listed}, '/home/grace/work', 'p', {url}, 'api', {costs});"
    )


def share(name: str, model: str, *counts: int, costs: str = "0.5, 0", seen: str = "NULL, NULL", task: str = "") -> str:
    listed = ", ".join(map(str, counts))
    return f"INSERT INTO session_model_usage VALUES ('{name}', '{model}', 'p', '', 'api', '{task}', {listed}, {costs}, {seen});"


def said(name: str, role: str, at: float, observed: int = 0) -> str:
    return f"INSERT INTO messages (session_id, role, timestamp, observed) VALUES ('{name}', '{role}', {at}, {observed});"


def test_reasoning_is_inside_output_and_the_actual_cost_comes_first(tmp_path: Path) -> None:
    rows = [
        session("a", 10, 20, 30, 4, 5, costs="0.5, 0.4", url="'https://me:key@llm.example.org/v1'"),
        session("b", 10, 20, 30, 4, 50, costs="0.3, 0"),
        session("c", 1, 0, 0, 0, 0, costs="0, 0"),
    ]
    found, _ = read(SOURCE, made(tmp_path / "state.db", SESSIONS + "".join(rows)))
    first, second, third = found.totals
    assert (first.tokens, first.recorded_cost, first.route) == (
        TokenUsage(10, 20, 30, 4, 0, 5),
        Decimal("0.4"),
        "https://llm.example.org/v1",
    )
    assert (second.tokens.reasoning, second.recorded_cost, third.recorded_cost) == (20, Decimal("0.3"), None)
    assert (first.model, first.provider, first.project, first.session) == ("m", "p", "/home/grace/work", "a")
    assert first.at.timestamp() == START


def test_what_grew_is_booked_at_the_answers_since(tmp_path: Path) -> None:
    path = made(
        tmp_path / "state.db", SESSIONS + session("a", 10, 20, 0, 0, 0) + said("a", "assistant", START + 60) + said("a", "assistant", 7)
    )
    first, fields = read(SOURCE, path)
    assert not read(SOURCE, path, fields)[0].totals
    made(path, "UPDATE sessions SET input_tokens = 15;" + said("a", "assistant", START + 7200))
    second, _ = read(SOURCE, path, fields)
    events = Books().book(first, second).events()
    assert [(event.tokens, event.at.timestamp()) for event in events] == [(TokenUsage(10, 20), START + 60), (TokenUsage(5), START + 7200)]


def test_what_grew_during_a_turn_is_booked_when_the_database_was_written_and_not_at_the_answer_before(tmp_path: Path) -> None:
    path = made(tmp_path / "state.db", SESSIONS + session("a", 10, 20, 0, 0, 0) + said("a", "assistant", START + 60))
    first, fields = read(SOURCE, path)
    made(path, "UPDATE sessions SET input_tokens = 15;")
    late = FileTimes(NOW + timedelta(minutes=30), NOW + timedelta(minutes=31))
    second, _ = read(SOURCE, path, fields, times=late)
    books = Books().book(first)
    (event,) = growth(second.totals[0], books.counted["a\x1fm\x1fp\x1f\x1fapi\x1f"], late.now).events
    assert (event.tokens, event.at, event.undated) == (TokenUsage(5), late.modified, False)


def test_a_session_without_answers_is_dated_by_its_end_and_one_that_was_taken_up_again_by_its_answers(tmp_path: Path) -> None:
    ended = f"ALTER TABLE sessions ADD COLUMN ended_at REAL; UPDATE sessions SET ended_at = {START + 600};"
    rows = session("a", 10, 20, 0, 0, 0) + session("b", 1, 2, 0, 0, 0) + said("b", "assistant", START + 900)
    found, _ = read(SOURCE, made(tmp_path / "state.db", SESSIONS + rows + ended))
    assert [event.at.timestamp() for event in book(found)] == [START + 600, START + 900]


def test_a_session_that_is_split_by_model_is_taken_from_there_and_dated_by_its_calls(tmp_path: Path) -> None:
    shares = share("a", "m", 10, 20, 0, 0, 0, seen=f"{START + 50}, {START + 70}") + share("a", "n", 5, 5, 0, 0, 0, task="review")
    answers = "".join(said("a", "assistant", START + seconds) for seconds in (0, 60, 7200))
    found, _ = read(
        SOURCE,
        made(tmp_path / "state.db", SESSIONS + BY_MODEL + session("a", 15, 25, 0, 0, 0) + shares + session("b", 7, 7, 0, 0, 0) + answers),
    )
    assert tokens(book(found)) == TokenUsage(22, 32)
    first = found.totals[0]
    assert ([time.timestamp() for time in first.times], first.at.timestamp()) == ([START + 60], START + 70)
    assert [total.model for total in found.totals] == ["m", "n", "m"]


def test_the_update_that_splits_sums_by_model_books_nothing_again(tmp_path: Path) -> None:
    path = made(tmp_path / "state.db", SESSIONS + session("a", 10, 20, 0, 0, 0) + session("b", 1, 1, 0, 0, 0, model="NULL"))
    before, fields = read(SOURCE, path)
    made(path, BY_MODEL + share("a", "m", 10, 20, 0, 0, 0) + share("b", "unknown", 1, 1, 0, 0, 0))
    after, _ = read(SOURCE, path, fields)
    assert tokens(book(before, after, read(SOURCE, path)[0])) == TokenUsage(11, 21)
    assert before.totals[1].model is None
    assert read(SOURCE, path)[0].totals[1].model is None


def test_prompts_are_what_people_typed_and_compressed_sessions_copy_them(tmp_path: Path) -> None:
    rows = [session("a", 0, 0, 0, 0, 0, costs="0, 0"), session("job", 0, 0, 0, 0, 0, source="cron", costs="0, 0")]
    rows += [
        said("a", "user", START),
        said("next", "user", START),
        said("a", "user", START + 1, 1),
        said("job", "user", START + 2),
        said("a", "tool", START),
    ]
    path = made(tmp_path / "state.db", SESSIONS + "".join(rows))
    found, fields = read(SOURCE, path)
    assert len({prompt.key for prompt in found.prompts}) == 1
    assert (found.prompts[0].session, found.prompts[0].project) == ("a", "/home/grace/work")
    again, _ = read(SOURCE, path, fields)
    assert (again.prompts, again.totals, found.totals) == ([], [], [])


def test_odd_databases_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    assert flaws(read(SOURCE, made(tmp_path / "foreign.db", "CREATE TABLE sessions (id);"))[0]) == [Flaw.OTHER_SHAPE]
    bare = "CREATE TABLE sessions (id, started_at, input_tokens, output_tokens); INSERT INTO sessions VALUES ('a', 'soon', 3, -4);"
    messages = "CREATE TABLE messages (session_id, role, timestamp); INSERT INTO messages VALUES ('a', 'user', 'soon');"
    found, _ = read(SOURCE, made(tmp_path / "bare.db", bare))
    assert (found.totals[0].tokens, found.totals[0].at) == (TokenUsage(3), TIMES.modified)
    assert flaws(found) == [Flaw.BAD_COUNT, Flaw.BAD_TIME]
    assert len(read(SOURCE, made(tmp_path / "talk.db", bare + messages))[0].prompts) == 1


@pytest.mark.parametrize(
    ("table", "column"), [("session_model_usage", "model"), ("session_model_usage", "cache_read_tokens"), ("messages", "timestamp")]
)
def test_a_database_of_a_newer_hermes_is_named_whatever_of_it_can_be_read(tmp_path: Path, table: str, column: str) -> None:
    newer = f"ALTER TABLE {table} RENAME COLUMN {column} TO {column}_2;"
    path = made(tmp_path / "state.db", SESSIONS + BY_MODEL + session("s", 10, 5, 0, 0, 0) + newer)
    found, _ = read(SOURCE, path)
    assert (tokens(book(found)), flaws(found)) == (TokenUsage(10, 5), [Flaw.OTHER_SHAPE])


def test_a_reading_may_end_after_any_piece(tmp_path: Path) -> None:
    rows = [session(f"{number}", 1, 1, 0, 0, 0) + said(f"{number}", "user", START + number) for number in range(PIECE + 5)]
    for found in readings(SOURCE, made(tmp_path / "state.db", SESSIONS + BY_MODEL + "".join(rows))):
        assert tokens(book(found)) == TokenUsage(PIECE + 5, PIECE + 5)
        assert len({prompt.key for prompt in found.prompts}) == PIECE + 5


def test_the_home_and_its_profiles_have_databases(tmp_path: Path) -> None:
    for folder in (tmp_path / ".hermes", tmp_path / ".hermes" / "profiles" / "garden"):
        made(folder / "state.db", SESSIONS + session(folder.name, 1, 1, 0, 0, 0))
        (folder / "other.db").touch()
    where = places(tmp_path)
    assert tokens(book(read_home(SOURCE, where))) == TokenUsage(2, 2)
    assert SOURCE.route(where, SOURCE.roots(where)[0]) == ""


def test_the_home_lies_elsewhere_by_system_and_by_variable() -> None:
    home = Path("/home/grace")
    assert [str(root.path) for root in SOURCE.roots(places(home, {"HERMES_HOME": "/h"}, extra={"hermes": (Path("/x"),)}))] == [
        "/h",
        "/h/profiles",
        "/x",
        "/x/profiles",
    ]
    assert SOURCE.roots(places(home, platform="win32"))[2].path == home / "AppData" / "Local" / "hermes"
    assert SOURCE.roots(places(home, {"LOCALAPPDATA": "/l"}, "win32"))[2].path == Path("/l/hermes")
