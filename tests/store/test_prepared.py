"""What was worked out of responses before they are written counts, whatever is booked beside them."""

from decimal import Decimal
from pathlib import Path

from ledger_rig import NOW, batch, event, opened, price, rows
from tankful.core.report import By
from tankful.core.totals import SessionTotal
from tankful.core.usage import Basis, TokenUsage, UsageEvent
from tankful.store.rows import COST, sketch_of

TOKENS = {"session": 1010, "captured": 1010, "more": 1010, "summed": 100}


def test_each_response_is_priced_once_also_beside_sums_and_second_hand_records(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    priced: list[tuple[str, int]] = []

    def noted(response: UsageEvent) -> tuple[int | None, Basis]:
        priced.append((response.session, response.second_hand))
        return price(response)

    batches = [
        batch([event(1), event(2, second_hand=2), event(3, session="captured", second_hand=2)]),
        batch((), "/sums")._replace(totals=(SessionTotal("agent", "one", TokenUsage(100), NOW, session="summed"),)),
        batch([event(4, session="more")], "/more"),
    ]
    ready = [ledger.prepared(each, noted) for each in batches]
    assert ledger.record(batches, noted, ready) == 4
    assert sorted(priced) == [("captured", 2), ("more", 0), ("session", 0), ("session", 2), ("summed", 0)]
    found = {row.session: (row.requests, row.tokens.total, row.cost) for row in rows(ledger, By.SESSION)}
    assert found == {name: (1, tokens, Decimal(tokens).scaleb(-9)) for name, tokens in TOKENS.items()}
    ledger.close()


def test_what_an_agent_recorded_stays_beside_what_its_gateway_booked() -> None:
    _, row = sketch_of(event(1, recorded_cost=Decimal("0.30")), (500_000_000, Basis.RECORDED))
    assert (row[COST - 1], row[COST]) == (300_000_000, 500_000_000)
