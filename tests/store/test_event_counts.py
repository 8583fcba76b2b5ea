"""Responses are counted by agent, whatever changes them in the meantime."""

from datetime import timedelta
from pathlib import Path

from ledger_rig import NOW, batch, event, opened, price


def test_old_and_new_responses_are_counted_and_what_comes_late_too(tmp_path: Path) -> None:
    ledger, other = opened(tmp_path), opened(tmp_path)
    assert ledger.events() == {}
    ledger.record([batch([event(1), event(2, at=NOW - timedelta(days=9)), event(3, agent="codex", at=NOW - timedelta(days=9))])], price)
    ledger.settle()
    assert ledger.events() == {"agent": 2, "codex": 1}
    ledger.record([batch([event(4)])], price)
    ledger.settle()
    assert ledger.events() == {"agent": 3, "codex": 1}
    other.record([batch([event(5, agent="codex", at=NOW - timedelta(days=9))])], price)
    other.settle()
    assert ledger.events() == other.events() == {"agent": 3, "codex": 2}
    ledger.record([batch([event(6, agent="goose", at=NOW + timedelta(days=1))])], price)
    ledger.settle()
    assert ledger.events() == {"agent": 3, "codex": 2, "goose": 1}
    ledger.close()
    other.close()
