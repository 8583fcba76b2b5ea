"""When a gateway is asked: every reason, and what holds whatever happens."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tankful.core.allocation import Wishes
from tankful.core.polling import Circumstances, Due, Policy, Reason, next_poll, wished

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
POLICY = Policy()
MIDDLE = 0.5
"""This chance leaves intervals as they are, and halves every wait that is drawn from a window."""

chances = st.floats(0, 1, exclude_max=True)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def seen(**more: object) -> Circumstances:
    """A client that was answered at noon."""
    return replace(Circumstances(NOON, after(-3600), asked_at=NOON), **more)  # pyright: ignore[reportArgumentType] - fields by name


def due(circumstances: Circumstances, chance: float = MIDDLE) -> tuple[float, Reason]:
    """In how many seconds after noon it asks, and why."""
    found = next_poll(POLICY, circumstances, chance)
    assert found.at is not None
    return (found.at - NOON).total_seconds(), found.reason


def test_a_new_account_is_asked_at_once() -> None:
    assert next_poll(POLICY, Circumstances(NOON, NOON), MIDDLE) == Due(NOON, Reason.FIRST)


def test_while_nothing_is_spent_it_is_asked_every_five_minutes() -> None:
    assert due(seen()) == (300, Reason.IDLE)


def test_while_an_agent_spends_it_is_asked_every_minute() -> None:
    assert due(seen(now=after(50), spent_at=after(49))) == (60, Reason.SPENDING)


def test_intervals_differ_by_a_fifth_both_ways() -> None:
    assert due(seen(), 0) == (240, Reason.IDLE)
    assert due(seen(), 0.75) == (330, Reason.IDLE)


def test_an_agent_counts_as_spending_for_two_minutes_after_its_last_call() -> None:
    assert due(seen(now=after(70), spent_at=after(-49))) == (60, Reason.SPENDING)
    assert due(seen(now=after(70), spent_at=after(-50))) == (300, Reason.IDLE)


def test_a_call_that_is_dated_hours_ahead_is_not_being_spent_now() -> None:
    assert due(seen(spent_at=after(5 * 3600))) == (300, Reason.IDLE)


def test_twelve_seconds_after_the_last_call_the_turn_has_ended() -> None:
    assert due(seen(now=after(40), spent_at=after(35))) == (47, Reason.TURN_ENDED)


def test_what_was_spent_just_before_the_last_question_is_asked_for_again() -> None:
    assert due(seen(now=after(5), spent_at=after(-11))) == (30, Reason.TURN_ENDED)
    assert due(seen(now=after(5), spent_at=after(-12))) == (60, Reason.SPENDING)


def test_an_agent_that_pauses_often_does_not_end_its_turn_each_time() -> None:
    assert due(seen(now=after(14), spent_at=after(1))) == (30, Reason.TURN_ENDED)


def test_the_end_of_a_turn_never_puts_a_question_off() -> None:
    assert due(seen(now=after(55), spent_at=after(54))) == (60, Reason.SPENDING)


def test_the_gateway_sets_the_interval_within_limits_and_turns_do_not_shorten_it() -> None:
    assert due(seen(server_s=600, now=after(40), spent_at=after(35)), 0) == (600, Reason.SERVER)
    assert due(seen(server_s=600)) == (660, Reason.SERVER)
    assert due(seen(server_s=1), 0) == (30, Reason.SERVER)
    assert due(seen(server_s=999_999)) == (3600, Reason.SERVER)


def test_the_user_is_answered_at_once_but_not_every_second() -> None:
    assert due(seen(refresh_at=after(100))) == (100, Reason.ASKED)
    assert due(seen(refresh_at=after(3))) == (15, Reason.ASKED)


def test_one_click_is_one_question() -> None:
    assert due(seen(refresh_at=NOON)) == (300, Reason.IDLE)


def test_after_a_failure_everybody_waits_somewhere_in_the_window() -> None:
    assert due(seen(failures=1), 0.8) == (123, Reason.FAILED)
    assert due(seen(failures=1), 0) == (15, Reason.FAILED)


def test_further_failures_double_the_wait_up_to_five_minutes() -> None:
    waits = [due(seen(failures=failures), 0.999)[0] for failures in (2, 3, 4, 5, 6, 7, 1000)]
    assert waits == pytest.approx([20, 40, 80, 160, 300, 300, 300], rel=1e-3)


def test_a_turn_that_ends_while_the_gateway_fails_does_not_hurry() -> None:
    assert due(seen(failures=1, now=after(40), spent_at=after(35))) == (82.5, Reason.FAILED)


def test_a_key_that_is_not_accepted_is_hardly_ever_tried_again() -> None:
    assert due(seen(failures=3, rejected=True)) == (900, Reason.REJECTED)


def test_the_user_is_answered_while_the_gateway_fails_but_no_oftener_than_while_spending() -> None:
    assert due(seen(failures=5, refresh_at=after(40))) == (60, Reason.ASKED)
    assert due(seen(failures=5, refresh_at=after(40)), 0.75) == (66, Reason.ASKED)
    assert due(seen(failures=5, refresh_at=after(80))) == (80, Reason.ASKED)
    assert due(seen(failures=5, refresh_at=after(90))) == (87.5, Reason.FAILED)
    assert due(seen(failures=2, refresh_at=after(3))) == (17.5, Reason.FAILED)
    assert due(seen(failures=1, rejected=True, refresh_at=after(3))) == (60, Reason.ASKED)


@given(st.integers(1, 40), st.floats(0, 10_000), chances, st.booleans())
def test_no_wish_makes_a_failing_gateway_be_asked_sooner_than_its_back_off_and_the_spending_interval(
    failures: int, wish_s: float, chance: float, rejected: bool
) -> None:
    wished = due(seen(failures=failures, rejected=rejected, refresh_at=after(wish_s)), chance)[0]
    patient = due(seen(failures=failures, rejected=rejected), chance)[0]
    assert min(patient, POLICY.spending_s * (1 - POLICY.spread)) - 1e-3 <= wished <= patient


def test_a_gateway_that_asks_to_be_left_alone_is_left_alone_and_then_not_by_all_at_once() -> None:
    assert due(seen(failures=1, busy_until=after(1000))) == (1082.5, Reason.BUSY)
    assert due(seen(failures=4, busy_until=after(1000))) == (1047.5, Reason.BUSY)
    assert due(seen(failures=1, busy_until=after(20))) == (102.5, Reason.BUSY)


def test_even_the_user_cannot_hurry_a_gateway_that_asks_to_be_left_alone() -> None:
    assert due(seen(busy_until=after(100), refresh_at=after(50))) == (182.5, Reason.BUSY)


def test_the_regular_question_is_not_hurried_by_a_request_to_be_left_alone() -> None:
    assert due(seen(busy_until=after(100))) == (300, Reason.IDLE)


def test_nobody_there_nobody_asked() -> None:
    assert next_poll(POLICY, seen(away=True, refresh_at=after(5)), MIDDLE) == Due(None, Reason.AWAY)


def test_what_became_due_during_sleep_is_asked_for_once_and_not_by_a_whole_office_at_once() -> None:
    assert due(seen(resumed_at=after(5000)), 0.25) == (5015, Reason.RESUMED)
    assert due(seen(resumed_at=after(5000), failures=3)) == (5030, Reason.RESUMED)


def test_a_short_nap_changes_nothing() -> None:
    assert due(seen(resumed_at=after(100))) == (300, Reason.IDLE)


def test_the_user_who_woke_the_machine_is_answered_at_once() -> None:
    assert due(seen(refresh_at=after(4990), resumed_at=after(5000))) == (4990, Reason.ASKED)


def test_a_question_forgets_what_was_to_be_left_alone() -> None:
    asked = seen(now=after(500), busy_until=after(400)).asking()
    assert (asked.asked_at, asked.busy_until) == (after(500), None)


def test_an_answer_forgets_failures_and_brings_the_gateways_interval() -> None:
    answered = seen(failures=3, rejected=True).answered(120)
    assert (answered.failures, answered.rejected, answered.server_s) == (0, False, 120)


def test_failures_are_counted_and_the_last_one_says_whether_the_key_is_accepted() -> None:
    assert seen(failures=1).failed(rejected=True) == seen(failures=2, rejected=True)
    assert seen(failures=2, rejected=True).failed() == seen(failures=3)


def test_no_gateway_is_left_alone_for_more_than_a_day() -> None:
    assert seen().left_alone(POLICY, 90).busy_until == after(90)
    assert seen().left_alone(POLICY, 1e12).busy_until == after(86_400)
    assert seen().left_alone(POLICY, -5).busy_until == NOON


def test_a_clock_that_is_set_back_takes_everything_we_did_with_it() -> None:
    before = seen(now=after(20), busy_until=after(60), refresh_at=after(10), resumed_at=after(5), spent_at=after(1))
    back = timedelta(hours=5)
    now = before.at(before.now - back)
    assert now == replace(
        before,
        now=before.now - back,
        begun_at=before.begun_at - back,
        asked_at=NOON - back,
        busy_until=after(60) - back,
        refresh_at=after(10) - back,
        resumed_at=after(5) - back,
    )
    assert Circumstances(NOON, NOON).at(after(-1)).asked_at is None


@dataclass
class Client:
    """Lives through events as the gateway feed does, and remembers when it asked."""

    seen: Circumstances = field(default_factory=lambda: Circumstances(NOON, NOON))
    real_s: float = 0
    """True time, whatever the clock says."""
    asked_s: list[float] = field(default_factory=list[float])
    locked_questions: int = 0

    def live(self, event: "Event", chance: float) -> None:
        """Let the seconds pass and ask whenever it is time, then let the event happen."""
        left = event.wait_s
        while True:
            due = next_poll(POLICY, self.seen, chance)
            wait = None if due.at is None else max(0.0, (due.at - self.seen.now).total_seconds())
            # As the feed does, look again every minute: what is being spent grows old.
            step = min(left, 60) if wait is None else min(left, 60, wait)
            if wait is not None and wait <= step:
                self.pass_time(wait)
                left -= wait
                self.ask(event)
            elif step > 0:
                self.pass_time(step)
                left -= step
            if left <= 0:
                break
        self.happen(event)

    def pass_time(self, seconds: float) -> None:
        self.real_s += seconds
        self.seen = self.seen.at(self.seen.now + timedelta(seconds=seconds))

    def ask(self, event: "Event") -> None:
        self.locked_questions += self.seen.away
        self.seen = self.seen.asking()
        self.asked_s.append(self.real_s)
        match event.answer:
            case "good":
                self.seen = self.seen.answered(event.server_s)
            case "busy":
                self.seen = self.seen.failed().left_alone(POLICY, event.retry_after_s)
            case "bad":
                self.seen = self.seen.failed()
            case "rejected":
                self.seen = self.seen.failed(rejected=True)

    def happen(self, event: "Event") -> None:
        now = self.seen.now
        match event.kind:
            case "refresh":
                self.seen = replace(self.seen, refresh_at=now)
            case "spent":
                self.seen = replace(self.seen, spent_at=now)
            case "lock":
                self.seen = replace(self.seen, away=True)
            case "unlock":
                self.seen = replace(self.seen, away=False, resumed_at=now)
            case "back":
                self.seen = self.seen.at(now - timedelta(seconds=event.jump_s))
            case "nothing":
                pass


@dataclass(frozen=True)
class Event:
    kind: Literal["refresh", "spent", "lock", "unlock", "back", "nothing"]
    wait_s: float
    answer: Literal["good", "busy", "bad", "rejected"]
    """What every question before it is answered with."""
    retry_after_s: float
    server_s: float | None
    jump_s: float


events = st.builds(
    Event,
    kind=st.sampled_from(["refresh", "spent", "spent", "lock", "unlock", "back", "nothing"]),
    wait_s=st.sampled_from([0, 0.5, 3, 11, 16, 61, 400, 1500]),
    answer=st.sampled_from(["good", "good", "good", "busy", "bad", "rejected"]),
    retry_after_s=st.sampled_from([0, 1, 20, 700]),
    server_s=st.sampled_from([None, None, None, -1, 30, 900, 10**9]),
    jump_s=st.sampled_from([0.5, 20, 7200]),
)
lives = st.lists(st.tuples(events, chances), max_size=15)


def lived(life: list[tuple[Event, float]]) -> Client:
    client = Client()
    for event, chance in life:
        client.live(event, chance)
    return client


@settings(max_examples=200)
@given(lives)
def test_no_client_asks_oftener_than_every_15_seconds_whatever_happens(life: list[tuple[Event, float]]) -> None:
    asked = lived(life).asked_s
    assert all(later - earlier >= 15 - 1e-3 for earlier, later in pairwise(asked))


@given(lives)
def test_nobody_asks_while_nobody_is_there(life: list[tuple[Event, float]]) -> None:
    assert lived(life).locked_questions == 0


@given(lives)
def test_a_clock_that_is_set_back_never_silences_a_client_that_is_not_to_be_silent(life: list[tuple[Event, float]]) -> None:
    client = lived(life)
    client.happen(Event("unlock", 0, "good", 0, None, 0))
    client.live(Event("back", 0, "good", 0, None, 36_000), MIDDLE)
    before = len(client.asked_s)
    client.live(Event("nothing", POLICY.server_most_s + 1, "good", 0, None, 0), MIDDLE)
    assert len(client.asked_s) > before


@given(st.integers(0, 40), st.floats(0, 10_000), chances, st.booleans())
def test_nobody_asks_before_the_gateway_wants_to_be_asked(failures: int, wait_s: float, chance: float, impatient: bool) -> None:
    before = seen(failures=failures, refresh_at=after(1) if impatient else None)
    circumstances = before.left_alone(POLICY, wait_s)
    at = next_poll(POLICY, circumstances, chance).at
    assert at is not None
    assert circumstances.busy_until is not None
    assert at >= circumstances.busy_until


@given(st.floats(-1e6, 1e9), chances)
def test_the_gateways_interval_is_kept_between_half_a_minute_and_an_hour(server_s: float, chance: float) -> None:
    seconds, reason = due(seen(server_s=server_s), chance)
    assert reason is Reason.SERVER
    assert max(30, min(server_s, 3600)) - 1e-3 <= seconds <= 3600


@given(chances)
def test_the_first_delay_after_an_outage_lies_within_its_window(chance: float) -> None:
    seconds, _ = due(seen(failures=1), chance)
    assert 15 <= seconds <= 150
    assert seconds == pytest.approx(15 + 135 * chance, abs=1e-5)


@given(st.floats(0, 1000), chances)
def test_a_turn_is_asked_for_within_half_a_minute_of_its_end(spent_s: float, chance: float) -> None:
    seconds, _ = due(seen(now=after(spent_s), spent_at=after(spent_s)), chance)
    assert seconds <= max(spent_s + 12, 30) + 1e-3


def test_a_policy_of_the_organisation_sets_every_interval() -> None:
    slow = Policy(spending_s=120, idle_s=900, least_s=60)
    assert next_poll(slow, seen(), MIDDLE).at == after(900)
    assert next_poll(slow, seen(spent_at=after(-13)), MIDDLE).at == after(120)
    assert next_poll(slow, seen(refresh_at=after(1)), MIDDLE).at == after(60)


def test_an_administrators_wishes_are_kept_within_bounds_and_of_several_the_longest() -> None:
    assert wished(Policy(), ()) == Policy()
    assert wished(Policy(), (Wishes(), Wishes(spending_s=90))) == Policy(spending_s=90)
    several = Wishes(45, 600, 300), Wishes(40, 1200, None)
    assert wished(Policy(), several) == Policy(spending_s=45, idle_s=1200, first_delay_s=300)
    assert wished(Policy(), (Wishes(1, 1, 1),)) == Policy(spending_s=30, idle_s=30, first_delay_s=15)
    assert wished(Policy(), (Wishes(1e9, 1e9, 1e9),)) == Policy(spending_s=3600, idle_s=3600, first_delay_s=3600)
