"""Gemini CLI's chats are read message by message, whichever way they are written."""

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from sources.homes_reading import NOW, RECORDED, TIMES, book, flaws, found_at, logs_of, machine, read, read_all, read_lines, tokens, write
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources.gemini_cli_source import SOURCE
from tankful.sources.source import Log, Root

HEAD = '{"sessionId":"s-1","projectHash":"p","startTime":"2026-10-01T08:00:00Z"}'


def message(**changed: Any) -> str:
    counts = {"input": 100, "output": 10, "cached": 40, "thoughts": 5, "tool": 0, "total": 115}
    plain = {"id": "m-1", "timestamp": "2026-10-01T08:00:09Z", "type": "gemini", "model": "gemini-2.5-pro", "tokens": counts}
    return json.dumps({**plain, **changed})


def test_a_message_written_anew_is_one_response() -> None:
    found = read_lines(SOURCE, "/c.jsonl", HEAD, message(tokens=None), message(), message(toolCalls=[]))
    (event,) = book(found)
    assert (event.tokens, event.model) == (TokenUsage(input=60, output=15, cache_read=40, reasoning=5), "gemini-2.5-pro")
    assert (event.at.isoformat(), event.session, event.agent) == ("2026-10-01T08:00:09+00:00", "s-1", "gemini-cli")


def test_what_is_taken_back_was_spent_and_what_is_repeated_counts_once() -> None:
    update = json.dumps({"$set": {"messages": [json.loads(message(id="m-2"))]}})
    assert len(book(read_lines(SOURCE, "/c.jsonl", HEAD, message(), '{"$rewindTo":"m-1"}', update))) == 1


def test_a_chat_that_is_resumed_as_lines_repeats_its_document(tmp_path: Path) -> None:
    chat = {"sessionId": "s-1", "messages": [json.loads(message())]}
    old = read(SOURCE, Log(SOURCE.id, str(tmp_path / "c.json")), json.dumps(chat).encode())
    assert len(book(old, read_lines(SOURCE, str(tmp_path / "c.jsonl"), HEAD, message(), message(id="m-2")))) == 2


def test_ids_drawn_at_random_are_the_same_response_in_every_chat_and_short_ones_are_not() -> None:
    drawn = message(id="aaaaaaaa-0000-4000-8000-000000000002")
    other = HEAD.replace("s-1", "s-2")
    assert len(book(read_lines(SOURCE, "/c.jsonl", HEAD, drawn), read_lines(SOURCE, "/d.jsonl", other, drawn))) == 1
    assert len(book(read_lines(SOURCE, "/c.jsonl", HEAD, message()), read_lines(SOURCE, "/d.jsonl", other, message()))) == 2


def test_without_an_id_time_and_counts_tell_responses_apart() -> None:
    later = message(id=None, timestamp="2026-10-01T08:00:10Z")
    assert len(book(read_lines(SOURCE, "/c.jsonl", message(id=None), message(id=None), later))) == 2


def test_a_human_speaks_in_a_chat_and_not_to_a_sub_agent() -> None:
    said = '{"id":"u-1","timestamp":"2026-10-01T08:00:00Z","type":"user","content":"x"}'
    (prompt,) = read_lines(SOURCE, "/c.jsonl", HEAD, said).prompts
    assert (prompt.session, prompt.at.isoformat()) == ("s-1", "2026-10-01T08:00:00+00:00")
    assert read_lines(SOURCE, "/c.jsonl", HEAD.replace('"p"', '"p","kind":"subagent"'), said).prompts == []


def test_a_chat_goes_on_with_its_speaker_after_a_stop_and_alone_is_known_by_its_name() -> None:
    lines = "\n".join((HEAD, message(), message(id="m-2")))
    found = read(SOURCE, Log(SOURCE.id, "/c.jsonl"), lines.encode(), 1, 2)
    assert {event.session for event in found.events} == {"s-1"}
    assert {event.session for event in read_lines(SOURCE, "/c.jsonl", message()).events} == {"c"}
    assert SOURCE.parser(Log(SOURCE.id, "/c.jsonl"), b"\xc1nonsense").fields()
    assert SOURCE.parser(Log(SOURCE.id, "/c.json"), None).fields() == b""


@pytest.mark.parametrize(
    ("line", "flaw", "count"),
    [
        (message()[:-20], Flaw.NOT_JSON, 0),
        (message(tokens="many"), Flaw.WRONG_SHAPE, 0),
        (message(tokens={"input": -1, "output": 3}), Flaw.BAD_COUNT, 1),
        (message(tokens={"input": "1", "output": 3}), Flaw.WRONG_SHAPE, 1),
        (message(timestamp="soon"), Flaw.BAD_TIME, 1),
        (message(tokens={}), None, 0),
    ],
)
def test_nonsense_costs_no_more_than_itself(line: str, flaw: Flaw | None, count: int) -> None:
    found = read_lines(SOURCE, "/c.jsonl", line, message(id="m-9"))
    assert (flaws(found), len(found.events)) == ([] if flaw is None else [flaw], count + 1)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"messages": {}}'])
def test_a_document_that_is_no_chat_is_blamed(content: bytes) -> None:
    found = read(SOURCE, Log(SOURCE.id, "/c.json"), content)
    assert (found.events, len(found.problems)) == ([], 1)


def test_a_message_of_another_shape_leaves_the_others(tmp_path: Path) -> None:
    chat = {"sessionId": 7, "messages": [3, json.loads(message())]}
    found = read(SOURCE, Log(SOURCE.id, str(tmp_path / "c.json")), json.dumps(chat).encode())
    assert (len(found.events), flaws(found)) == (1, [Flaw.WRONG_SHAPE, Flaw.WRONG_SHAPE])


def test_the_project_is_read_off_the_marker_or_found_by_its_digest(tmp_path: Path) -> None:
    temporary = tmp_path / ".gemini" / "tmp"
    digest = sha256(b"/home/grace/work/press").hexdigest()
    for name in ("orchard", "barn", digest, "unknown"):
        write(temporary / name / "chats" / f"session-{name}.jsonl", HEAD, message(id=name))
    write(temporary / "orchard" / ".project_root", "/home/grace/work/orchard")
    (temporary / "unknown" / ".project_root").mkdir()
    write(tmp_path / ".gemini" / "projects.json", '{"projects": {"/home/grace/work/press": "press", "/home/grace/barn": "barn"}}')
    found = {event.project for event in book(*read_all(SOURCE, machine(tmp_path)))}
    assert found == {"/home/grace/work/orchard", "/home/grace/work/press", "/home/grace/barn", ""}


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file that only Linux has")
def test_a_marker_that_cannot_be_read_names_no_project(tmp_path: Path) -> None:
    log = write(tmp_path / "tmp" / "p" / "chats" / "c.jsonl", HEAD, message())
    (tmp_path / "tmp" / "p" / ".project_root").symlink_to("/proc/self/mem")
    (event,) = read(SOURCE, Log(SOURCE.id, str(log))).events
    assert event.project == ""


def test_a_folder_that_cannot_be_named_has_no_project() -> None:
    (event,) = read_lines(SOURCE, "/a\0b/chats/c.jsonl", HEAD, message()).events
    assert event.project == ""


def test_places_and_their_variables(tmp_path: Path) -> None:
    assert found_at(SOURCE, machine(tmp_path)) == [(".gemini/tmp", "~/.gemini")]
    assert found_at(SOURCE, machine(tmp_path, platform="win32")) == [(".gemini/tmp", "~/.gemini")]
    moved = machine(tmp_path, {"GEMINI_CLI_HOME": f"{tmp_path}/g", "GEMINI_DATA_DIR": "~/one, ~/two/tmp"})
    names = ["GEMINI_DATA_DIR", "GEMINI_DATA_DIR", "GEMINI_CLI_HOME", "GEMINI_CLI_HOME"]
    assert found_at(SOURCE, moved) == list(zip(["one/tmp", "two/tmp", "g/.gemini/tmp", "g/tmp"], names, strict=True))
    (tmp_path / "copy" / "tmp").mkdir(parents=True)
    assert found_at(SOURCE, machine(tmp_path, gemini_cli=tmp_path / "copy"))[-1] == ("copy/tmp", "settings")
    assert found_at(SOURCE, machine(tmp_path, gemini_cli=tmp_path / "logs"))[-1] == ("logs", "settings")


def test_only_chats_are_logs() -> None:
    paths = ["/tmp/p/chats/s.jsonl", "/tmp/p/chats/parent/sub.jsonl", "/tmp/p/logs.json", "/tmp/p/chats.json"]  # noqa: S108 - names alone
    assert list(SOURCE.logs(Root(Path("/tmp"), ""), paths)) == paths[:2]  # noqa: S108 - same


def test_the_route_is_what_the_environment_or_the_file_of_variables_names(tmp_path: Path) -> None:
    (root,) = SOURCE.roots(machine(tmp_path))
    assert SOURCE.route(machine(tmp_path), root) == ""
    write(tmp_path / ".gemini" / ".env", "GOOGLE_GEMINI_BASE_URL=https://ada:secret@gateway.example/gemini?key=1")
    assert SOURCE.route(machine(tmp_path), root) == "https://gateway.example/gemini"
    assert SOURCE.route(machine(tmp_path, {"GOOGLE_VERTEX_BASE_URL": "https://vertex.example"}), root) == "https://vertex.example"


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the shared recordings are not here")
def test_recorded_chats_give_their_totals() -> None:
    folder = RECORDED / "gemini-cli"
    (event,) = book(*read_all(SOURCE, machine(Path("/nobody"), {"GEMINI_DATA_DIR": str(folder / "inline-ccusage")})))
    assert event.tokens == TokenUsage(input=3808, output=23 + 919, cache_read=11526, reasoning=919)
    assert (event.at.date().isoformat(), event.model, event.session) == ("2026-05-17", "gemini-3-flash-preview", "session-a")
    for path in sorted((folder / "agentsview").glob("*.json")):
        found = read(SOURCE, Log(SOURCE.id, str(path)))
        assert [problem.flaw for problem in found.problems] == []
    standard = book(read(SOURCE, Log(SOURCE.id, str(folder / "agentsview" / "standard_session.json"))))
    assert tokens(standard) == TokenUsage(input=3500, output=650, cache_read=150, reasoning=150)


def test_a_time_is_the_files_own_where_there_is_none() -> None:
    (event,) = read_lines(SOURCE, "/c.jsonl", message(timestamp=None)).events
    assert event.at == TIMES.modified < NOW


def test_our_own_home_is_found_whole() -> None:
    home = Path(__file__).parents[1] / "data" / "gemini-cli" / "home"
    assert len(logs_of(SOURCE, machine(home))) == 3
