"""Codex logs as it writes them, and the requests that are really in them."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.codex_reading import NOW, book, logs_of, places, read_lines, read_log, tokens
from tankful.core.usage import TokenUsage, UsageEvent
from tankful.sources import codex_source
from tankful.sources.registry import SOURCES, by_id
from tankful.sources.source import FileTimes, Findings, Log

DATA = Path(__file__).parent.parent / "data" / "codex"
CASES: dict[str, dict[str, Any]] = json.loads((DATA / "expected.json").read_text())
USUAL = {
    "model": "gpt-5.4",
    "project": "/home/ada/work/engine",
    "provider": "openai",
    "route": "",
    "tier": "",
    "second_hand": 0,
    "agent": "codex",
    "first_wins": True,
}


def logs(case: str) -> list[str]:
    """The logs of one case, as the source picks them: one file, or all of a home or folder of the case's name."""
    single = DATA / f"{case}.jsonl"
    if single.is_file():
        return [str(single)]
    return [path for path in logs_of(codex_source.SOURCE.roots(places(DATA / "nobody", None, DATA / case))) if path.endswith(".jsonl")]


def counted(usage: TokenUsage) -> list[int]:
    return [usage.input, usage.output, usage.cache_read, usage.cache_write, usage.reasoning]


def told(event: UsageEvent, names: list[str]) -> dict[str, object]:
    """Say of an event what an expectation says."""
    known = {"tokens": counted(event.tokens), "at": event.at.replace(tzinfo=None).isoformat()}
    return {name: known.get(name, getattr(event, name)) for name in names}


@pytest.mark.parametrize("case", CASES)
def test_a_log_gives_exactly_the_requests_that_were_made(case: str) -> None:
    found = [read_log(path) for path in logs(case)]
    expected = CASES[case]
    events = sorted(book(*found), key=lambda event: (event.at, event.session, event.tokens.total))
    wanted = [{**USUAL, **each} for each in expected["events"]]
    assert [told(event, list(want)) for event, want in zip(events, wanted, strict=True)] == wanted
    assert len(found) == expected["files"]
    assert len({prompt.key for each in found for prompt in each.prompts}) == expected["prompts"]
    assert [[problem.flaw.name, problem.line] for each in found for problem in each.problems] == expected["flaws"]


def test_every_recorded_case_is_expected() -> None:
    assert {path.stem for path in DATA.iterdir()} - {"expected", "home"} == set(CASES)


@pytest.mark.parametrize("case", [case for case in CASES if CASES[case]["files"] > 1])
def test_the_order_in_which_logs_are_read_changes_nothing(case: str) -> None:
    found = [read_log(path) for path in logs(case)]
    for order in itertools.permutations(found):
        assert counted(tokens(book(*order))) == [
            sum(column) for column in zip(*(each["tokens"] for each in CASES[case]["events"]), strict=True)
        ]


@given(case=st.sampled_from(sorted(CASES)), cuts=st.lists(st.integers(0, 30), max_size=6))
def test_reading_a_log_in_pieces_changes_nothing(case: str, cuts: list[int]) -> None:
    for path in logs(case):
        lines = Path(path).read_bytes().splitlines()
        whole, pieces = read_lines(lines, path), read_lines(lines, path, *sorted(min(cut, len(lines)) for cut in cuts))
        assert (book(pieces), pieces.prompts, pieces.problems) == (book(whole), whole.prompts, whole.problems)


def test_a_log_may_be_renamed_and_copied() -> None:
    for case in CASES:
        for path in logs(case):
            lines = Path(path).read_bytes().splitlines()
            first, second = read_lines(lines, "/one/rollout-1.jsonl"), read_lines(lines, "/two/rollout-2.jsonl")
            assert tokens(book(first, second)) == tokens(book(first))


def test_an_unknown_state_begins_anew() -> None:
    lines = (DATA / "plain.jsonl").read_bytes().splitlines()
    parser = codex_source.SOURCE.parser(Log("codex", "rollout.jsonl"), b"\xc1 something else")
    assert parser.fields() == codex_source.SOURCE.parser(Log("codex", "rollout.jsonl"), None).fields()
    assert len(read_lines(lines).events) == 3


def test_nothing_of_what_was_said_is_kept() -> None:
    lines = (DATA / "plain.jsonl").read_bytes().splitlines()
    parser = codex_source.SOURCE.parser(Log("codex", "rollout.jsonl"), None)
    found = read_lines(lines)
    parser.read(lines, 1, FileTimes(found.events[0].at, found.events[0].at), found)
    assert b"words of a human" not in parser.fields()
    assert "words of a human" not in repr(found)


def test_events_wait_for_the_name_of_their_model_in_bounded_number() -> None:
    def count(number: int) -> bytes:
        usage = {"input_tokens": number, "output_tokens": 1}
        return json.dumps({"type": "event_msg", "payload": {"type": "token_count", "info": {"last_token_usage": usage}}}).encode()

    parser = codex_source.SOURCE.parser(Log("codex", "rollout.jsonl"), None)
    parser.read([count(number) for number in range(1000)], 1, FileTimes(NOW, NOW), Findings())
    assert len(parser.fields()) < 64 * 1024


def test_a_family_is_bounded() -> None:
    lines = [json.dumps({"type": "session_meta", "payload": {"id": f"s{number}"}}).encode() for number in range(100)]
    lines.append((DATA / "resumed.jsonl").read_bytes().splitlines()[2])
    (event,) = read_lines(lines).events
    assert len(event.keys) == 33
    assert event.session == "s0"


def test_a_session_without_a_name_is_named_after_its_file() -> None:
    lines = [b'{"type":"session_meta","payload":{"cwd":"/home/ada"}}', (DATA / "resumed.jsonl").read_bytes().splitlines()[2]]
    (event,) = read_lines(lines, "/somewhere/rollout-x.jsonl").events
    assert (event.session, event.project) == ("rollout-x", "/home/ada")


def test_long_names_are_cut() -> None:
    lines = [json.dumps({"type": "turn_context", "payload": {"model": "m" * 9000}}).encode()]
    lines.append((DATA / "resumed.jsonl").read_bytes().splitlines()[2])
    (event,) = read_lines(lines).events
    assert event.model == "m" * 4096


def test_the_registry_knows_each_source_once() -> None:
    assert [source.id for source in SOURCES][:2] == ["claude-code", "codex"]
    assert len({source.id for source in SOURCES}) == len(SOURCES)
    assert by_id("codex") is codex_source.SOURCE
    assert by_id("nothing") is None
