"""When a running feed asks: after a click, a turn, an absence, a sleep, and by a clock that jumps."""

import asyncio
import threading
from datetime import timedelta

import pytest

from feed_rig import NOON, OK, Running, link, live, running
from gateway_rig import PATIENCE_S, Answer, AnsweringServer, Seen
from tankful.core.polling import Due, Policy, Reason
from tankful.engine.messages import StatementFetched


def test_the_user_gets_fresh_numbers_at_once() -> None:
    async def story(feed: Running) -> None:
        await feed.time.passes(16)
        feed.feed.refresh()
        await feed.until(lambda: len(feed.of(StatementFetched)) == 2)
        assert feed.time.at == NOON + timedelta(seconds=16)
        await feed.time.passes(1)
        feed.feed.refresh()
        await feed.time.all_asleep(1)
        assert feed.feed.due("work") == Due(NOON + timedelta(seconds=31), Reason.ASKED)

    with AnsweringServer(OK) as server:
        live(running(link(server)), story)


def test_soon_after_a_turn_its_spend_is_asked_for() -> None:
    async def story(feed: Running) -> None:
        await feed.time.passes(50)
        feed.feed.spent("work", NOON + timedelta(seconds=50), None)
        await feed.time.all_asleep(1)
        assert feed.feed.due("work") == Due(NOON + timedelta(seconds=60), Reason.SPENDING)
        await feed.time.passes(20)
        feed.feed.spent("work", NOON + timedelta(seconds=80), None)
        assert feed.feed.due("work") == Due(NOON + timedelta(seconds=92), Reason.TURN_ENDED)

    with AnsweringServer(OK) as server:
        live(running(link(server)), story)


def test_other_intervals_hold_at_once() -> None:
    async def story(feed: Running) -> None:
        await feed.time.passes(100)
        feed.feed.go_by(Policy(idle_s=100))
        await feed.until(lambda: len(feed.of(StatementFetched)) == 2)

    with AnsweringServer(OK) as server:
        live(running(link(server)), story)


def test_nobody_is_asked_while_nobody_is_there_and_again_some_time_after_the_return() -> None:
    async def story(feed: Running) -> None:
        await feed.time.all_asleep(1)
        feed.feed.away(away=True)
        feed.feed.away(away=True)
        await feed.time.passes(3600)
        feed.accounts.now = (link(server), link(server, "other"))
        feed.feed.links_changed()
        await feed.time.passes(3600, sleepers=2)
        assert len(feed.told) == 3
        assert feed.feed.due("work") == feed.feed.due("other") == Due(None, Reason.AWAY)
        feed.feed.away(away=False)
        await feed.time.all_asleep(2)
        assert feed.feed.due("work") == Due(NOON + timedelta(seconds=7230), Reason.RESUMED)

    with AnsweringServer(OK) as server:
        live(running(link(server)), story)


@pytest.mark.parametrize("told", [True, False])
def test_after_sleep_that_was_told_or_not_it_is_asked_within_a_minute(told: bool) -> None:
    async def story(feed: Running) -> None:
        await feed.time.all_asleep(1)
        feed.time.jumps(8 * 3600)
        if told:
            feed.feed.resumed()
        await feed.time.all_asleep(1)
        assert feed.feed.due("work") == Due(NOON + timedelta(hours=8, seconds=30), Reason.RESUMED)
        await feed.time.passes(30)
        assert len(feed.of(StatementFetched)) == 2

    with AnsweringServer(OK) as server:
        live(running(link(server)), story)


def test_a_machine_that_slept_over_a_question_does_not_repeat_it_at_once() -> None:
    async def story(feed: Running) -> None:
        await asyncio.to_thread(server.until_asked, 1)
        feed.time.jumps(8 * 3600)
        woken.set()
        await feed.time.all_asleep(1)
        assert feed.feed.due("work") == Due(NOON + timedelta(hours=8, seconds=30), Reason.RESUMED)

    def asleep(_: Seen) -> Answer:
        assert woken.wait(PATIENCE_S)
        return 500, {}, "no"

    woken = threading.Event()
    with AnsweringServer({("GET", "/work/spend"): asleep}) as server:
        live(running(link(server)), story)


def test_a_clock_that_is_set_back_for_hours_does_not_silence_it_for_hours() -> None:
    async def story(feed: Running) -> None:
        await feed.time.all_asleep(1)
        feed.time.jumps(-5 * 3600)
        feed.feed.go_by(Policy())
        await feed.time.passes(300)

    with AnsweringServer(OK) as server:
        feed = live(running(link(server)), story)
    assert len(feed.of(StatementFetched)) == 2
