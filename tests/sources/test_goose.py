"""Goose's ledger has one row a call; what is older than it is a sum that is followed."""

# ruff: noqa: S608 - the databases are the tests' own

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from sources.stores_reading import TIMES, Books, book, flaws, made, places, read, readings, tokens
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources import goose_source
from tankful.sources.source import Root
from tankful.sources.stored import PIECE
from tankful.sources.way import written

SOURCE = goose_source.SOURCE
TABLES = """
    CREATE TABLE sessions (id TEXT, session_type TEXT, working_dir TEXT, created_at TEXT, updated_at TEXT,
        accumulated_total_tokens INTEGER, accumulated_input_tokens INTEGER, accumulated_output_tokens INTEGER, accumulated_cost REAL,
        provider_name TEXT, model_config_json TEXT, parent_session_id TEXT);
    CREATE TABLE messages (id INTEGER PRIMARY KEY, session_id TEXT, role TEXT, content_json TEXT, created_timestamp INTEGER,
        metadata_json TEXT);
"""
LEDGER = """
    CREATE TABLE usage_ledger (id INTEGER PRIMARY KEY, session_id TEXT, created_timestamp INTEGER, model TEXT, input_tokens INTEGER,
        output_tokens INTEGER, total_tokens INTEGER, cache_read_tokens INTEGER, cache_write_tokens INTEGER, cost REAL, cost_source TEXT);
"""
SESSION = """INSERT INTO sessions VALUES ('20261001_1', 'user', '/home/grace/work', '2026-10-01 08:00:00', '2026-10-01 09:00:00',
    1200, 1000, 200, 0.25, 'openai', '{"model_name": "gpt-5"}', NULL);"""
START = int(datetime(2026, 10, 1, 8, tzinfo=UTC).timestamp())


def call(
    *counts: int | str, at: int = START, model: str = "'gpt-5'", cost: str = "NULL", kind: str = "estimated", session: str = "20261001_1"
) -> str:
    listed = ", ".join(map(str, counts))
    return f"""INSERT INTO usage_ledger (session_id, created_timestamp, model, input_tokens, output_tokens, total_tokens, cache_read_tokens,
        cache_write_tokens, cost, cost_source) VALUES ('{session}', {at}, {model}, {listed}, {cost}, '{kind}');"""


def said(role: str, at: int, content: str = "text", metadata: str = "{}", session: str = "20261001_1") -> str:
    return f"""INSERT INTO messages (session_id, role, content_json, created_timestamp, metadata_json)
        VALUES ('{session}', '{role}', '[{{"type":"{content}"}}]', {at}, '{metadata}');"""


def store(folder: Path, *rows: str, tables: str = TABLES + LEDGER) -> Path:
    return made(folder / "sessions.db", tables + "".join(rows))


@pytest.mark.parametrize(
    ("counts", "usage"),
    [
        ((100, 20, 120, 60, 30), TokenUsage(10, 20, 60, 30)),
        ((100, 20, 210, 60, 30), TokenUsage(100, 20, 60, 30)),
        ((50, 20, 70, 60, 30), TokenUsage(50, 20, 60, 30)),
        ((100, 20, 120, "NULL", "NULL"), TokenUsage(100, 20)),
        (("NULL", "NULL", 90, 0, 0), TokenUsage(0, 90)),
    ],
)
def test_input_holds_the_cache_unless_the_total_says_otherwise(tmp_path: Path, counts: tuple[int | str, ...], usage: TokenUsage) -> None:
    found, _ = read(SOURCE, store(tmp_path, SESSION, call(*counts, cost="0.5")), route="https://llm.example.org")
    (event,) = found.events
    assert (event.tokens, event.recorded_cost) == (usage, Decimal("0.5"))
    assert (event.session, event.project, event.provider, event.route) == (
        "20261001_1",
        "/home/grace/work",
        "openai",
        "https://llm.example.org",
    )
    assert not found.totals


def test_a_call_without_a_model_has_that_of_its_session_and_one_without_anything_is_none(tmp_path: Path) -> None:
    nothing = call(0, 0, 0, 0, 0, cost="0")
    found, _ = read(
        SOURCE, store(tmp_path, SESSION, call(1, 1, 2, 0, 0, model="NULL"), nothing, call(2, 1, 3, 0, 0, model="NULL", session="gone"))
    )
    assert [(event.model, event.recorded_cost) for event in found.events] == [("gpt-5", None), (None, None)]


def test_sub_agents_belong_to_their_session_and_two_equal_calls_are_two(tmp_path: Path) -> None:
    sub = SESSION.replace("'20261001_1', 'user'", "'sub', 'sub_agent'").replace("NULL)", "'20261001_1')")
    found, _ = read(SOURCE, store(tmp_path, SESSION, sub, call(1, 1, 2, 0, 0), call(1, 1, 2, 0, 0), call(5, 5, 10, 0, 0, session="sub")))
    assert tokens(book(found, found)) == TokenUsage(7, 7)
    assert {event.session for event in found.events} == {"20261001_1"}


def test_without_a_ledger_the_sums_of_sessions_are_followed(tmp_path: Path) -> None:
    answers = said("assistant", START + 60) + said("assistant", (START + 3000) * 1000)
    path = store(tmp_path, SESSION, answers, tables=TABLES)
    first, fields = read(SOURCE, path)
    assert [event.at.minute for event in book(first)] == [1, 50]
    assert tokens(book(first)) == TokenUsage(1000, 200)
    again, fields = read(SOURCE, path, fields)
    assert not again.totals
    made(path, "UPDATE sessions SET accumulated_input_tokens = 1500, updated_at = '2026-10-01 10:00:00';")
    grown, _ = read(SOURCE, path, fields)
    books = Books().book(first, grown)
    assert tokens(books.events()) == TokenUsage(1500, 200)
    assert books.events()[-1].at == datetime(2026, 10, 1, 10, tzinfo=UTC)


def test_what_a_session_had_used_before_the_ledger_is_booked_once(tmp_path: Path) -> None:
    path = store(tmp_path, SESSION, said("assistant", START + 60), tables=TABLES)
    before, _ = read(SOURCE, path)
    made(
        path,
        LEDGER
        + call(1000, 200, 1200, "NULL", "NULL", at=START + 7000, kind="carried_forward", cost="0.25")
        + call(7, 8, 15, 0, 0, at=START + 7000),
    )
    made(path, "UPDATE sessions SET accumulated_input_tokens = 1007;")
    after, _ = read(SOURCE, path)
    assert tokens(book(before, after)) == tokens(book(after)) == TokenUsage(1007, 208)
    assert book(after)[0].at == datetime(2026, 10, 1, 8, 1, tzinfo=UTC)


def test_sessions_of_two_machines_may_have_the_same_name(tmp_path: Path) -> None:
    here, _ = read(SOURCE, store(tmp_path / "a", SESSION, tables=TABLES))
    there, _ = read(SOURCE, store(tmp_path / "b", SESSION.replace("08:00:00", "08:00:01"), tables=TABLES))
    assert tokens(book(here, there)) == TokenUsage(2000, 400)


def test_prompts_are_what_people_typed(tmp_path: Path) -> None:
    hidden = '{"userVisible":false}'
    other = SESSION.replace("'20261001_1', 'user'", "'job', 'scheduled'")
    rows = [
        said("user", START),
        said("user", START + 1, "toolResponse"),
        said("user", START + 2, metadata=hidden),
        said("assistant", START + 3),
    ]
    path = store(tmp_path, SESSION, other, *rows, said("user", START + 4, session="job"))
    found, fields = read(SOURCE, path)
    (prompt,) = found.prompts
    assert (prompt.session, prompt.project, prompt.at.minute) == ("20261001_1", "/home/grace/work", 0)
    assert not read(SOURCE, path, fields)[0].prompts


def test_old_and_odd_databases_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    assert flaws(read(SOURCE, made(tmp_path / "foreign.db", "CREATE TABLE other (id);"))[0]) == [Flaw.OTHER_SHAPE]
    ledger = "CREATE TABLE usage_ledger (session_id, created_timestamp, output_tokens); INSERT INTO usage_ledger VALUES ('s', 'soon', 5);"
    bare = made(tmp_path / "bare.db", f"CREATE TABLE sessions (id); {ledger}")
    found, _ = read(SOURCE, bare)
    assert [(event.tokens, event.at) for event in found.events] == [(TokenUsage(0, 5), TIMES.modified)]
    assert flaws(found) == [Flaw.OTHER_SHAPE, Flaw.BAD_TIME]
    columns = "id, accumulated_input_tokens, accumulated_output_tokens, model_config_json, updated_at"
    rows = f"('s', 5, 5, '{{bad', {START}), ('t', 0, 0, NULL, 1), ('u', 1, 1, '  ', {START})"
    sums = made(tmp_path / "sums.db", f"CREATE TABLE sessions ({columns}); INSERT INTO sessions VALUES {rows};")
    found, _ = read(SOURCE, sums)
    assert [total.tokens for total in found.totals] == [TokenUsage(5, 5), TokenUsage(1, 1)]
    typed = said("user", START).replace(", metadata_json", "").replace(", '{}')", ")")
    messages = "CREATE TABLE messages (session_id, role, content_json, created_timestamp);"
    plain = made(tmp_path / "plain.db", f"CREATE TABLE sessions (id); {messages} {typed}")
    assert len(read(SOURCE, plain)[0].prompts) == 1


@pytest.mark.parametrize(
    ("table", "column"),
    [
        *(
            ("usage_ledger", name)
            for name in ("session_id", "created_timestamp", "input_tokens", "cache_read_tokens", "cost", "cost_source")
        ),
        *(("messages", name) for name in ("session_id", "role", "created_timestamp")),
        ("sessions", "accumulated_output_tokens"),
    ],
)
def test_a_database_of_a_newer_goose_is_named_whatever_of_it_can_be_read(tmp_path: Path, table: str, column: str) -> None:
    path = store(tmp_path, SESSION, call(1, 1, 2, 0, 0), f"ALTER TABLE {table} RENAME COLUMN {column} TO {column}_2;")
    assert Flaw.OTHER_SHAPE in flaws(read(SOURCE, path)[0])
    bare = made(tmp_path / "bare.db", "CREATE TABLE sessions (id);")
    assert flaws(read(SOURCE, bare)[0]) == [Flaw.OTHER_SHAPE]


def test_a_reading_may_end_after_any_piece(tmp_path: Path) -> None:
    rows = [call(1, 1, 2, 0, 0) + said("user", START + number) for number in range(PIECE + 5)]
    for found in readings(SOURCE, store(tmp_path, SESSION, *rows)):
        assert tokens(book(found)) == TokenUsage(PIECE + 5, PIECE + 5)
        assert len({prompt.key for prompt in found.prompts}) == PIECE + 5


def test_the_database_lies_where_goose_keeps_it_on_every_system() -> None:
    home = Path("/home/grace")
    data = home / ".local" / "share"
    assert [root.path for root in SOURCE.roots(places(home))] == [data / "goose" / "sessions", data / "Block" / "goose" / "sessions"]
    assert [root.path for root in SOURCE.roots(places(home, {"GOOSE_PATH_ROOT": "/g"}, extra={"goose": (Path("/x"),)}))] == [
        Path("/g/data/sessions"),
        Path("/x"),
    ]
    assert SOURCE.roots(places(home, {"XDG_DATA_HOME": "/d"}))[0].path == Path("/d/goose/sessions")
    assert SOURCE.roots(places(home, platform="darwin"))[-1].path == home / "Library" / "Application Support" / "goose" / "sessions"
    assert SOURCE.roots(places(home, platform="win32"))[-1].path == home / "AppData" / "Roaming" / "Block" / "goose" / "data" / "sessions"
    assert list(SOURCE.logs(Root(home, ""), ["/a/sessions.db", "/a/other.db"])) == ["/a/sessions.db"]


def test_the_address_of_the_chosen_provider_is_the_route(tmp_path: Path) -> None:
    root = Root(tmp_path, "")
    assert SOURCE.route(places(tmp_path), root) == ""
    given = '# by hand\nGOOSE_PROVIDER: "litellm"\nLITELLM_HOST: https://me:key@llm.example.org # ours\nextensions:\n  x: y\n- z\n'
    for folder in (tmp_path / ".config" / "goose", tmp_path / "root" / "config", tmp_path / "roaming" / "Block" / "goose" / "config"):
        folder.mkdir(parents=True)
        (folder / "config.yaml").write_text(given)
    here = [
        places(tmp_path),
        places(Path("/nobody"), {"XDG_CONFIG_HOME": str(tmp_path / ".config")}),
        places(Path("/nobody"), {"GOOSE_PATH_ROOT": str(tmp_path / "root")}),
    ]
    here.append(places(Path("/nobody"), {"APPDATA": str(tmp_path / "roaming")}, "win32"))
    assert {SOURCE.route(place, root) for place in here} == {"https://llm.example.org"}
    assert (
        SOURCE.route(places(tmp_path, {"GOOSE_PROVIDER": "openai", "OPENAI_HOST": "https://o.example.org"}), root)
        == "https://o.example.org"
    )
    assert SOURCE.route(places(tmp_path, {"GOOSE_PROVIDER": "unheard-of"}), root) == ""
    assert SOURCE.route(places(tmp_path / ("x" * 300)), root) == ""


def test_each_session_goes_where_its_own_provider_is_called(tmp_path: Path) -> None:
    config = tmp_path / ".config" / "goose"
    (config / "custom_providers").mkdir(parents=True)
    (config / "config.yaml").write_text("GOOSE_PROVIDER: custom_team\nLITELLM_HOST: https://llm.example.org\n")
    (config / "custom_providers" / "team.json").write_text('{"name": "custom_team", "base_url": "https://k@team.example.org/v1"}')
    (config / "custom_providers" / "nameless.json").write_text('{"base_url": "https://other.example.org"}')
    given, root = places(tmp_path), Root(tmp_path, "")
    assert SOURCE.route(given, root) == "https://team.example.org/v1"
    assert SOURCE.addresses(given, root) == {
        "litellm": "https://llm.example.org",
        "custom_team": "https://team.example.org/v1",
        "nameless": "https://other.example.org",
    }
    way = written(SOURCE.route(given, root), SOURCE.addresses(given, root))
    sessions = [SESSION.replace("'openai'", provider) for provider in ("'openai'", "'litellm'", "'custom_team'", "NULL")]
    found = [
        read(SOURCE, store(tmp_path / f"{number}", session, call(9, 9, 18, 0, 0)), route=way)[0] for number, session in enumerate(sessions)
    ]
    routes = ["", "https://llm.example.org", "https://team.example.org/v1", "https://team.example.org/v1"]
    assert [each.events[0].route for each in found] == routes
    old = [read(SOURCE, store(tmp_path / f"old-{number}", session, tables=TABLES), route=way)[0] for number, session in enumerate(sessions)]
    assert [each.totals[0].route for each in old] == routes
    assert SOURCE.addresses(places(Path("a\0b")), root) == {}
