"""Recorded-looking transcripts, and the responses that are really in them."""

import itertools
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tankful.core.usage import TokenUsage, UsageEvent
from tankful.sources.claude_code_source import SOURCE
from tankful.sources.source import FileTimes, Findings, Log, Root

DATA = Path(__file__).parent.parent / "data" / "claude-code"
FIXTURES = Path(__file__).parent.parent.parent.parent / "shared" / "fixtures" / "claude-code"
CASES: dict[str, dict[str, Any]] = json.loads((DATA / "expected.json").read_text())
TIMES = FileTimes(modified=datetime(2026, 6, 30, tzinfo=UTC), now=datetime(2026, 7, 1, tzinfo=UTC))


def logs_of(folder: Path, case: str) -> list[Path]:
    """The logs of one case, as the source picks them: one file, or all below a folder of the case's name."""
    single = folder / f"{case}.jsonl"
    if single.is_file():
        return [single]
    return [
        Path(path) for path in SOURCE.logs(Root(folder / case, "test"), [str(path) for path in sorted((folder / case).rglob("*.jsonl"))])
    ]


def read(log: Path, found: Findings, cuts: Sequence[int] = ()) -> None:
    """Read a log in one go or, at the cuts, with a new parser that goes on from the fields of the one before."""
    lines = log.read_bytes().removesuffix(b"\n").split(b"\n")
    fields: bytes | None = None
    borders = [0, *sorted(min(cut, len(lines)) for cut in cuts), len(lines)]
    for start, end in itertools.pairwise(borders):
        parser = SOURCE.parser(Log(SOURCE.id, str(log), "https://gateway.example"), fields)
        parser.read(lines[start:end], start + 1, TIMES, found)
        fields = parser.fields()


def booked(events: Iterable[UsageEvent]) -> list[UsageEvent]:
    """Book each response once, as the ledger promises to: events that share a key are one, echoes yield to their original."""
    groups: list[UsageEvent] = []
    for event in events:
        met = [each for each in groups if set(each.keys) & set(event.keys)]
        whole = event
        for each in reversed(met):
            whole = each.merged(whole)
        groups = [whole if each is met[0] else each for each in groups if each is met[0] or each not in met] if met else [*groups, whole]
    originals = {each.echo_key for each in groups if not each.echo and each.echo_key}
    return [each for each in groups if not (each.echo and each.echo_key in originals)]


def total(events: Iterable[UsageEvent]) -> TokenUsage:
    return sum((event.tokens for event in events), TokenUsage())


def described(event: UsageEvent, names: Iterable[str]) -> dict[str, object]:
    said: dict[str, object] = {}
    for name in names:
        match getattr(event, name):
            case TokenUsage() as tokens:
                said[name] = [tokens.input, tokens.output, tokens.cache_read, tokens.cache_write, tokens.cache_write_1h]
            case datetime() as at:
                assert at.tzinfo is UTC
                said[name] = at.replace(microsecond=at.microsecond if at.microsecond == 500_000 else 0, tzinfo=None).isoformat()
            case Decimal() as dollars:
                said[name] = str(dollars)
            case plain:
                said[name] = plain
    return said


@pytest.mark.parametrize("case", CASES)
def test_a_transcript_holds_exactly_these_responses(case: str) -> None:
    found = Findings()
    for log in logs_of(DATA, case):
        read(log, found)
    expected = CASES[case]
    wanted = [names.keys() for names in expected["events"]]
    got = booked(found.events)
    assert len(got) == len(wanted)
    assert [described(event, names) for event, names in zip(got, wanted, strict=True)] == expected["events"]
    assert sorted([problem.flaw.name, problem.line] for problem in found.problems) == sorted(expected["flaws"])
    assert len({prompt.key for prompt in found.prompts}) == expected["prompts"]
    assert all(event.route == "https://gateway.example" for event in found.events)


@pytest.mark.parametrize("case", CASES)
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_where_reading_was_interrupted_changes_nothing(case: str, data: st.DataObject) -> None:
    whole, parts = Findings(), Findings()
    for log in logs_of(DATA, case):
        count = log.read_bytes().count(b"\n")
        read(log, whole)
        read(log, parts, data.draw(st.lists(st.integers(0, count), max_size=4)))
    assert booked(parts.events) == booked(whole.events)
    assert parts.prompts == whole.prompts
    assert parts.problems == whole.problems


@pytest.mark.parametrize("case", CASES)
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_the_order_in_which_logs_and_copies_of_them_are_read_changes_no_total(case: str, data: st.DataObject) -> None:
    logs = logs_of(DATA, case)
    once, often = Findings(), Findings()
    for log in logs:
        read(log, once)
    for log in data.draw(st.permutations([*logs, *logs])):
        read(log, often)
    assert total(booked(often.events)) == total(booked(once.events))
    assert {prompt.key for prompt in often.prompts} == {prompt.key for prompt in once.prompts}


def test_blocks_of_one_response_become_one_event_within_a_read() -> None:
    found = Findings()
    for case in ("streaming", "streaming-without-request-id"):
        for log in logs_of(DATA, case):
            read(log, found)
    assert [len(event.keys) for event in found.events] == [1, 1, 4]


def test_a_sub_agents_response_and_its_echo_in_progress_lines_share_a_key() -> None:
    found = Findings()
    for log in logs_of(DATA, "sub-agents"):
        read(log, found)
    echoes = [event for event in found.events if event.echo]
    assert len(echoes) == 4
    assert len(booked(echoes)) == 2


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the recorded logs of other projects are not here")
def test_recorded_logs_give_the_totals_that_are_known_for_them() -> None:
    found = Findings()
    for log in sorted((FIXTURES / "ccusage-cli-test").rglob("*.jsonl")):
        read(log, found)
    days: dict[str, tuple[list[TokenUsage], list[Decimal]]] = {}
    for event in booked(found.events):
        tokens, dollars = days.setdefault(str(event.at.date()), ([], []))
        tokens.append(event.tokens)
        dollars.append(event.recorded_cost or Decimal(0))
    sums = {day: (sum(tokens, TokenUsage()), sum(dollars)) for day, (tokens, dollars) in days.items()}
    assert sums == {
        "2026-01-09": (TokenUsage(input=300, output=125, cache_write=75, cache_read=30), Decimal("0.46")),
        "2026-01-10": (TokenUsage(input=300, output=125, cache_write=0, cache_read=40), Decimal("0.56")),
        "2026-02-03": (TokenUsage(input=130, output=60, cache_write=15, cache_read=40), Decimal("0.07")),
    }
    assert [event.tier for event in found.events].count("fast") == 1
    assert not found.problems


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the recorded logs of other projects are not here")
def test_recorded_logs_without_known_totals_are_read_without_harm() -> None:
    found = Findings()
    for log in sorted(FIXTURES.rglob("*.jsonl")):
        read(log, found)
    flaws = {(Path(problem.path).name, problem.flaw.name) for problem in found.problems}
    assert flaws == {("malformed-line.jsonl", "NOT_JSON"), ("test-transcript.jsonl", "BAD_TIME")}
    assert len(found.events) == 11
