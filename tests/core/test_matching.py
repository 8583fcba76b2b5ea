from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tankful.core.allocation import BookedCall
from tankful.core.matching import matched
from tankful.core.reconciliation import RoutedCall

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def ours(number: int, seconds: float = 0, cost: str | None = "1", model: str = "gpt-5", name: str = "") -> RoutedCall:
    return RoutedCall(number, name, NOW + timedelta(seconds=seconds), None if cost is None else Decimal(cost), model)


def theirs(name: str, seconds: float = 0, cost: str = "1", model: str = "openai/gpt-5") -> BookedCall:
    return BookedCall(name, Decimal(cost), model, NOW + timedelta(seconds=seconds))


def pairs(calls: list[RoutedCall], booked: list[BookedCall]) -> dict[int, str]:
    return {number: found.call for number, found in matched(calls, booked).items()}


def test_an_id_decides_whatever_else_differs() -> None:
    assert pairs([ours(1, name="msg_1")], [theirs("msg_1", 99_999, "7", "other")]) == {1: "msg_1"}
    assert pairs([ours(1, name="msg_1")], [theirs("msg_2")]) == {}


def test_without_an_id_model_time_and_cost_decide() -> None:
    assert pairs([ours(1)], [theirs("a", -30)]) == {1: "a"}
    assert pairs([ours(1)], [theirs("a", -30, model="other")]) == {}
    assert pairs([ours(1)], [theirs("a", 61)]) == {}
    assert pairs([ours(1)], [theirs("a", -901)]) == {}
    assert pairs([ours(1)], [theirs("a", -30, "1.5")]) == {}
    assert pairs([ours(1, cost=None)], [theirs("a", -30, "1.5")]) == {1: "a"}


def test_the_closest_in_cost_is_taken_then_in_time_and_each_once() -> None:
    booked = [theirs("far", -300), theirs("near", -20), theirs("dear", -10, "1.2")]
    assert pairs([ours(1)], booked) == {1: "near"}
    assert pairs([ours(1), ours(2, 5), ours(3, 6), ours(4, 7)], booked) == {1: "near", 2: "far", 3: "dear"}


def test_what_has_an_id_is_not_given_away() -> None:
    booked = [theirs("msg_1", -5)]
    assert pairs([ours(1), ours(2, 50, name="msg_1")], booked) == {2: "msg_1"}
