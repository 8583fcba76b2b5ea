from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tankful.core.allocation import Allocation
from tankful.core.meter import PERSONAL, Meter, binding

START = datetime(2026, 11, 1, tzinfo=UTC)


def meter(
    limit: int | None, spent: int, *, account: str = "work", enforced: bool = True, resetting: bool = False, pending: int = 0
) -> Meter:
    most = None if limit is None else Decimal(limit)
    return Meter(Allocation(account, "you", most, Decimal(spent), START, None, enforced=enforced, resetting=resetting), Decimal(pending))


def bound(*meters: Meter) -> int:
    return [each.binding for each in binding(meters)].index(True)


def test_the_highest_used_share_binds_then_the_least_left_then_the_first() -> None:
    assert bound(meter(100, 50), meter(10, 6), meter(1000, 10)) == 1
    assert bound(meter(100, 50), meter(10, 5)) == 1
    assert bound(meter(10, 5), meter(10, 5)) == 0
    assert bound(meter(10, 5), meter(10, 4, pending=3)) == 1


def test_what_does_not_stop_the_user_binds_only_when_nothing_does() -> None:
    assert bound(meter(10, 99, enforced=False), meter(100, 1)) == 1
    assert bound(meter(10, 99, resetting=True), meter(100, 1)) == 1
    assert bound(meter(10, 1, resetting=True), meter(10, 9, enforced=False)) == 0
    assert bound(meter(None, 99), meter(10, 1, enforced=False)) == 1
    assert bound(meter(0, 0), meter(10, 9)) == 0


def test_the_users_own_budget_binds_where_no_gateways_limit_does() -> None:
    assert bound(meter(10, 99, account=PERSONAL), meter(100, 1)) == 1
    assert bound(meter(None, 99), meter(10, 1, account=PERSONAL)) == 1
    assert bound(meter(10, 99, enforced=False), meter(10, 1, account=PERSONAL)) == 1
    assert bound(meter(None, 1, account=PERSONAL), meter(None, 1)) == 1
    assert bound(meter(None, 1, account=PERSONAL)) == 0


def test_nothing_binds_where_there_is_nothing() -> None:
    assert binding(()) == ()


meters = st.lists(
    st.builds(
        meter,
        st.none() | st.integers(0, 100),
        st.integers(0, 200),
        account=st.sampled_from(["work", PERSONAL]),
        enforced=st.booleans(),
        resetting=st.booleans(),
        pending=st.integers(0, 50),
    ),
    min_size=1,
    max_size=6,
)


@given(meters)
def test_exactly_one_binds_and_nothing_else_changes(given_meters: list[Meter]) -> None:
    found = binding(given_meters)
    assert sum(each.binding for each in found) == 1
    assert [(each.allocation, each.pending) for each in found] == [(each.allocation, each.pending) for each in given_meters]
    assert binding(found) == found
    first = next(each for each in found if each.binding)
    stops = [each for each in found if each.allocation.enforced and each.used_share is not None and each.allocation.account != PERSONAL]
    if stops:
        assert first in stops
        current = [each.used_share or 0 for each in stops if not each.allocation.resetting]
        assert not current or first.used_share == max(current)
