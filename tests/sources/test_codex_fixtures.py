"""Recorded Codex logs give the totals they are known to give."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from sources.codex_reading import book, files_below, logs_of, places, read_log, tokens
from tankful.core.usage import TokenUsage, UsageEvent
from tankful.sources import codex_source

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "fixtures" / "codex"
pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="the shared recordings are not here")


def _events(home: str) -> Sequence[UsageEvent]:
    roots = codex_source.SOURCE.roots(places(Path("/nobody"), {"CODEX_HOME": str(RECORDED / home)}))
    return book(*(read_log(path) for path in logs_of(roots)))


def test_last_usage_counts_and_the_model_is_the_one_the_count_names() -> None:
    first, second = sorted(_events("ccusage-cli-test"), key=lambda event: event.at)
    assert (first.model, first.at.date().isoformat()) == ("gpt-5.2-codex", "2026-05-13")
    assert first.tokens == TokenUsage(input=750, cache_read=250, output=125, reasoning=75)
    assert (second.model, second.at.date().isoformat()) == ("gpt-5.3-codex", "2026-05-14")
    assert second.tokens == TokenUsage(input=2000, cache_read=500, output=300, reasoning=200)


def test_a_branch_that_copies_history_counts_it_once() -> None:
    events = _events("inline-ccusage/copied-branch-history")
    assert len(events) == 2
    assert tokens(events) == TokenUsage(input=1300, cache_read=300, output=450, reasoning=40)
    assert tokens(events).total == 2050


def test_of_archived_twins_the_live_one_counts() -> None:
    events = _events("inline-ccusage/archived-duplicate")
    assert len(events) == 2
    assert (tokens(events).input, tokens(events).cache_read, tokens(events).output, tokens(events).total) == (303, 30, 50, 383)


def test_a_sub_agent_starts_from_what_its_parent_had_used() -> None:
    (event,) = _events("inline-ccusage/subagent-cumulative-baseline")
    assert (event.tokens, event.tokens.total, event.model) == (TokenUsage(input=90, cache_read=10, output=20), 120, "gpt-5.2")


@pytest.mark.parametrize("backwards", [False, True])
def test_a_real_fork_counts_its_copied_prefix_once(backwards: bool) -> None:
    home = RECORDED / "codexbar-issue2037" / "archived-fork-33ce-3869" / "codex-home"
    found = [read_log(path) for path in files_below(home)]
    events = book(*(reversed(found) if backwards else found))
    assert tokens(events).total == 15_309_178
    parent = next(path for path in files_below(home) if path.endswith("parent.jsonl"))
    assert tokens(book(read_log(parent))).total == 13_398_113


def test_a_fork_of_a_live_session_may_be_archived() -> None:
    events = _events("codexbar-issue2037/harness-smoke/codex-home")
    assert (len(events), tokens(events).input, tokens(events).output, tokens(events).total) == (2, 15, 2, 17)


def test_repeated_and_stale_snapshots_add_nothing() -> None:
    events = book(read_log(str(RECORDED / "tokscale" / "codex_duration_timing.jsonl")))
    assert [(event.tokens.prompt, event.tokens.output) for event in events] == [(100, 10), (20, 4), (20, 6)]
    assert tokens(events).total == 160


def test_logs_without_counts_have_no_events_and_no_flaws() -> None:
    for path in (*files_below(RECORDED / "superbased"), *files_below(RECORDED / "codexbar")):
        found = read_log(path)
        assert (found.events, found.problems) == ([], [])
    (prompt,) = read_log(str(RECORDED / "superbased" / "rollout-response-item.jsonl")).prompts
    assert (prompt.session, prompt.project) == ("resp-001", "/tmp/superbased-fixture-codex-resp")  # noqa: S108 - it is what the log says
