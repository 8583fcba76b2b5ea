"""Warp's database of conversations."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from sources.editor_reading import database, logs_of, places, read_log, read_path, written
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources.source import Exactness, Log, Root
from tankful.sources.warp_source import SOURCE

AT = datetime(2026, 10, 18, 8, tzinfo=UTC)
TABLES = """CREATE TABLE agent_conversations (conversation_id, conversation_data, last_modified_at);
CREATE TABLE ai_queries (id INTEGER PRIMARY KEY, exchange_id, conversation_id, start_ts, input, working_directory);"""
ASKED = '[{"Query":{"text":"what"}}]'


def _used(*used: dict[str, object], **charged: dict[str, object]) -> str:
    return json.dumps({"conversation_usage_metadata": {"token_usage": used, "cumulative_token_cost_by_model": charged}})


def _conversation(data: object, identity: str = "c", changed: object = "2026-10-18 09:00:00") -> tuple[object, ...]:
    return (identity, data, changed)


def _database(folder: Path, *conversations: tuple[object, ...], asked: list[tuple[object, ...]] | None = None) -> Path:
    rows = {"agent_conversations": conversations} if conversations else {}
    return database(folder / "warp.sqlite", TABLES, {**rows, **({"ai_queries": asked} if asked else {})})


def test_a_conversation_has_one_sum_for_each_model(tmp_path: Path) -> None:
    used = _used(
        {"model_id": "a", "warp_tokens": 900, "byok_tokens": 90, "custom_endpoint_tokens": 9}, {"model_id": "b"}, {"warp_tokens": 5}
    )
    asked: list[tuple[object, ...]] = [
        (1, "x1", "c", "2026-10-18 08:00:00", ASKED, None),
        (2, "x2", "c", "2026-10-18 08:30:00.250", "[]", "/src"),
        (3, "x3", "c", "never", "[]", "/other"),
    ]
    one, two = read_path(SOURCE, _database(tmp_path, _conversation(used), asked=asked)).totals
    assert (one.tokens, one.model, one.counter, one.session, one.provider) == (TokenUsage(999), "a", "c/a", "c", "warp")
    assert (one.at, one.began, one.project, one.recorded_cost) == (AT + timedelta(hours=1), AT, "/src", None)
    assert one.times == (AT, AT + timedelta(minutes=30, milliseconds=250))
    assert (two.tokens, two.model) == (TokenUsage(5), None)


@pytest.mark.parametrize(
    ("whole", "tokens", "cost"),
    [
        (170, TokenUsage(input=40, output=20, cache_read=100, cache_write=10), Decimal("0.0725")),
        (280, TokenUsage(input=150, output=20, cache_read=100, cache_write=10), Decimal("0.0725")),
        (200, TokenUsage(input=70, output=20, cache_read=100, cache_write=10), None),
        (0, TokenUsage(input=40, output=20, cache_read=100, cache_write=10), Decimal("0.0725")),
    ],
)
def test_what_was_charged_is_split_and_costs_what_warp_says(tmp_path: Path, whole: int, tokens: TokenUsage, cost: Decimal | None) -> None:
    charged = {"total_input": 150, "output": 20, "input_cache_read": 100, "input_cache_write": 10}
    cents = {
        "input_cost_in_cents": 4.0,
        "output_cost_in_cents": 2.5,
        "input_cache_read_cost_in_cents": 0.5,
        "input_cache_write_cost_in_cents": 0.25,
    }
    used = _used({"model_id": "a", "warp_tokens": whole}, a={**charged, **cents})
    (total,) = read_path(SOURCE, _database(tmp_path, _conversation(used))).totals
    assert (total.tokens, total.recorded_cost) == (tokens, cost)


def test_a_charge_of_nothing_is_no_cost(tmp_path: Path) -> None:
    used = _used({"model_id": "a", "warp_tokens": 3}, a={"total_input": 2, "output": 1, "input_cache_read": 9})
    (total,) = read_path(SOURCE, _database(tmp_path, _conversation(used))).totals
    assert (total.tokens, total.recorded_cost) == (TokenUsage(2, 1, 9), None)


def test_only_what_a_human_asked_is_a_prompt_and_is_read_once(tmp_path: Path) -> None:
    asked: list[tuple[object, ...]] = [
        (1, "x1", "c", "2026-10-18 08:00:00", ASKED, "/src"),
        (2, "x2", "c", "2026-10-18 08:01:00", '[{"ActionResult":"Query"}]', "/src"),
        (3, "x3", "c", "never", ASKED, "/src"),
        *((number, f"x{number}", "d", "2026-10-18 08:02:00", None, None) for number in range(4, 1004)),
    ]
    path = _database(tmp_path, asked=asked)
    log = Log(SOURCE.id, str(path))
    found, fields = read_log(SOURCE, log)
    assert [(prompt.at, prompt.session, prompt.project) for prompt in found.prompts] == [(AT, "c", "/src")]
    database(path, "INSERT INTO ai_queries VALUES (2000, 'x', 'd', '2026-10-18 09:00:00', '[{\"Query\":{}}]', NULL)")
    assert [prompt.session for prompt in read_log(SOURCE, log, fields)[0].prompts] == ["d"]
    database(path, "DELETE FROM ai_queries WHERE id > 2")
    assert [prompt.session for prompt in read_log(SOURCE, log, fields)[0].prompts] == ["c"]
    database(path, "DELETE FROM ai_queries")
    assert read_log(SOURCE, log, fields)[0].prompts == []


def test_only_conversations_as_new_as_the_last_one_are_read_again(tmp_path: Path) -> None:
    used = _used({"model_id": "a", "warp_tokens": 1})
    path = _database(tmp_path, *(_conversation(used, f"c{number}", f"2026-10-18 09:00:{number / 100:05.2f}") for number in range(1001)))
    log = Log(SOURCE.id, str(path))
    found, fields = read_log(SOURCE, log)
    assert (len(found.totals), len(read_log(SOURCE, log, fields)[0].totals)) == (1001, 1)
    assert len(read_log(SOURCE, log, b"\xff")[0].totals) == 1001


def test_nonsense_costs_no_more_than_itself(tmp_path: Path) -> None:
    found = read_path(
        SOURCE,
        _database(
            tmp_path,
            _conversation("{", "a"),
            _conversation(None, "b"),
            _conversation('{"conversation_usage_metadata":null}', "c"),
            _conversation("{}", "d"),
            _conversation(_used({"model_id": 5, "warp_tokens": "x", "byok_tokens": 3}), "e", b"never"),
            _conversation(_used(), "f"),
        ),
    )
    assert [(total.session, total.tokens, total.model) for total in found.totals] == [("e", TokenUsage(3), None)]
    assert {problem.flaw for problem in found.problems} == {Flaw.NOT_JSON, Flaw.WRONG_SHAPE, Flaw.BAD_TIME}
    for number, script in enumerate(("CREATE TABLE other (id)", f"{TABLES} DROP TABLE ai_queries")):
        found = read_path(SOURCE, database(tmp_path / str(number) / "warp.sqlite", script))
        assert [problem.flaw for problem in found.problems] == [Flaw.OTHER_SHAPE]


def test_numbers_that_are_none_do_not_count(tmp_path: Path) -> None:
    script = TABLES.replace("INTEGER PRIMARY KEY", "")
    path = database(tmp_path / "warp.sqlite", script, {"ai_queries": [("x", "x1", "c", "2026-10-18 08:00:00", ASKED, None)]})
    log = Log(SOURCE.id, str(path))
    found, fields = read_log(SOURCE, log)
    assert (len(found.prompts), len(read_log(SOURCE, log, fields)[0].prompts)) == (1, 1)


def test_a_conversation_that_goes_on_has_all_its_exchanges(tmp_path: Path) -> None:
    asked: list[tuple[object, ...]] = [(number, f"x{number}", "c", f"2026-10-18 08:0{number}:00", ASKED, "/src") for number in (1, 2)]
    path = _database(tmp_path, _conversation(_used({"model_id": "a", "warp_tokens": 1})), asked=asked)
    log = Log(SOURCE.id, str(path))
    _, fields = read_log(SOURCE, log)
    database(path, "INSERT INTO ai_queries VALUES (3, 'x3', 'c', '2026-10-18 08:03:00', '[]', NULL), (4, 'x4', 'd', NULL, '[]', '/other')")
    (total,) = read_log(SOURCE, log, fields)[0].totals
    assert (len(total.times), total.project) == (3, "/src")


def test_the_database_lies_in_warps_own_folder(tmp_path: Path) -> None:
    def paths(platform: str, environ: dict[str, str] | None = None) -> list[str]:
        return [root.path.as_posix() for root in SOURCE.roots(places(Path("h"), environ, platform))]

    assert paths("linux") == ["h/.local/state/warp-terminal", "h/.local/state/warp-terminal-preview"]
    assert paths("linux", {"XDG_STATE_HOME": "/s"}) == ["/s/warp-terminal", "/s/warp-terminal-preview"]
    assert paths("darwin")[:2] == [
        "h/Library/Group Containers/2BBY89MBSN.dev.warp/Library/Application Support/dev.warp.Warp-Stable",
        "h/Library/Application Support/dev.warp.Warp-Stable",
    ]
    assert paths("win32") == ["h/AppData/Local/warp/Warp/data", "h/AppData/Local/warp/WarpPreview/data"]
    assert paths("win32", {"LOCALAPPDATA": "/l"}) == ["/l/warp/Warp/data", "/l/warp/WarpPreview/data"]
    given = places(tmp_path, source="warp", extra=(tmp_path / "own",))
    written(tmp_path / "own/warp.sqlite")
    written(tmp_path / "own/my_warp.sqlite")
    assert [log.path for log in logs_of(SOURCE, given)] == [str(tmp_path / "own/warp.sqlite")]
    assert (SOURCE.route(given, Root(tmp_path, "")), SOURCE.exactness) == ("", Exactness.ESTIMATE)
