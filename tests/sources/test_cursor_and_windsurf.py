"""The databases of Cursor and Windsurf, which tell when somebody asked and nothing of what it cost."""

import json
import sqlite3
import tracemalloc
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from sources.editor_reading import TIMES, OpenStore, database, logs_of, places, read_log, read_path, written
from tankful.core.problems import Flaw
from tankful.sources import cursor_source, windsurf_source
from tankful.sources.cursor import CursorParser
from tankful.sources.source import Exactness, FileTimes, Findings, Log, Root, SealedParser

CURSOR, WINDSURF = cursor_source.SOURCE, windsurf_source.SOURCE
AT = datetime(2026, 10, 20, 8, tzinfo=UTC)
MS = int(AT.timestamp() * 1000)
KV = "CREATE TABLE cursorDiskKV (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)"
ITEMS = "CREATE TABLE ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)"
EMPTY = "CREATE TABLE once (a); DROP TABLE once"
CHATS = "workbench.panel.aichat.view.aichat.chatdata"


def _bubble(name: str, kind: object = 1, at: object = AT.isoformat(), **more: object) -> tuple[object, object]:
    return f"bubbleId:talk:{name}", json.dumps({"_v": 3, "type": kind, "createdAt": at, **more})


def _cursor(folder: Path, *rows: tuple[object, object]) -> Path:
    return database(folder / "state.vscdb", KV, {"cursorDiskKV": rows} if rows else None)


def _windsurf(folder: Path, value: object) -> Path:
    return database(folder / "state.vscdb", ITEMS, {"ItemTable": [(CHATS, value), ("other", "{")]})


# --- Cursor


def test_what_a_human_asked_cursor_is_a_prompt_and_costs_nothing_known(tmp_path: Path) -> None:
    rows = [_bubble("1"), _bubble("2", 2), _bubble("3", at=MS + 1000, tokenCount={"inputTokens": 5}), _bubble("4", at=None)]
    found = read_path(CURSOR, _cursor(tmp_path, *rows))
    assert [(prompt.at, prompt.session, prompt.project) for prompt in found.prompts] == [
        (AT, "talk", ""),
        (AT + timedelta(seconds=1), "talk", ""),
    ]
    assert (found.events, found.totals, found.problems) == ([], [], [])


def test_only_rows_behind_the_last_one_are_read(tmp_path: Path) -> None:
    path = _cursor(tmp_path, *(_bubble(str(number)) for number in range(1001)))
    log = Log(CURSOR.id, str(path))
    found, fields = read_log(CURSOR, log)
    assert len(found.prompts) == 1001
    assert read_log(CURSOR, log, fields)[0] == Findings()
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany("INSERT INTO cursorDiskKV VALUES (?, ?)", [_bubble("3"), _bubble("new")])
        connection.commit()
    again = read_log(CURSOR, log, fields)[0]
    assert len(again.prompts) == 2
    assert again.prompts[0].key == found.prompts[3].key
    assert len(read_log(CURSOR, log, b"\xc1")[0].prompts) == 1002


def test_few_values_are_held_at_once_however_many_there_are(tmp_path: Path) -> None:
    path = _cursor(tmp_path, *(_bubble(str(number), text="x" * 100_000) for number in range(200)))
    tracemalloc.start()
    found = read_path(CURSOR, path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found.prompts) == 200
    assert peak < 6_000_000


def test_a_database_that_was_numbered_anew_is_read_again(tmp_path: Path) -> None:
    path = _cursor(tmp_path, *(_bubble(str(number)) for number in range(5)))
    log = Log(CURSOR.id, str(path))
    _, fields = read_log(CURSOR, log)
    database(path, "DELETE FROM cursorDiskKV WHERE rowid > 2")
    assert len(read_log(CURSOR, log, fields)[0].prompts) == 2
    database(path, "DELETE FROM cursorDiskKV")
    assert read_log(CURSOR, log, fields)[0] == Findings()


def test_no_question_to_cursors_database_looks_at_old_values(tmp_path: Path) -> None:
    with closing(sqlite3.connect(_cursor(tmp_path, _bubble("1")))) as connection:
        store = OpenStore(connection)
        list(CursorParser(Log(CURSOR.id, ""), None).read_store(store, TIMES, Findings()))
        bound: dict[str, tuple[object, ...]] = {store.asked[0]: (), store.asked[1]: ("a", "b", 1, 1)}
        plans = [row[3] for sql, values in bound.items() for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert plans == ["SEARCH cursorDiskKV", "SEARCH cursorDiskKV USING INTEGER PRIMARY KEY (rowid>?)"]


def test_other_entries_and_nonsense_are_passed_over(tmp_path: Path) -> None:
    rows: list[tuple[object, object]] = [
        ("composerData:talk", '{"type":1,"createdAt":1}'),
        ("checkpointId:talk:1", _bubble("1")[1]),
        ("bubbleId:talk:null", None),
        ("bubbleId:talk:5", 5),
        ("bubbleId:talk:bytes", str(_bubble("2")[1]).encode()),
        ("bubbleId:talk:broken", "{"),
        _bubble("large", text="x" * 4_000_000),
        (b"bubbleId:talk:key", _bubble("3")[1]),
    ]
    found = read_path(CURSOR, _cursor(tmp_path, *rows))
    assert (len(found.prompts), [problem.flaw for problem in found.problems]) == (1, [Flaw.NOT_JSON])
    assert read_path(CURSOR, database(tmp_path / "two" / "state.vscdb", ITEMS)) == Findings()
    assert read_path(CURSOR, database(tmp_path / "empty" / "state.vscdb", EMPTY)) == Findings()


@pytest.mark.parametrize("tables", ["CREATE TABLE cursorDiskKV (name, data)", ITEMS + "; CREATE TABLE cursorChats (key, value)"])
def test_a_database_of_cursor_in_another_shape_is_named(tmp_path: Path, tables: str) -> None:
    found = read_path(CURSOR, database(tmp_path / "state.vscdb", tables))
    assert [problem.flaw for problem in found.problems] == [Flaw.OTHER_SHAPE]


def test_cursors_database_is_in_its_own_editor(tmp_path: Path) -> None:
    given = places(tmp_path, source="cursor", extra=(tmp_path / "own",))
    assert [(root.path.relative_to(tmp_path).as_posix(), root.depth) for root in CURSOR.roots(given)] == [
        ("own", 1),
        (".config/Cursor/User/globalStorage", 0),
    ]
    _cursor(tmp_path / ".config/Cursor/User/globalStorage")
    written(tmp_path / ".config/Cursor/User/globalStorage/my_state.vscdb")
    assert [(Path(log.path).name, log.route) for log in logs_of(CURSOR, given)] == [("state.vscdb", "")]
    assert (CURSOR.exactness, WINDSURF.exactness) == (Exactness.ACTIVITY, Exactness.ACTIVITY)
    assert min(CURSOR.rest_s, WINDSURF.rest_s) >= 60


# --- Windsurf


def _chats(*tabs: object) -> str:
    return json.dumps({"tabs": tabs})


def test_the_last_question_of_a_chat_is_known_or_each_one(tmp_path: Path) -> None:
    said = [
        {"type": "user", "createdAt": MS},
        {"type": "ai", "createdAt": MS + 1},
        {"type": "user", "createdAt": AT.replace(hour=9).isoformat()},
    ]
    value = _chats(
        {"tabId": "a", "lastSendTime": MS + 5000, "bubbles": [{"type": "user"}]}, {"tabId": "b", "lastSendTime": MS, "bubbles": said}
    )
    written(tmp_path / "workspace.json", '{"folder":"file:///home/grace/work/meadow"}')
    found = read_path(WINDSURF, _windsurf(tmp_path, value))
    assert [(prompt.session, prompt.at) for prompt in found.prompts] == [
        ("a", AT + timedelta(seconds=5)),
        ("b", AT),
        ("b", AT.replace(hour=9)),
    ]
    assert {prompt.project for prompt in found.prompts} == {"/home/grace/work/meadow"}
    assert (found.events, found.totals, found.problems) == ([], [], [])


def test_chats_are_read_again_when_they_have_changed(tmp_path: Path) -> None:
    path = _windsurf(tmp_path, _chats({"tabId": "a", "lastSendTime": MS}))
    log = Log(WINDSURF.id, str(path))
    found, fields = read_log(WINDSURF, log)
    assert len(found.prompts) == 1
    assert read_log(WINDSURF, log, fields)[0] == Findings()
    assert len(read_log(WINDSURF, log, b"\xc1")[0].prompts) == 1


def test_workspaces_without_chats_and_nonsense_are_passed_over(tmp_path: Path) -> None:
    assert read_path(WINDSURF, database(tmp_path / "0" / "state.vscdb", EMPTY)) == Findings()
    assert read_path(WINDSURF, database(tmp_path / "1" / "state.vscdb", ITEMS)) == Findings()
    for number, value in enumerate((None, 5, _chats(), _chats({"tabId": "a"}), _chats({"tabId": "a", "lastSendTime": "9" * 30})), 2):
        assert read_path(WINDSURF, _windsurf(tmp_path / str(number), value)) == Findings()
    for number, (value, flaw) in enumerate((("{", Flaw.NOT_JSON), (_chats(5), Flaw.WRONG_SHAPE), ("[]", Flaw.WRONG_SHAPE)), 10):
        assert [problem.flaw for problem in read_path(WINDSURF, _windsurf(tmp_path / str(number), value)).problems] == [flaw]


@pytest.mark.parametrize("tables", ["CREATE TABLE ItemTable (name)", "CREATE TABLE Items (key, value)"])
def test_a_database_of_windsurf_in_another_shape_is_named(tmp_path: Path, tables: str) -> None:
    found = read_path(WINDSURF, database(tmp_path / "state.vscdb", tables))
    assert [problem.flaw for problem in found.problems] == [Flaw.OTHER_SHAPE]


def test_windsurfs_databases_are_in_its_own_editors(tmp_path: Path) -> None:
    (tmp_path / ".config/Windsurf - Next/User").mkdir(parents=True)
    given = places(tmp_path, source="windsurf", extra=(tmp_path / "own",))
    assert [(root.path.relative_to(tmp_path).as_posix(), root.depth) for root in WINDSURF.roots(given)] == [
        ("own", 1),
        (".config/Windsurf/User/workspaceStorage", 1),
        (".config/Windsurf - Next/User/workspaceStorage", 1),
        (".codeium/windsurf/cascade", 0),
        (".codeium/windsurf-next/cascade", 0),
    ]
    names = ["aa/state.vscdb", "cascade/talk.pb", "aa/state.vscdb.backup", "memories/talk.pb", "talk.pb"]
    assert list(WINDSURF.logs(Root(tmp_path, ""), names)) == names[:2]
    assert WINDSURF.route(given, Root(tmp_path, "")) == ""


def _noted(*changes: tuple[int, int], path: str = "cascade/talk.pb", cut: int = 99) -> list[tuple[str, int]]:
    """Return sessions and minutes of what is seen of a conversation that has these contents after so many minutes."""
    found, fields = Findings(), None
    for number, (content, minutes) in enumerate(changes):
        if number == cut:
            fields = b"\xc1"
        parser = cast("SealedParser", WINDSURF.parser(Log(WINDSURF.id, path), fields))
        parser.note(content, FileTimes(AT + timedelta(minutes=minutes), AT + timedelta(days=1)), found)
        fields = parser.fields()
    assert (found.events, found.totals, found.problems) == ([], [], [])
    assert len({prompt.key for prompt in found.prompts}) == len({content for content, _ in changes if content})
    return [(prompt.session, (prompt.at - AT) // timedelta(minutes=1)) for prompt in found.prompts]


def test_a_conversation_of_cascade_is_seen_when_it_changes() -> None:
    assert _noted((1, 0), (2, 9)) == [("talk", 0), ("talk", 9)]


def test_what_is_written_all_the_time_is_seen_now_and_then_and_the_same_anew_not_at_all() -> None:
    assert [minutes for _, minutes in _noted((1, 0), (1, 30))] == [0]
    assert [minutes for _, minutes in _noted((1, 0), (1, 30), (2, 40), cut=2)] == [0, 40]


def test_changes_close_together_are_one() -> None:
    found, fields = Findings(), None
    for minutes in range(8):
        parser = cast("SealedParser", WINDSURF.parser(Log(WINDSURF.id, "cascade/talk.pb"), fields))
        parser.note(minutes, FileTimes(AT + timedelta(minutes=minutes), AT), found)
        fields = parser.fields()
    assert [prompt.at for prompt in found.prompts] == [AT, AT + timedelta(minutes=5)]
