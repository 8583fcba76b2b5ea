"""What agents wrote is taken as far as it makes sense, and what does not is noted."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from tankful.core.parsing import FileTimes, Findings
from tankful.core.problems import Flaw, Problem
from tankful.sources.values import SUM_MAX, Values

MODIFIED = datetime(2026, 11, 2, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 2, 10, tzinfo=UTC)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


class Record(Struct):
    name: object = None
    inner: dict[str, Any] = {}


@pytest.fixture
def found() -> Findings:
    return Findings()


@pytest.fixture
def values(found: Findings) -> Values:
    return Values("log.jsonl", 7, FileTimes(MODIFIED, NOW), found)


@pytest.mark.parametrize(
    ("value", "count", "flaws"),
    [
        (5, 5, []),
        (5.0, 5, []),
        (None, 0, []),
        (-1, 0, [Flaw.BAD_COUNT]),
        (10**10, 0, [Flaw.BAD_COUNT]),
        (1.5, 0, [Flaw.WRONG_SHAPE]),
        ("5", 0, [Flaw.WRONG_SHAPE]),
        (True, 0, [Flaw.WRONG_SHAPE]),
    ],
)
def test_a_count_is_a_whole_number_that_can_be(values: Values, found: Findings, value: object, count: int, flaws: list[Flaw]) -> None:
    assert values.count(value) == count
    assert found.problems == [Problem(flaw, "log.jsonl", 7) for flaw in flaws]


def test_a_sum_may_be_larger_than_a_response(values: Values, found: Findings) -> None:
    assert values.count(10**10, SUM_MAX) == 10**10
    assert not found.problems


@pytest.mark.parametrize(
    ("value", "cost", "flaws"),
    [
        (0.1, Decimal("0.1"), []),
        ("0.25", Decimal("0.25"), []),
        (3, Decimal(3), []),
        (None, None, []),
        (-1, None, [Flaw.BAD_COUNT]),
        (float("nan"), None, [Flaw.BAD_COUNT]),
        (float("inf"), None, [Flaw.BAD_COUNT]),
        ("free", None, [Flaw.WRONG_SHAPE]),
        ([], None, [Flaw.WRONG_SHAPE]),
        (True, None, [Flaw.WRONG_SHAPE]),
    ],
)
def test_a_cost_is_exactly_what_was_written(
    values: Values, found: Findings, value: object, cost: Decimal | None, flaws: list[Flaw]
) -> None:
    assert values.dollars(value) == cost
    assert [problem.flaw for problem in found.problems] == flaws


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-02T08:30:00.25Z",
        "2026-11-02 08:30:00.250",
        "2026-11-02T09:30:00.25+01:00",
        1793608200.25,
        1793608200250,
        1793608200250000,
        1793608200250000000,
    ],
)
def test_a_time_is_known_in_every_form_that_agents_use(values: Values, found: Findings, value: object) -> None:
    assert values.moment(value) == datetime(2026, 11, 2, 8, 30, 0, 250_000, tzinfo=UTC)
    assert not found.problems


@pytest.mark.parametrize(
    "value",
    [None, "yesterday", "1970-01-01T00:00:00Z", "2100-01-01", "0001-01-01T00:00:00+14:00", 0, True, float("nan"), 10**25, 1 - 10**11, []],
)
def test_an_impossible_time_gives_way_to_the_file_s(values: Values, found: Findings, value: object) -> None:
    assert values.moment(value) == MODIFIED
    assert [problem.flaw for problem in found.problems] == [Flaw.BAD_TIME]


def test_a_word_is_short_and_can_be_stored(values: Values, found: Findings) -> None:
    assert values.word("  a name ") == "a name"
    assert len(values.word("x" * 10_000)) == 4096
    assert values.word("half \ud83d") == "half ?"
    assert not values.word(None)
    assert not found.problems
    assert not values.word(5)
    assert [problem.flaw for problem in found.problems] == [Flaw.WRONG_SHAPE]


@pytest.mark.parametrize(
    ("content", "flaw"),
    [(b"{", Flaw.NOT_JSON), (b"[]", Flaw.WRONG_SHAPE), (b"[" * 100_000, Flaw.NOT_JSON), (b'{"name": NaN}', Flaw.NOT_JSON)],
)
def test_what_is_no_record_is_noted(values: Values, found: Findings, content: bytes, flaw: Flaw) -> None:
    assert values.decoded(content, Record if flaw is Flaw.WRONG_SHAPE else Any) is None
    assert [problem.flaw for problem in found.problems] == [flaw]


def test_broken_characters_cost_no_more_than_themselves(values: Values, found: Findings) -> None:
    record = values.decoded(b'{"name": "\xff5"}', Record)
    assert record is not None
    assert record.name == "\ufffd5"
    assert [problem.flaw for problem in found.problems] == [Flaw.BAD_TEXT]


@given(ANYTHING)
def test_nothing_that_can_be_written_is_raised(value: object) -> None:
    values = Values("log", 0, FileTimes(MODIFIED, NOW), Findings())
    assert values.count(value) >= 0
    assert (values.dollars(value) or Decimal(0)) >= 0
    assert values.moment(value).tzinfo is UTC
    values.word(value).encode()
