"""What of our calls is booked, case by case; seconds count from the start of the period."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from simulated_gateway import World
from tankful.core.allocation import Allocation, ScopeKind, Via
from tankful.core.reconciliation import Books, RoutedCall, Standing, calls_since, exactly, reconcile

START = datetime(2026, 11, 1, tzinfo=UTC)
END = datetime(2026, 12, 1, tzinfo=UTC)
WITHIN = timedelta(seconds=60)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def dollars(amount: float) -> Decimal:
    return Decimal(str(amount))


def allocation(settled: float, start: datetime = START, end: datetime | None = END, *, resetting: bool = False) -> Allocation:
    return Allocation("there", "you", Decimal(100), dollars(settled), start, end, resetting=resetting)


def call(number: int, seconds: float, cost: float | None, booked: float | None = None, name: str | None = "") -> RoutedCall:
    named = f"msg_{number}" if name is None else name
    return RoutedCall(number, named, at(seconds), None if cost is None else dollars(cost), "m", None if booked is None else dollars(booked))


def polled(said: Allocation, seconds: float, *calls: RoutedCall, books: Books | None = None, listed_at: float | None = None) -> Standing:
    listed = None if listed_at is None else at(listed_at)
    return reconcile(said, calls, as_of=at(seconds), books_within=WITHIN, books=books, listed_at=listed)


def first(settled: float = 0, seconds: float = 100) -> Books:
    """What is left of a poll with nothing in flight."""
    return polled(allocation(settled), seconds).books


def numbers(standing: Standing) -> list[int]:
    return [each.number for each in standing.waiting]


def test_a_call_after_the_statement_is_pending() -> None:
    standing = polled(allocation(5), 200, call(1, 201, 0.5), call(2, 202, None), books=first(5))
    assert (standing.pending, numbers(standing), standing.unpriced) == (dollars(0.5), [1, 2], 1)


def test_what_is_pending_falls_by_what_settled_rises_oldest_first() -> None:
    calls = call(1, 110, 1), call(2, 120, 2)
    before = polled(allocation(5), 130, *calls, books=first(5))
    assert (before.pending, numbers(before)) == (3, [1, 2])
    after = polled(allocation(6.5), 140, *calls, books=before.books)
    assert (after.pending, numbers(after)) == (dollars(1.5), [2])
    assert polled(allocation(8), 150, *calls, books=after.books).pending == 0


def test_a_rise_that_is_nearly_the_sum_of_calls_leaves_no_crumbs() -> None:
    calls = call(1, 110, 1), call(2, 120, 2)
    standing = polled(allocation(5.9996), 130, *calls, books=first(5))
    assert (standing.pending, numbers(standing)) == (2, [2])
    assert polled(allocation(5.9996), 140, *calls, books=standing.books).pending == 2


def test_what_is_older_than_the_gateway_promises_is_booked_even_if_dearer_than_we_thought() -> None:
    calls = call(1, 110, 1), call(2, 120, 2)
    before = polled(allocation(5), 130, *calls, books=first(5))
    assert polled(allocation(7.5), 175, *calls, books=before.books).pending == dollars(0.5)
    assert polled(allocation(7.5), 181, *calls, books=before.books).pending == 0


def test_foreign_spend_pays_for_our_calls_only_where_no_list_decides() -> None:
    mine = call(1, 110, 1, name=None)
    assert polled(allocation(9), 130, mine, books=first(5)).pending == 0
    assert polled(allocation(9), 130, mine, books=first(5), listed_at=129).pending == 0
    assert polled(allocation(9), 130, mine, books=first(5), listed_at=130).pending == 1
    assert polled(allocation(9), 130, call(1, 110, 1), books=first(5), listed_at=130).pending == 0


def test_what_a_stale_list_does_not_hold_is_paid_for_by_the_rise() -> None:
    calls = call(1, 110, 1, name=None), call(2, 120, 2, name=None)
    assert polled(allocation(7), 130, *calls, books=first(5), listed_at=100).pending == 1
    assert polled(allocation(7), 130, *calls, books=first(5), listed_at=131).pending == 3


def test_a_list_that_is_behind_the_figure_shows_no_dollar_twice() -> None:
    mine = call(1, 110, 1, name=None)
    before = polled(allocation(6), 130, mine, books=first(5), listed_at=131)
    assert before.pending == 0
    assert polled(allocation(6), 140, call(1, 110, 1, 1, None), books=before.books, listed_at=141).pending == 0


def test_a_list_that_is_ahead_of_the_figure_loses_no_dollar() -> None:
    older, mine = call(1, 105, 0.25, 0.25, None), call(2, 110, 1, 1, None)
    before = polled(allocation(5.25), 130, older, mine, books=first(5), listed_at=131)
    assert (before.pending, numbers(before)) == (1, [2])
    after = polled(allocation(6.25), 140, older, mine, books=before.books, listed_at=141)
    assert (after.pending, numbers(after)) == (0, [])


def test_a_list_that_is_ahead_of_many_figures_holds_the_truth() -> None:
    world = World(60, lists=True)
    world.poll()
    for seconds in range(1, 40):
        world.now_s += seconds % 7 + 1
        world.spend(Decimal(seconds), seconds % 11 / 11)
        if seconds % 3 == 0:
            world.poll()
        world.listed_at = world.now
        assert world.look().pending == world.unbooked()


def test_the_first_poll_shows_nothing_twice() -> None:
    standing = polled(allocation(5), 130, call(1, 110, 1), call(2, 131, 2))
    assert (standing.pending, numbers(standing)) == (2, [2])
    assert polled(allocation(7), 140, call(1, 110, 1), call(2, 131, 2), books=standing.books).pending == 0
    by_id = polled(allocation(5), 130, call(1, 110, 1, name=None), call(2, 115, 2, 2, None), listed_at=130)
    assert (by_id.pending, numbers(by_id)) == (1, [1])


def test_the_first_poll_takes_no_more_for_booked_than_the_figure_holds() -> None:
    calls = call(1, 110, 1), call(2, 120, 1), call(3, 125, 1)
    standing = polled(allocation(1), 130, *calls)
    assert (standing.pending, numbers(standing)) == (2, [2, 3])
    assert polled(allocation(3), 140, *calls, books=standing.books).pending == 0
    # the list is ahead of the figure, and then behind it
    listed = tuple(call(number, 110 + number, 1, 1, None) for number in (1, 2, 3))
    standing = polled(allocation(1), 130, *listed, listed_at=130)
    assert (standing.pending, numbers(standing)) == (2, [2, 3])
    assert polled(allocation(3), 140, *listed, books=standing.books, listed_at=140).pending == 0
    unlisted = tuple(call(number, 110 + number, 1, name=None) for number in (1, 2, 3))
    standing = polled(allocation(1), 130, *unlisted, listed_at=130)
    assert (standing.pending, numbers(standing)) == (2, [2, 3])


def test_an_hour_without_the_gateway_loses_nothing() -> None:
    calls = [call(number, 110 + 60 * number, 1) for number in range(60)]
    away = polled(allocation(5), 100, *calls, books=first(5))
    assert away.pending == 60
    back = polled(allocation(64), 3700, *calls, books=away.books)
    assert (back.pending, numbers(back)) == (1, [59])


def test_calls_that_are_read_late_change_the_outcome_and_are_not_counted_twice() -> None:
    books = first(5)
    assert polled(allocation(8), 130, books=books).pending == 0
    calls = call(1, 110, 1), call(2, 120, 2), call(3, 125, 4)
    late = polled(allocation(8), 130, *calls, books=books)
    assert (late.pending, numbers(late)) == (4, [3])
    assert polled(allocation(8), 140, *calls, books=late.books).pending == 4


def test_binary_noise_is_no_money() -> None:
    standing = polled(allocation(5.000000000000001), 130, call(1, 110, 1), books=first(5))
    assert standing.pending == 1
    noisy = polled(allocation(5.9999999999999), 130, call(1, 110, 1), books=first(5))
    assert noisy.pending == 0


def test_a_new_period_begins_with_its_own_calls() -> None:
    old, new = call(1, -5, 1), call(2, 5, 2)
    before = polled(Allocation("there", "you", None, dollars(50), START - timedelta(days=30), START), -2, old, books=first(50, -100))
    assert before.pending == 1
    after = polled(allocation(0), 10, old, new, books=before.books)
    assert (after.pending, numbers(after)) == (2, [2])
    assert calls_since(before.books, allocation(0), at(10), WITHIN) == at(-62)
    assert polled(allocation(2), 20, old, new, books=after.books).pending == 0


def test_a_reset_that_is_due_and_not_done_keeps_the_periods_apart() -> None:
    month = Allocation("there", "you", None, dollars(50), START - timedelta(days=30), START, resetting=True)
    old, new = call(1, -5, 1), call(2, 5, 2)
    during = polled(month, 10, old, new, books=first(50, -100))
    assert (during.pending, during.next_period, numbers(during)) == (1, 2, [1])
    after = polled(allocation(0.5), 120, old, new, call(3, 100, 0.5), call(4, 115, 3), books=during.books)
    assert (after.pending, numbers(after)) == (3, [4])


def test_a_reset_that_is_due_is_ahead_of_a_stale_statement() -> None:
    month = Allocation("there", "you", None, dollars(50), START - timedelta(days=30), START)
    standing = polled(month, -10, call(1, -5, 1), call(2, 5, 2), books=first(50, -100))
    assert (standing.pending, standing.next_period) == (1, 2)


def test_a_reset_date_that_the_owner_never_keeps_is_passed_over() -> None:
    never = Allocation("there", "you", None, dollars(50), START - timedelta(days=60), START - timedelta(days=30))
    standing = polled(never, 100, call(1, 105, 1), books=first(50, 90))
    assert (standing.pending, standing.next_period) == (1, 0)


def test_a_late_reset_that_wiped_what_was_booked_in_between_does_not_bring_it_back() -> None:
    month = Allocation("there", "you", None, dollars(50), START - timedelta(days=30), START, resetting=True)
    calls = call(1, 5, 3), call(2, 100, 1)
    during = polled(month, 10, *calls, books=first(50, -100))
    after = polled(allocation(1), 130, *calls, books=during.books)
    assert after.pending == 0


def test_a_period_that_slides_along_is_no_reset() -> None:
    mine = call(1, 110, 1)
    sliding = [allocation(5, START + timedelta(seconds=step)) for step in (0, 30)]
    before = polled(sliding[0], 115, mine, books=first(5))
    assert polled(sliding[1], 145, mine, books=before.books).pending == 1


def test_a_budget_that_was_set_back_by_hand_keeps_what_is_in_flight() -> None:
    mine = call(1, 110, 1)
    before = polled(allocation(9), 115, mine, books=first(9))
    assert polled(allocation(0), 120, mine, books=before.books).pending == 1
    assert polled(allocation(1), 130, mine, books=before.books).pending == 0
    assert polled(allocation(8.5), 130, mine, books=before.books).pending == 1


def test_calls_are_needed_as_far_back_as_they_can_matter() -> None:
    assert calls_since(None, allocation(0), at(100), WITHIN) == at(40)
    assert calls_since(first(5, 100), allocation(5), at(200), WITHIN) == at(40)
    assert calls_since(first(5, 100), allocation(0, at(150)), at(200), WITHIN) == at(40)
    due = Allocation("there", "you", None, dollars(5), START - timedelta(days=30), START, resetting=True)
    assert calls_since(first(5, 400), due, at(500), WITHIN) == START - timedelta(microseconds=1)
    assert calls_since(first(5, -4000), allocation(0), at(200), WITHIN) == at(-4060)


def test_a_gateway_that_books_at_once_leaves_only_what_came_after() -> None:
    standing = reconcile(allocation(5), [call(1, 99, 1), call(2, 101, 2)], as_of=at(100), books_within=timedelta(0), books=None)
    assert (standing.pending, numbers(standing)) == (2, [2])


def test_calls_of_other_keys_of_the_same_user_are_spent_from_the_budgets_that_they_came_with() -> None:
    """A key's own budget never rises by them, a team's by those for the same team, the user's by all."""
    own, same, other = (call(via, 150 + via, cost)._replace(via=via) for via, cost in ((Via.KEY, 1), (Via.PURSE, 2), (Via.USER, 4)))
    expected = {ScopeKind.KEY: 1, ScopeKind.TEAM: 3, ScopeKind.MEMBER: 3, ScopeKind.YOU: 7, ScopeKind.ORGANIZATION: 7}
    for kind, pending in expected.items():
        said = replace(allocation(0), kind=kind)
        standing = reconcile(said, (own, same, other), as_of=at(100), books_within=WITHIN, books=None)
        assert standing.pending == pending, kind
    listed = call(3, 110, 4, 4, None)._replace(via=Via.USER)
    said = replace(allocation(5), kind=ScopeKind.KEY)
    assert reconcile(said, (listed,), as_of=at(130), books_within=WITHIN, books=first(5), listed_at=at(131)).pending == 0


def test_a_list_that_was_too_long_decides_nothing_of_what_it_may_have_left_out() -> None:
    """A log dates a call by its end: one that ended soon after the list begins may have begun before it."""
    mine = call(1, 2000, 1, name=None)

    def pending(listed_since: float) -> Decimal:
        return reconcile(
            allocation(6),
            (mine,),
            as_of=at(2010),
            books_within=WITHIN,
            books=first(5, 1900),
            listed_at=at(2010),
            listed_since=at(listed_since),
        ).pending

    assert (pending(1000), pending(1500)) == (0, 0)
    foreign = replace(allocation(9))
    for since, expected in ((1000, 1), (1100, 1), (1101, 0), (1990, 0)):
        standing = reconcile(
            foreign, (mine,), as_of=at(2010), books_within=WITHIN, books=first(5, 1900), listed_at=at(2010), listed_since=at(since)
        )
        assert standing.pending == expected, since


def risen(settled: float, seconds: float, *calls: RoutedCall, books: Books) -> list[int]:
    said = exactly(allocation(settled), calls, as_of=at(seconds), books_within=WITHIN, books=books)
    return [each.number for each in said]


def test_a_rise_tells_which_calls_it_is_only_if_it_is_the_sum_of_the_oldest_ones_to_the_cent() -> None:
    calls = call(2, 120, 2), call(1, 110, 1), call(3, 130, 4), call(4, 200, 8)
    for rise, said in {0.0: [], 1: [1], 2: [], 3: [1, 2], 3.0004: [1, 2], 3.001: [], 7: [1, 2, 3], 15: []}.items():
        assert risen(5 + rise, 140, *calls, books=first(5)) == said


def test_calls_that_must_be_booked_by_now_are_in_a_rise_all_or_none() -> None:
    assert risen(6, 185, call(1, 110, 1), call(2, 120, 2), books=first(5)) == []
    assert risen(8, 185, call(1, 110, 1), call(2, 120, 2), call(3, 180, 4), books=first(5)) == [1, 2]


def test_what_is_listed_is_taken_off_and_calls_without_a_price_are_told_by_no_rise() -> None:
    assert risen(8, 140, call(1, 110, 1, booked=2), call(2, 115, None), call(3, 120, 1), books=first(5)) == [3]
    assert risen(5, 140, call(2, 115, None), books=first(5)) == []


def test_a_budget_that_was_reset_or_set_back_tells_nothing() -> None:
    assert risen(1, 140, call(1, 110, 1), books=first(5)) == []
    early = polled(allocation(5, start=START - timedelta(days=30), end=START), -100).books
    assert risen(1, 140, call(1, 110, 1), books=early) == []
