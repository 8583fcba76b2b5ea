"""What is said of live reports, and of costs that an agent sees otherwise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from schemas import check
from tankful.core.heard import Disagreement, disagrees
from tankful.present.telemetry import (
    ReporterFacts,
    TelemetryFacts,
    diff_lines,
    disagreement_words,
    telemetry_json,
    telemetry_lines,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
QUIET = ReporterFacts("codex", "Codex", is_told=False, calls=0, last=None)
FACTS = TelemetryFacts(receive=True, port=23456, is_heard=True, reporters=(QUIET,))
SAID = Disagreement("claude-code", "claude-x", 3, Decimal("1.00"), Decimal("1.00"), Decimal("1.00"))


def text_of(facts: TelemetryFacts) -> list[str]:
    return ["".join(piece.text for piece in line) for line in telemetry_lines(facts, NOW)]


def test_whether_anybody_listens_is_said_first() -> None:
    assert text_of(FACTS)[0] == "● Agents are listened to on port 23456."
    assert text_of(replace(FACTS, is_heard=False))[0].startswith("▲ Agents are to be listened to, but nobody does so now. The gauge does")
    assert text_of(replace(FACTS, receive=False))[0].startswith("Agents are not listened to. ")


def test_each_agent_says_whether_it_reports() -> None:
    told = replace(QUIET, is_told=True)
    reports = replace(told, calls=12, last=NOW - timedelta(minutes=2))
    by_hand = replace(QUIET, agent="copilot-cli", title="Copilot CLI", by_hand=True)
    said = text_of(replace(FACTS, reporters=(QUIET, told, reports, by_hand)))[2:]
    assert said[0].endswith("is not told to report")
    assert said[1].endswith("is told to report; nothing came yet, which takes a new session")
    assert said[2].endswith("12 calls in the last week, the last one 2 min ago")
    assert said[3].endswith("is told when it is started: `tankful telemetry on copilot-cli` says how")
    check("telemetry", telemetry_json(replace(FACTS, reporters=(QUIET, told, reports, by_hand))))
    check("telemetry", telemetry_json(replace(FACTS, port=0)))


def test_a_difference_shows_what_comes_and_goes() -> None:
    looks = [line[0].role.name for line in diff_lines(["--- a", "+++ b", "@@ -1 +1 @@", " same", "-old", "+new", ""])]
    assert looks == ["FAINT", "FAINT", "FAINT", "FAINT", "STRONG", "STRONG", "FAINT"]


def test_a_difference_shows_tabs_as_far_as_they_indent() -> None:
    assert [line[0].text for line in diff_lines(['+\t"a": 1, // b\tc', " \tx"])] == ['+    "a": 1, // b    c', "     x"]


def test_costs_disagree_only_outside_of_what_cache_writes_leave_open() -> None:
    assert not disagrees(SAID)
    assert not disagrees(replace_all(SAID, stated="1.50", low="1.00", high="2.00"))
    assert not disagrees(replace_all(SAID, stated="2.04", low="1.00", high="2.00"))
    assert not disagrees(replace_all(SAID, stated="0.05", low="0.01", high="0.01"))
    assert disagrees(replace_all(SAID, stated="2.10", low="1.00", high="2.00"))
    assert disagrees(replace_all(SAID, stated="0.90", low="1.00", high="2.00"))


def test_a_disagreement_names_both_figures() -> None:
    sentence, hint = disagreement_words(replace_all(SAID, stated="9.00", low="1.00", high="2.00"), "Claude Code")
    assert sentence == "Claude Code says that 3 calls of claude-x cost $9.00; at our prices it is $1.00 to $2.00"
    assert disagreement_words(SAID, "Claude Code")[0].endswith("at our prices it is $1.00")
    assert "[prices." in hint


def replace_all(said: Disagreement, *, stated: str, low: str, high: str) -> Disagreement:
    return said._replace(stated=Decimal(stated), low=Decimal(low), high=Decimal(high))
