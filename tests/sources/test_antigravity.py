"""Antigravity's responses are read out of protocol buffers that nobody describes, whatever they hold."""

# ruff: noqa: S608 - the databases are the tests' own

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.stores_reading import TIMES, book, flaws, made, places, read, read_home, readings, tokens
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources import antigravity_source
from tankful.sources.source import FileTimes
from tankful.sources.stored import PIECE
from tankful.sources.wire import Fields

SOURCE = antigravity_source.SOURCE
START = int(datetime(2026, 10, 1, 8, tzinfo=UTC).timestamp())
TABLE = "CREATE TABLE gen_metadata (idx INTEGER PRIMARY KEY, data BLOB);"


def varint(value: int) -> bytes:
    written = b""
    while value > 0x7F:
        written += bytes([value & 0x7F | 0x80])
        value >>= 7
    return written + bytes([value])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def nested(field: int, content: bytes | str) -> bytes:
    content = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(content)) + content


def usage(**counts: int) -> bytes:
    numbers = {"model": 1, "input": 2, "output": 3, "write": 4, "read": 5, "thinking": 9, "text": 10}
    return b"".join(number(numbers[name], count) for name, count in counts.items())


def call(counts: bytes, *, at: int | None = START, model: str = "gemini-x", label: str = "", response: str = "") -> str:
    content = nested(4, counts + (nested(11, response) if response else b""))
    time = nested(4, number(1, at) + number(2, 500_000_000)) if at is not None else nested(10, b"\1\2\3\4\5\6\7\10")
    content += nested(9, number(2, 2**64 - 1) + time) + (nested(19, model) if model else b"") + (nested(21, label) if label else b"")
    return f"INSERT INTO gen_metadata (data) VALUES (X'{nested(1, content).hex()}');"


def store(folder: Path, *rows: str) -> Path:
    return made(folder / "0b5e7a52.db", TABLE + "".join(rows))


def test_the_counts_are_beside_each_other_and_the_number_of_the_model_is_none(tmp_path: Path) -> None:
    counts = usage(model=1132, input=100, output=30, write=7, read=5000, thinking=10, text=20)
    found, _ = read(SOURCE, store(tmp_path, call(counts, response="r")))
    (event,) = found.events
    assert event.tokens == TokenUsage(100, 30, 5000, 7, 0, 10)
    assert (event.at, event.model, event.provider, event.session) == (
        datetime.fromtimestamp(START + 0.5, UTC),
        "gemini-x",
        "google",
        "0b5e7a52",
    )
    assert (event.call, event.undated, found.problems) == ("r", False, [])


def test_output_is_what_its_parts_sum_up_to_where_the_sum_is_missing(tmp_path: Path) -> None:
    found, _ = read(SOURCE, store(tmp_path, call(usage(thinking=10, text=20)), call(usage(model=1132))))
    assert [event.tokens for event in found.events] == [TokenUsage(0, 30, reasoning=10)]


def test_a_response_is_known_by_its_id_and_without_one_by_what_it_is(tmp_path: Path) -> None:
    one, other = usage(input=1, text=1), usage(input=2, text=1)
    rows = [call(one, response="r"), call(one, response="r", at=START + 9), call(one), call(one), call(other)]
    found, _ = read(SOURCE, store(tmp_path, *rows))
    assert tokens(book(found)) == TokenUsage(4, 3)


def test_a_response_without_a_model_has_the_one_that_shares_its_name(tmp_path: Path) -> None:
    counts = [usage(input=each, text=1) for each in range(1, 7)]
    rows = [
        call(counts[0], model="", label="Flash"),
        call(counts[1], model="gemini-flash", label="Flash"),
        call(counts[2], model="gemini-default", label="Pro"),
        call(counts[3], model="a", label="Both"),
        call(counts[4], model="b", label="Both"),
    ]
    path = store(tmp_path, *rows)
    found, fields = read(SOURCE, path)
    assert [event.model for event in found.events] == ["gemini-flash", "gemini-flash", None, "a", "b"]
    made(path, call(counts[5], model="", label="Flash") + call(counts[0], model="", label="Both"))
    later, _ = read(SOURCE, path, fields)
    assert [event.model for event in later.events] == ["b", "gemini-flash", None]


def test_a_response_without_a_time_is_dated_when_it_is_first_seen(tmp_path: Path) -> None:
    path = store(tmp_path, call(usage(text=1), at=None, response="r"), call(usage(text=1), at=7, response="s"))
    first, _ = read(SOURCE, path)
    assert flaws(first) == [Flaw.BAD_TIME]
    later, _ = read(SOURCE, path, times=FileTimes(TIMES.now, TIMES.now))
    assert {(event.at, event.undated) for event in book(first, later)} == {(TIMES.modified, True)}


@pytest.mark.parametrize(
    ("address", "project"),
    [
        ("file:///home/grace/my%20work", "/home/grace/my work"),
        ("file:///C:/work", "C:/work"),
        ("vscode-remote://x", ""),
        ("", ""),
    ],
)
def test_the_project_is_the_folder_of_the_conversation(tmp_path: Path, address: str, project: str) -> None:
    blob = nested(1, nested(1, address) if address else b"")
    table = f"CREATE TABLE trajectory_metadata_blob (data BLOB); INSERT INTO trajectory_metadata_blob VALUES (X'{blob.hex()}');"
    found, _ = read(SOURCE, store(tmp_path, call(usage(text=1)), table))
    assert found.events[0].project == project


def test_odd_databases_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    assert flaws(read(SOURCE, made(tmp_path / "foreign.db", "CREATE TABLE steps (idx);"))[0]) == [Flaw.OTHER_SHAPE]
    odd = ["NULL", "'text'", "X''", "X'0a00'", "X'0affff'"]
    rows = [f"INSERT INTO gen_metadata (data) VALUES ({each});" for each in odd]
    empty = "CREATE TABLE trajectory_metadata_blob (data); INSERT INTO trajectory_metadata_blob VALUES (NULL);"
    found, _ = read(SOURCE, store(tmp_path, empty, *rows, call(usage(input=2**63, text=1))))
    assert [event.tokens for event in found.events] == [TokenUsage(0, 1)]
    assert flaws(found) == [Flaw.WRONG_SHAPE] * 5 + [Flaw.BAD_COUNT]


def test_an_empty_conversation_has_no_project(tmp_path: Path) -> None:
    found, _ = read(SOURCE, store(tmp_path, "CREATE TABLE trajectory_metadata_blob (data);", call(usage(text=1))))
    assert found.events[0].project == ""


def test_a_reading_may_end_after_any_piece(tmp_path: Path) -> None:
    rows = [call(usage(input=1), response=f"{each}") for each in range(PIECE + 5)]
    for found in readings(SOURCE, store(tmp_path, *rows)):
        assert tokens(book(found)) == TokenUsage(PIECE + 5)


def test_conversations_lie_below_geminis_home_on_every_system(tmp_path: Path) -> None:
    home = tmp_path / ".gemini"
    for name in ("antigravity-cli", "antigravity"):
        store(home / name / "conversations", call(usage(input=len(name))))
    (home / "antigravity-cli" / "conversations" / "0b5e7a52.pb").touch()
    where = places(tmp_path, extra={"antigravity": (Path("/x"), Path("/y/conversations"))})
    assert tokens(book(read_home(SOURCE, where))) == TokenUsage(len("antigravity-cliantigravity"))
    assert [str(root.path) for root in SOURCE.roots(where)][3:] == ["/x/conversations", "/y/conversations"]
    assert SOURCE.roots(places(tmp_path, {"GEMINI_CLI_HOME": "/g"}, "win32"))[0].path == Path("/g/antigravity-cli/conversations")
    chosen = SOURCE.roots(places(tmp_path, {"GEMINI_CLI_HOME": "/g"}))
    assert Path("/g/.gemini/antigravity-cli/conversations") in [root.path for root in chosen]
    assert SOURCE.route(where, SOURCE.roots(where)[0]) == ""


def test_fields_are_found_among_all_others() -> None:
    fixed = varint(7 << 3 | 1) + b"\0" * 8 + varint(8 << 3 | 5) + b"\0" * 4
    fields = Fields(number(1, 300) + fixed + nested(2, "two") + number(1, 9) + nested(2, "2") + nested(3, b"\xff"))
    assert (fields.number(1), fields.text(2), fields.text(3), fields.number(7), fields.text(9)) == (300, "two", "", 0, "")
    assert fields.message(9) is None


@pytest.mark.parametrize("rest", [b"\x08", b"\x08\xff", b"\x12", b"\x12\x05a", b"\x0b", b"\x0d\0", b"\xff" * 20])
def test_a_message_that_breaks_off_has_the_fields_before_the_break(rest: bytes) -> None:
    fields = Fields(number(1, 5) + rest)
    assert (fields.number(1), fields.text(2)) == (5, "")


@given(st.binary(max_size=200))
def test_reading_ends_whatever_the_bytes_are(content: bytes) -> None:
    fields = Fields(content)
    for field in range(1, 25):
        assert fields.number(field) >= 0
        fields.text(field)
        fields.message(field)
