"""Zed's database of threads."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

from sources.editor_reading import TIMES, database, logs_of, places, read_log, read_path, written
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources.source import Exactness, Findings, Log, Root
from tankful.sources.way import written as way_text
from tankful.sources.zed_places import addresses_of
from tankful.sources.zed_source import SOURCE

AT = datetime(2026, 10, 16, 8, tzinfo=UTC)
TABLE = """CREATE TABLE threads (id TEXT PRIMARY KEY, updated_at TEXT, data_type TEXT, data BLOB, created_at TEXT, folder_paths TEXT,
folder_paths_order TEXT)"""
NEW = "2026-10-16T08:00:00Z"


def _counts(*counts: object) -> dict[str, object]:
    names = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    return dict(zip(names, counts, strict=False))


def _thread(provider: object = "zed.dev", model: object = "m", **more: object) -> bytes:
    return json.dumps({"model": {"provider": provider, "model": model}, **more}).encode()


def _row(
    data: object, form: object = "json", updated: object = "2026-10-16T08:00:00+00:00", identity: str = "t", *rest: object
) -> list[object]:
    return [identity, updated, form, data, *(rest or (None, None, None))]


def _threads(folder: Path, *rows: list[object]) -> Path:
    return database(folder / "threads.db", TABLE, {"threads": rows} if rows else None)


# --- threads


@pytest.mark.parametrize("form", ["json", "zstd"])
def test_a_thread_is_the_sum_of_all_its_requests(tmp_path: Path, form: str) -> None:
    thread = _thread("zed.dev", "claude", cumulative_token_usage=_counts(400, 60, 5, 30), request_token_usage={"u": _counts(1, 1)})
    data = zstandard.ZstdCompressor().compress(thread) if form == "zstd" else thread
    (total,) = read_path(
        SOURCE, _threads(tmp_path, _row(data, form, "2026-10-16T08:00:00Z", "t", "2026-10-16T07:00:00Z", None, None))
    ).totals
    assert total.tokens == TokenUsage(input=400, output=60, cache_write=5, cache_read=30)
    assert (total.agent, total.counter, total.session, total.model, total.provider) == ("zed", "t", "t", "claude", "zed.dev")
    assert (total.at, total.began, total.times, total.recorded_cost, total.second_hand) == (AT, AT.replace(hour=7), (), None, 0)


@pytest.mark.parametrize("usage", [{"a": _counts(10, 1), "b": _counts(20, 2)}, [_counts(10, 1), _counts(20, 2)]])
def test_a_thread_without_a_sum_is_what_its_messages_say(tmp_path: Path, usage: object) -> None:
    for sums in ({}, {"cumulative_token_usage": _counts(0, 0)}):
        (total,) = read_path(SOURCE, _threads(tmp_path / str(len(sums)), _row(_thread(request_token_usage=usage, **sums)))).totals
        assert total.tokens == TokenUsage(30, 3)


def test_only_what_is_as_new_as_the_last_thread_is_read_again(tmp_path: Path) -> None:
    data = _thread(cumulative_token_usage=_counts(1, 1))
    path = _threads(
        tmp_path, *(_row(data, "json", f"2026-10-16T08:{number // 60:02}:{number % 60:02}Z", f"t{number}") for number in range(150))
    )
    log = Log(SOURCE.id, str(path))
    found, fields = read_log(SOURCE, log)
    assert len(found.totals) == 150
    assert [total.session for total in read_log(SOURCE, log, fields)[0].totals] == ["t149"]
    database(path, "UPDATE threads SET updated_at = '2026-10-17T00:00:00Z' WHERE id = 't3'")
    assert [total.session for total in read_log(SOURCE, log, fields)[0].totals] == ["t149", "t3"]
    assert len(read_log(SOURCE, log, b"\xc1")[0].totals) == 150


def test_threads_that_used_nothing_here_are_passed_over(tmp_path: Path) -> None:
    rows = [
        _row(_thread(cumulative_token_usage=_counts(9, 9), imported=True), identity="a"),
        _row(_thread(), identity="b"),
        _row(b'{"cumulative_token_usage":null}', identity="c"),
    ]
    assert read_path(SOURCE, _threads(tmp_path, *rows)) == Findings()


def test_nonsense_costs_no_more_than_itself(tmp_path: Path) -> None:
    whole = {"cumulative_token_usage": _counts(7, -1)}
    rows = [
        _row("{", identity="a"),
        _row(b"\x00\x11", "zstd", identity="b"),
        _row(zstandard.ZstdCompressor().compress(b"{} " * 22_000_000), "zstd", identity="c"),
        _row(b"{}", "br", identity="d"),
        _row(5, identity="e"),
        _row(_thread(7, None, **whole), updated=12, identity="f"),
        _row(json.dumps(whole), identity="g"),
    ]
    found = read_path(SOURCE, _threads(tmp_path, *rows))
    assert sorted((total.session, total.tokens.total, total.model, total.at) for total in found.totals) == [
        ("f", 7, None, TIMES.modified),
        ("g", 7, None, AT),
    ]
    assert {problem.flaw for problem in found.problems} == {
        Flaw.NOT_JSON,
        Flaw.LONG_LINE,
        Flaw.WRONG_SHAPE,
        Flaw.BAD_COUNT,
        Flaw.BAD_TIME,
    }
    found = read_path(SOURCE, database(tmp_path / "two" / "threads.db", "CREATE TABLE threads (id)"))
    assert [problem.flaw for problem in found.problems] == [Flaw.OTHER_SHAPE]


@pytest.mark.parametrize(
    ("folders", "order", "project"),
    [
        ("/a\n/b", "1,0", "/b"),
        ("/a\n/b", None, "/a"),
        ("/a\n/b", "x", "/a"),
        ("/a", "1,0", "/a"),
        ("\n", "0", ""),
        (None, "0", ""),
        (5, None, "5"),
    ],
)
def test_the_project_is_the_folder_opened_first(tmp_path: Path, folders: object, order: object, project: str) -> None:
    data = _thread(cumulative_token_usage=_counts(1))
    (total,) = read_path(SOURCE, _threads(tmp_path, _row(data, "json", NEW, "t", None, folders, order))).totals
    assert total.project == project


def test_older_tables_have_fewer_columns(tmp_path: Path) -> None:
    script = "CREATE TABLE threads (id, updated_at, data_type, data)"
    data = _thread(cumulative_token_usage=_counts(1))
    rows = {"threads": [("t", NEW, "json", data), ("u", b"never", "json", data)]}
    found, fields = read_log(SOURCE, Log(SOURCE.id, str(database(tmp_path / "threads.db", script, rows))))
    assert [(total.began, total.project, total.at) for total in found.totals] == [(None, "", AT), (None, "", TIMES.modified)]
    assert fields.endswith(NEW.encode())


# --- places and routes

SETTINGS = """// settings
{ "agent": { "default_model": { "provider": "team", }, }, /* the team's */
  "language_models": { "anthropic": { "api_url": "https://key@one.example" }, "openai": 5,
    "openai_compatible": { "team": { "api_url": "https://two.example/v1?key=1" } } } }"""


@pytest.mark.parametrize(
    ("data", "config"),
    [(".local/share/zed", ".config/zed"), ("Library/Application Support/Zed", ".config/zed"), ("AppData/Local/Zed", "AppData/Roaming/Zed")],
)
def test_each_thread_goes_where_its_provider_does(tmp_path: Path, data: str, config: str) -> None:
    written(tmp_path / config / "settings.json", SETTINGS)
    used = {"cumulative_token_usage": _counts(1)}
    rows = [_row(_thread(name, **used), identity=name) for name in ("team", "anthropic", "openai", "unknown", "zed.dev")]
    found = read_path(SOURCE, _threads(tmp_path / data / "threads", *rows))
    assert {total.provider: total.route for total in found.totals} == {
        "team": "https://two.example/v1",
        "anthropic": "https://one.example",
        "openai": "",
        "unknown": "unknown",
        "zed.dev": "",
    }
    assert addresses_of("threads.db") == {}


@pytest.mark.parametrize(
    ("platform", "environ", "config"),
    [
        ("linux", {}, ".config/zed"),
        ("linux", {"XDG_CONFIG_HOME": "c"}, "c/zed"),
        ("darwin", {}, ".config/zed"),
        ("win32", {}, "AppData/Roaming/Zed"),
    ],
)
def test_the_route_is_that_of_the_default_model(tmp_path: Path, platform: str, environ: dict[str, str], config: str) -> None:
    given, root = places(tmp_path, environ, platform), Root(tmp_path, "")
    assert SOURCE.route(given, root) == ""
    written(tmp_path / config / "settings.json", SETTINGS)
    assert SOURCE.route(given, root) == "https://two.example/v1"
    written(tmp_path / config / "settings.json", '{"agent":{"default_model":{"provider":"team"}}}')
    assert SOURCE.route(given, root) == "team"


def test_windows_may_have_moved_its_folders(tmp_path: Path) -> None:
    written(tmp_path / "r/Zed/settings.json", SETTINGS)
    given = places(tmp_path, {"APPDATA": str(tmp_path / "r"), "LOCALAPPDATA": "/l"}, "win32")
    assert SOURCE.route(given, Root(tmp_path, "")) == "https://two.example/v1"
    assert [root.path.as_posix() for root in SOURCE.roots(given)] == ["/l/Zed/threads"]


def test_threads_lie_in_one_folder_on_each_platform(tmp_path: Path) -> None:
    def paths(platform: str, environ: dict[str, str] | None = None) -> list[str]:
        return [root.path.relative_to(tmp_path).as_posix() for root in SOURCE.roots(places(tmp_path, environ, platform))]

    flatpak = ".var/app/dev.zed.Zed/data/zed/threads"
    assert paths("linux") == [".local/share/zed/threads", flatpak]
    assert paths("linux", {"XDG_DATA_HOME": "d"}) == ["d/zed/threads", flatpak]
    assert paths("linux", {"XDG_DATA_HOME": "d", "FLATPAK_XDG_DATA_HOME": "f"}) == ["f/zed/threads", flatpak]
    assert paths("darwin") == ["Library/Application Support/Zed/threads"]
    assert paths("win32") == ["AppData/Local/Zed/threads"]
    assert SOURCE.roots(places(tmp_path, source="zed", extra=(Path("/own"),)))[0] == Root(Path("/own"), "settings", 1)
    _threads(tmp_path / ".local/share/zed/threads")
    written(tmp_path / ".local/share/zed/threads/my_threads.db")
    assert [Path(log.path).name for log in logs_of(SOURCE, places(tmp_path))] == ["threads.db"]
    assert SOURCE.exactness is Exactness.EXACT


@pytest.mark.parametrize(
    ("environ", "data", "config"),
    [
        ({"XDG_CONFIG_HOME": "c"}, ".local/share/zed", "c/zed"),
        ({"XDG_DATA_HOME": "d"}, "d/zed", ".config/zed"),
        ({}, ".var/app/dev.zed.Zed/data/zed", ".var/app/dev.zed.Zed/config/zed"),
    ],
)
def test_addresses_are_found_wherever_data_and_settings_were_moved(tmp_path: Path, environ: dict[str, str], data: str, config: str) -> None:
    written(tmp_path / config / "settings.json", SETTINGS)
    given, root = places(tmp_path, environ), Root(tmp_path / data / "threads", "")
    assert SOURCE.route(given, root) == "https://two.example/v1"
    way = way_text(SOURCE.route(given, root), SOURCE.addresses(given, root))
    path = _threads(tmp_path / data / "threads", _row(_thread("anthropic", cumulative_token_usage=_counts(1))))
    found = read_path(SOURCE, path, route=way)
    assert [total.route for total in found.totals] == ["https://one.example"]
