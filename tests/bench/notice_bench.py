"""Counts how often made-up people are told something about their budget, living through their spend with the live parts."""

from datetime import UTC
from decimal import Decimal

from bench.spenders import DAY_S, FIRST_S, lived
from tankful.core.notices import NoticeClass
from tankful.core.replay import Replay

DAYS = 84
_MONTH_DAYS = 30


def told_a_month(seeds: range) -> float:
    """Return budget notices per person and month; the budget is a quarter more than the spend of the first four weeks came to."""
    notices = 0
    for seed in seeds:
        spends, _ = lived(seed, DAYS, wrong_from=28)
        before = sum(spend.cost for spend in spends if spend.at_s < FIRST_S + 28 * DAY_S) or 10.0
        limit = Decimal(f"{1.25 * before:.2f}")
        said = Replay(UTC, limit).live((spend, Decimal(f"{spend.cost:.6f}")) for spend in spends)
        notices += sum(1 for notice in said.notices if notice.kind is NoticeClass.STATE)
    return notices / (len(seeds) * DAYS / _MONTH_DAYS)
