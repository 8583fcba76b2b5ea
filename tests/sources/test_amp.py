"""Amp's threads tell each response twice, and it counts once."""

import json
from pathlib import Path
from typing import Any

import pytest

from sources.homes_reading import RECORDED, TIMES, book, flaws, found_at, logs_of, machine, read, read_all, tokens, write
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources.amp_source import SOURCE
from tankful.sources.source import Findings, Log, Root

USAGE = {
    "model": "claude-sonnet-4-5",
    "inputTokens": 10,
    "outputTokens": 200,
    "cacheCreationInputTokens": 900,
    "cacheReadInputTokens": 11000,
}
SEEN = TokenUsage(input=10, output=200, cache_read=11000, cache_write=900)
ENTRY = {"id": "e1", "timestamp": "2026-10-01T09:00:05Z", "model": "claude-sonnet-4-5", "tokens": {"input": 910, "output": 200}}
CREATED = 1790845200000
"""2026-10-01T09:00:00Z"""


def answer(**changed: Any) -> dict[str, Any]:
    return {"role": "assistant", "messageId": 1, "usage": {**USAGE, **changed}}


def thread(*messages: object, entries: list[object] | None = None, **more: Any) -> Findings:
    whole = {"id": "T-1", "created": CREATED, "messages": list(messages), "usageLedger": {"events": entries or []}, **more}
    return read(SOURCE, Log(SOURCE.id, "/threads/T-1.json", "https://amp.example"), json.dumps(whole).encode())


def test_the_message_knows_the_cache_and_the_ledger_the_time() -> None:
    (event,) = thread(answer(), entries=[{**ENTRY, "toMessageId": 1}]).events
    assert (event.tokens, event.at.isoformat(), event.undated) == (SEEN, "2026-10-01T09:00:05+00:00", False)
    assert (event.session, event.route, event.agent) == ("T-1", "https://amp.example", "amp")


def test_an_entry_that_names_no_message_is_matched_by_what_it_says() -> None:
    nameless = {"role": "assistant", "usage": USAGE}
    (event,) = thread(nameless, entries=[ENTRY]).events
    assert (event.tokens, event.undated) == (SEEN, False)
    events = thread(nameless, nameless, entries=[ENTRY, ENTRY, {**ENTRY, "id": "e3"}]).events
    assert len(events) == 3


def test_a_message_without_time_and_entry_is_booked_where_the_thread_began() -> None:
    (event,) = thread(answer()).events
    assert (event.at.isoformat(), event.undated) == ("2026-10-01T09:00:00+00:00", True)
    (event,) = thread(answer(), created=None).events
    assert (event.at, event.undated) == (TIMES.modified, True)
    (event,) = thread(answer(timestamp="2026-10-01T10:00:00Z"), entries=[{"toMessageId": 1}]).events
    assert (event.at.isoformat(), event.undated) == ("2026-10-01T10:00:00+00:00", False)


def test_what_only_the_ledger_knows_stands_by_itself() -> None:
    title = {"id": "e2", "timestamp": "2026-10-01T09:00:09Z", "model": "gemini-2.5-flash", "tokens": {"input": 3, "output": 4}}
    events = thread(answer(), entries=[{**ENTRY, "toMessageId": 1}, title, {**title, "id": None}, {**title, "toMessageId": 8}]).events
    assert [event.tokens.total for event in events] == [12110, 7, 7, 7]
    assert len({event.keys for event in events}) == 4


def test_models_of_openai_write_no_cache() -> None:
    (event,) = thread(answer(model="gpt-5", inputTokens=0)).events
    assert event.tokens == TokenUsage(input=900, output=200, cache_read=11000)


def test_a_thread_read_again_or_copied_books_the_same() -> None:
    one = thread(answer(), entries=[{**ENTRY, "toMessageId": 1}])
    assert len(book(one, one)) == 1
    before = thread(answer(), {"role": "assistant", "usage": USAGE})
    assert len(book(before, thread(answer(), {"role": "assistant", "usage": USAGE}, answer(), {"role": "assistant"}))) == 2


def test_a_human_is_heard_if_the_time_is_known() -> None:
    said = {"role": "user", "messageId": 0, "content": [{"type": "text", "text": "x"}], "meta": {"sentAt": CREATED + 1000}}
    result = {**said, "content": [{"type": "tool_result"}]}
    found = thread(said, {**said, "meta": None}, result, env={"initial": {"trees": [{"uri": "file:///home/grace/work/my%20orchard"}]}})
    (prompt,) = found.prompts
    assert (prompt.at.isoformat(), prompt.session, prompt.project) == ("2026-10-01T09:00:01+00:00", "T-1", "/home/grace/work/my orchard")


@pytest.mark.parametrize(
    ("env", "project"),
    [
        ({"initial": {"trees": [{"uri": "untitled:1"}, {"uri": "file:///c:/work"}]}}, "c:/work"),
        ({"initial": {"trees": []}}, ""),
        ({"initial": {"trees": [{"displayName": "orchard"}]}}, ""),
        ({"initial": {"trees": [{"uri": "file://[bad"}]}}, ""),
        ({"initial": None}, ""),
        (None, ""),
    ],
)
def test_the_project_is_the_first_folder_of_the_thread(env: object, project: str) -> None:
    assert [event.project for event in thread(answer(), env=env).events] == [project]


@pytest.mark.parametrize(
    ("found", "problems", "count"),
    [
        (thread(answer(inputTokens=-1)), [Flaw.BAD_COUNT], 1),
        (thread({"role": "assistant", "usage": 3}, answer()), [Flaw.WRONG_SHAPE], 1),
        (thread(answer(), entries=[3]), [Flaw.WRONG_SHAPE], 1),
        (thread(answer(), env={"initial": 3}), [Flaw.WRONG_SHAPE], 1),
        (thread(messages=3), [Flaw.WRONG_SHAPE], 0),
        (thread({"role": "assistant", "messageId": 1, "usage": {}}, entries=[{}]), [], 0),
        (thread(answer(), usageLedger=None), [], 1),
    ],
)
def test_nonsense_costs_no_more_than_itself(found: Findings, problems: list[Flaw], count: int) -> None:
    assert (flaws(found), len(found.events)) == (problems, count)


def test_a_thread_without_an_id_is_known_by_its_name() -> None:
    (event,) = thread(answer(), id=None).events
    assert event.session == "T-1"
    assert SOURCE.parser(Log(SOURCE.id, "/T-1.json"), None).fields() == b""


def test_places_and_their_variables(tmp_path: Path) -> None:
    usual = (".local/share/amp/threads", "~/.local/share/amp")
    for platform in ("linux", "darwin", "win32"):
        assert found_at(SOURCE, machine(tmp_path, platform=platform)) == [usual]
    assert found_at(SOURCE, machine(tmp_path, {"XDG_DATA_HOME": "~/data"})) == [("data/amp/threads", "XDG_DATA_HOME"), usual]
    assert found_at(SOURCE, machine(tmp_path, {"AMP_DATA_DIR": "~/a/threads"})) == [("a/threads", "AMP_DATA_DIR")]
    (tmp_path / "copy" / "threads").mkdir(parents=True)
    assert found_at(SOURCE, machine(tmp_path, amp=tmp_path / "copy"))[1:] == [("copy/threads", "settings")]
    assert found_at(SOURCE, machine(tmp_path, amp=tmp_path / "logs"))[1:] == [("logs", "settings")]


def test_only_threads_are_logs() -> None:
    assert list(SOURCE.logs(Root(Path("/t"), ""), ["/t/T-1.json", "/t/index.json"])) == ["/t/T-1.json"]


def test_the_route_is_another_server_than_amps(tmp_path: Path) -> None:
    (root,) = SOURCE.roots(machine(tmp_path))
    settings = tmp_path / ".config" / "amp" / "settings.json"
    assert SOURCE.route(machine(tmp_path), root) == ""
    write(settings, '{"amp.url": "https://ampcode.com/"}')
    assert SOURCE.route(machine(tmp_path), root) == ""
    write(settings, '{"amp.url": "https://amp.example"}')
    assert SOURCE.route(machine(tmp_path), root) == "https://amp.example"
    assert (
        SOURCE.route(machine(tmp_path, {"AMP_URL": "https://other.example", "XDG_CONFIG_HOME": "/none"}), root) == "https://other.example"
    )


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the shared recordings are not here")
def test_the_recorded_thread_gives_its_totals() -> None:
    events = book(*read_all(SOURCE, machine(Path("/nobody"), {"AMP_DATA_DIR": str(RECORDED / "amp" / "inline-ccusage")})))
    assert [event.tokens for event in events] == [
        TokenUsage(input=10, output=178, cache_write=986, cache_read=11372),
        TokenUsage(input=5, output=42, cache_read=12000),
    ]
    assert {(event.at.date().isoformat(), event.model) for event in events} == {("2026-01-19", "claude-haiku-4-5-20251001")}
    assert tokens(events).total == 24593


def test_our_own_home_is_found_whole() -> None:
    home = Path(__file__).parents[1] / "data" / "amp" / "home"
    assert len(logs_of(SOURCE, machine(home))) == 2
