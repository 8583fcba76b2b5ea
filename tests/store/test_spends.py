"""What spikes look at: responses and prompts in order, without what nobody knows the time of."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from ledger_rig import NOW, batch, event, opened, price
from tankful.core.usage import Prompt


def test_responses_and_prompts_come_in_order_and_undated_sums_do_not(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    events = [
        event(1, at=NOW, recorded_cost=Decimal("0.25")),
        event(2, at=NOW - timedelta(minutes=1), model="unknown"),
        event(3, at=NOW, undated=True, recorded_cost=Decimal(20)),
        event(4, at=NOW - timedelta(hours=1)),
    ]
    ledger.record([batch(events, prompts=[Prompt("agent", 9, NOW, "session", "/work")])], price)
    with ledger.history() as history:
        found = list(history.spends(NOW - timedelta(hours=1), NOW))
    assert [(spend.at_s - NOW.timestamp(), nano, spend.prompted) for spend, nano in found] == [
        (-60.0, 0, False),
        (0.0, 0, True),
        (0.0, 250_000_000, False),
    ]
    ledger.close()
