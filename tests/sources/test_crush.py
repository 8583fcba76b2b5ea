"""Crush keeps what a session cost and when it answered, which dates the cost."""

# ruff: noqa: S608 - the databases are the tests' own

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from sources.stores_reading import RECORDED, Books, book, flaws, made, places, read, read_home, readings, tokens
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources import crush_source
from tankful.sources.stored import PIECE
from tankful.sources.way import written

SOURCE = crush_source.SOURCE
START = int(datetime(2026, 10, 1, 8, tzinfo=UTC).timestamp())
TABLES = """
    CREATE TABLE sessions (id TEXT, parent_session_id TEXT, cost REAL, updated_at INTEGER, created_at INTEGER);
    CREATE TABLE messages (id TEXT, session_id TEXT, role TEXT, model TEXT, provider TEXT, created_at INTEGER);
"""


def session(name: str, cost: float, *, parent: str = "NULL", changed: int = START + 60) -> str:
    return f"INSERT INTO sessions VALUES ('{name}', {parent}, {cost}, {changed}, {START});"


def said(name: str, role: str, at: int, model: str = "m", provider: str = "p") -> str:
    return f"INSERT INTO messages VALUES ('', '{name}', '{role}', '{model}', '{provider}', {at});"


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the shared recordings are not here")
def test_a_recorded_session_is_spread_over_its_days_and_holds_its_child() -> None:
    found, _ = read(SOURCE, RECORDED / "crush" / "inline-tokscale" / "crush.db")
    events = book(found)
    assert [(event.at.date(), event.recorded_cost) for event in events] == [(date(2025, 3, 18), 15), (date(2025, 3, 19), 15)]
    assert (tokens(events), {event.session for event in events}, found.problems) == (TokenUsage(), {"root-1"}, [])


def test_what_a_session_cost_more_is_booked_when_it_answered_since(tmp_path: Path) -> None:
    path = made(tmp_path / "crush.db", TABLES + session("s", 0.5) + said("s", "assistant", START + 60))
    first, fields = read(SOURCE, path, route="https://llm.example.org")
    (total,) = first.totals
    assert (total.model, total.provider, total.route, total.project) == ("m", "p", "https://llm.example.org", "")
    assert not read(SOURCE, path, fields)[0].totals
    made(path, f"UPDATE sessions SET cost = 0.8, updated_at = {START + 9000};" + said("s", "assistant", START + 8000, "n"))
    second, _ = read(SOURCE, path, fields)
    events = Books().book(first, second).events()
    assert [(event.model, event.recorded_cost) for event in events] == [("m", Decimal("0.5")), ("n", Decimal("0.3"))]
    assert events[1].at.timestamp() == START + 8000


@pytest.mark.parametrize("column", ["session_id", "role", "created_at"])
def test_answers_of_a_newer_crush_are_named_and_the_costs_are_booked(tmp_path: Path, column: str) -> None:
    newer = f"ALTER TABLE messages RENAME COLUMN {column} TO {column}_2;"
    found, _ = read(SOURCE, made(tmp_path / "crush.db", TABLES + session("s", 0.5) + newer))
    assert ([event.recorded_cost for event in book(found)], flaws(found)) == ([Decimal("0.5")], [Flaw.OTHER_SHAPE])


def test_costs_that_are_none_and_answers_without_a_time_are_passed_over(tmp_path: Path) -> None:
    rows = [session("free", 0), session("odd", -1), session("child", 5, parent="'s'"), session("s", 1), said("s", "assistant", 7)]
    found, _ = read(SOURCE, made(tmp_path / "crush.db", TABLES + "".join(rows)))
    (event,) = book(found)
    assert (event.session, event.recorded_cost, event.model, event.at.timestamp()) == ("s", 1, None, START + 60)
    assert flaws(found) == [Flaw.BAD_COUNT]


def test_prompts_are_those_of_root_sessions_and_the_project_is_where_the_folder_lies(tmp_path: Path) -> None:
    rows = [
        session("s", 0),
        session("child", 0, parent="'s'"),
        said("s", "user", START),
        said("child", "user", START),
        said("s", "assistant", START),
    ]
    path = made(tmp_path / "orchard" / ".crush" / "crush.db", TABLES + "".join(rows))
    found, fields = read(SOURCE, path)
    (prompt,) = found.prompts
    assert (prompt.session, prompt.project, prompt.at.timestamp()) == ("s", str(tmp_path / "orchard"), START)
    assert not read(SOURCE, path, fields)[0].prompts


def test_odd_databases_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    assert flaws(read(SOURCE, made(tmp_path / "foreign.db", "CREATE TABLE sessions (id);"))[0]) == [Flaw.OTHER_SHAPE]
    bare = made(tmp_path / "bare.db", "CREATE TABLE sessions (id, parent_session_id, cost); INSERT INTO sessions VALUES ('s', NULL, 1);")
    found, _ = read(SOURCE, bare)
    assert (len(found.totals), flaws(found)) == (1, [Flaw.BAD_TIME])


def test_a_reading_may_end_after_any_piece(tmp_path: Path) -> None:
    rows = [session(f"{number}", 1) + said(f"{number}", "user", START + number) for number in range(PIECE + 5)]
    for found in readings(SOURCE, made(tmp_path / "crush.db", TABLES + "".join(rows))):
        assert sum(event.recorded_cost or 0 for event in book(found)) == PIECE + 5
        assert len({prompt.key for prompt in found.prompts}) == PIECE + 5


def test_databases_are_found_through_the_list_of_projects_and_in_those_of_other_agents(tmp_path: Path) -> None:
    shared = tmp_path / ".local" / "share" / "crush"
    shared.mkdir(parents=True)
    listed = [{"path": str(tmp_path / "a")}, {"path": str(tmp_path / "b"), "data_dir": str(tmp_path / "data")}, {"path": "relative"}, 7]
    (shared / "projects.json").write_text(json.dumps({"projects": listed}))
    here = places(tmp_path, projects=(tmp_path / "c",), extra={"crush": (tmp_path / "d",)})
    expected = [tmp_path / "a" / ".crush", tmp_path / "data", shared, tmp_path / "c" / ".crush", tmp_path / "d", tmp_path / "d" / ".crush"]
    assert [root.path for root in SOURCE.roots(here)] == expected
    for folder in expected:
        made(folder / "crush.db", TABLES + session(folder.name + str(folder.parent), 1))
        (folder / "other.db").touch()
    assert sum(event.recorded_cost or 0 for event in book(read_home(SOURCE, here))) == 6


def test_the_list_lies_elsewhere_by_system_and_by_variable() -> None:
    home = Path("/home/grace")
    given = places(home, {"CRUSH_GLOBAL_DATA": "/g", "XDG_DATA_HOME": "/d"}, "win32")
    assert [str(root.path) for root in SOURCE.roots(given)] == [
        "/g",
        "/d/crush",
        str(home / ".local/share/crush"),
        str(home / "AppData/Local/crush"),
    ]
    assert SOURCE.roots(places(home, {"LOCALAPPDATA": "/l"}, "win32"))[-1].path == Path("/l/crush")


def test_the_address_of_the_chosen_provider_is_the_route(tmp_path: Path) -> None:
    (root,) = SOURCE.roots(places(tmp_path, projects=(tmp_path / "work",)))[-1:]
    assert SOURCE.route(places(tmp_path), root) == ""
    config = tmp_path / ".config" / "crush"
    config.mkdir(parents=True)
    providers = {"company": {"base_url": "https://me:key@llm.example.org/v1"}}
    (config / "crush.json").write_text(json.dumps({"models": {"large": {"provider": "company"}}, "providers": providers}))
    assert SOURCE.route(places(tmp_path), root) == "https://llm.example.org/v1"
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "crush.json").write_text(json.dumps({"models": {"large": {"provider": "own"}}}))
    assert SOURCE.route(places(tmp_path), root) == ""
    other, environ = SOURCE.roots(places(tmp_path))[0], {"CRUSH_GLOBAL_CONFIG": str(config)}
    assert SOURCE.route(places(Path("/nobody"), environ), other) == "https://llm.example.org/v1"
    assert SOURCE.route(places(Path("/nobody"), {"XDG_CONFIG_HOME": str(tmp_path / ".config")}), other) == "https://llm.example.org/v1"


def test_a_session_goes_where_the_provider_of_its_last_answer_is_called(tmp_path: Path) -> None:
    (root,) = SOURCE.roots(places(tmp_path, projects=(tmp_path / "work",)))[-1:]
    (tmp_path / ".config" / "crush").mkdir(parents=True)
    (tmp_path / "work").mkdir()
    large, team = {"large": {"provider": "own"}}, {"base_url": "https://me:key@llm.example.org"}
    (tmp_path / ".config" / "crush" / "crush.json").write_text(
        json.dumps({"models": large, "providers": {"p": {"base_url": "https://late.example.org"}, "q": {}}})
    )
    (tmp_path / "work" / "crush.json").write_text(json.dumps({"providers": {"p": team}}))
    given = places(tmp_path)
    assert SOURCE.addresses(given, root) == {"p": "https://llm.example.org"}
    way = written(SOURCE.route(given, root), SOURCE.addresses(given, root))
    found, _ = read(SOURCE, made(tmp_path / "crush.db", TABLES + session("s", 0.5) + said("s", "assistant", START + 60)), route=way)
    assert [(total.provider, total.route) for total in found.totals] == [("p", "https://llm.example.org")]
    elsewhere = written("https://llm.example.org", {"other": "https://llm.example.org"})
    assert [total.route for total in read(SOURCE, tmp_path / "crush.db", route=elsewhere)[0].totals] == [""]
