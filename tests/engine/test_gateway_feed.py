"""Which questions are put to gateways, and what is told of their answers."""

import asyncio
import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from feed_rig import KEY, NOON, OK, QUARTER, SMALL, Recorded, Running, link, live, running, settled
from gateway_rig import PATIENCE_S, Answer, AnsweringServer, Seen
from tankful.core.allocation import Banner, BookedCall, BookedCalls, BookedDay, OfferedModel, Wishes
from tankful.core.polling import Due, Reason
from tankful.engine.gateway_feed import wait_for
from tankful.engine.messages import DaysFetched, MessageFetched, ModelsFetched, StatementFetched
from tankful.gateways.gateway import Asked


def test_an_account_is_asked_at_once_with_its_key_and_everything_is_told() -> None:
    async def story(feed: Running) -> None:
        await feed.time.all_asleep(1)

    with AnsweringServer(OK) as server:
        feed = live(running(link(server)), story)
        assert {seen.headers["authorization"] for seen in server.requests} == {f"Bearer {KEY}"}
    statement, message, models = feed.told
    assert isinstance(statement, StatementFetched)
    assert (statement.link.name, statement.as_of, statement.calls) == ("work", NOON, None)
    assert settled(feed) == [Decimal("12.34")]
    assert message == MessageFetched(statement.link, Banner("Use the small one", "info", "1"))
    assert models == ModelsFetched(statement.link, (OfferedModel("tiny"),))


def test_a_message_that_turns_words_around_is_told_without_that() -> None:
    async def story(feed: Running) -> None:
        await feed.time.all_asleep(1)

    turned: Answer = (200, {}, {"text": "\u202eUse **it**"})
    with AnsweringServer(OK | {("GET", "/work/message"): turned}) as server:
        feed = live(running(link(server)), story)
    assert [told.banner.text for told in feed.of(MessageFetched) if told.banner] == ["Use it"]


def test_without_accounts_nothing_happens_until_one_is_linked() -> None:
    async def story(feed: Running) -> None:
        assert feed.feed.due("work") is None
        feed.feed.spent("work", NOON, QUARTER)
        feed.accounts.now = (link(server), link(server, "other", kind="a kind of a later version"))
        feed.feed.links_changed()
        await feed.time.all_asleep(1)
        assert feed.feed.due("other") is None

    with AnsweringServer(OK) as server:
        feed = live(running(), story)
        assert {seen.path.split("/")[1] for seen in server.requests} == {"work"}
    assert len(feed.of(StatementFetched)) == 1


def test_nothing_new_since_its_tag_is_as_good_as_an_answer() -> None:
    def spend(seen: Seen) -> Answer:
        return (304, {}, b"") if seen.headers.get("if-none-match") == '"1"' else (200, {"ETag": '"1"'}, {"spend": "1", "every": 400})

    async def story(feed: Running) -> None:
        await feed.time.passes(439)
        assert len(feed.told) == 3
        assert feed.feed.due("work") == Due(NOON + timedelta(seconds=440), Reason.SERVER)
        await feed.time.passes(1)
        assert feed.feed.due("work") == Due(NOON + timedelta(seconds=880), Reason.SERVER)

    with AnsweringServer(OK | {("GET", "/work/spend"): spend}) as server:
        feed = live(running(link(server)), story)
    assert settled(feed) == [Decimal(1), None]


CALLS: Recorded = {("GET", "/work/calls/1150"): (200, {}, {"msg_1": "0.25"})}
LISTED = BookedCalls((BookedCall("msg_1", Decimal("0.25"), "m", NOON),))


def spending(*dollars: str) -> Recorded:
    """Return a gateway that says one figure after the other, and the last one ever after."""
    left = list(dollars)
    return {("GET", "/work/spend"): lambda _: (200, {}, {"spend": left.pop(0) if len(left) > 1 else left[0]})}


def listed_while_a_call_waits(*dollars: str) -> list[BookedCalls | None]:
    """Return what was told of booked calls at each poll of a gateway that says these figures; from the third on a call of $0.25 waits."""

    async def story(feed: Running) -> None:
        await feed.time.passes(400)
        while len(feed.of(StatementFetched)) < len(dollars):
            feed.feed.spent("work", feed.time.at, QUARTER)
            await feed.time.passes(30)

    with AnsweringServer(OK | CALLS | spending(*dollars)) as server:
        feed = live(running(link(server)), story)
        assert len(server.asked("/work/calls/1150")) == sum(told.calls is not None for told in feed.of(StatementFetched))
    return [told.calls for told in feed.of(StatementFetched)]


def test_a_poll_is_one_question_as_long_as_the_figure_stays_or_rises_by_what_waits() -> None:
    assert listed_while_a_call_waits("12.34", "12.34", "12.34", "12.59", "12.59") == [None] * 5


def test_booked_calls_are_asked_for_when_a_figure_moves_by_something_else_and_once_more() -> None:
    assert listed_while_a_call_waits("12.34", "12.34", "12.34", "13", "13", "13") == [None, None, None, LISTED, LISTED, None]


def test_booked_calls_are_not_asked_for_while_nothing_waits() -> None:
    async def story(feed: Running) -> None:
        await feed.time.passes(3600)

    with AnsweringServer(OK | CALLS | spending("1", "2", "4", "8")) as server:
        feed = live(running(link(server)), story)
        assert not server.asked("/work/calls/1150")
    assert {told.calls for told in feed.of(StatementFetched)} == {None}


def test_a_gateway_that_may_not_list_the_calls_of_a_key_is_asked_to_now_and_then_only() -> None:
    calls: Recorded = {("GET", "/work/calls/1150"): (304, {}, b"")}

    async def story(feed: Running) -> None:
        await feed.time.all_asleep(1)
        feed.feed.spent("work", NOON, QUARTER)
        await feed.time.passes(60)
        assert len(server.asked("/work/calls/1150")) == 1
        await feed.time.passes(3600)

    figures = spending(*(str(dollars) for dollars in range(100)))
    with AnsweringServer(OK | calls | figures) as server:
        live(running(link(server)), story)
        assert len(server.asked("/work/calls/1150")) == 4
        assert len(server.asked("/work/spend")) > 12


def test_the_message_is_asked_for_every_quarter_of_an_hour_and_the_models_once_a_day() -> None:
    async def story(feed: Running) -> None:
        await feed.time.passes(3600)
        assert [len(server.asked(f"/work/{what}")) for what in ("spend", "message", "models")] == [13, 5, 1]
        await feed.time.passes(23 * 3600)
        assert len(server.asked("/work/models")) == 2

    with AnsweringServer(OK) as server:
        feed = live(running(link(server)), story)
    assert len(feed.of(ModelsFetched)) == 2


def test_a_gateways_administrator_may_say_how_often_it_is_asked() -> None:
    async def models(asked: Asked) -> tuple[OfferedModel, ...]:
        return OfferedModel("tiny", wishes=Wishes(idle_s=1200)), OfferedModel(asked.link.name)

    async def story(feed: Running) -> None:
        await feed.time.all_asleep(1)
        assert feed.feed.due("work") == Due(NOON + timedelta(minutes=20), Reason.IDLE)
        await feed.time.passes(3600)
        assert len(server.asked("/work/spend")) == 4

    with AnsweringServer(OK) as server:
        live(running(link(server), gateways=(replace(SMALL, models=models),)), story)


def test_the_days_are_asked_for_every_quarter_of_an_hour() -> None:
    async def days(asked: Asked, first: date, last: date) -> tuple[BookedDay, ...] | None:
        return tuple(BookedDay(day, asked.link.name, Decimal(1), 1) for day in (first, last))

    async def story(feed: Running) -> None:
        await feed.time.passes(899)
        assert len(feed.of(DaysFetched)) == 1
        await feed.time.passes(1)

    with AnsweringServer(OK) as server:
        feed = live(running(link(server), gateways=(replace(SMALL, breakdown=days),)), story)
    booked = BookedDay(NOON.date(), "work", Decimal(1), 1)
    assert [told.days for told in feed.of(DaysFetched)] == [(booked, booked)] * 2


def test_an_unlinked_account_is_never_asked_again() -> None:
    async def story(feed: Running) -> None:
        await feed.time.all_asleep(2)
        before = len(server.requests)
        feed.accounts.now = (link(server),)
        feed.feed.links_changed()
        await feed.time.all_asleep(1)
        await feed.time.passes(301)
        assert {seen.path for seen in server.requests[before:]} == {"/work/spend"}

    other: Recorded = {("GET", "/other/spend"): (200, {}, {"spend": "1"})}
    with AnsweringServer(OK | other) as server:
        live(running(link(server), link(server, "other")), story)


def test_an_answer_that_comes_after_unlinking_is_not_told() -> None:
    unlinked = threading.Event()

    def late(_: Seen) -> Answer:
        assert unlinked.wait(PATIENCE_S)
        return 200, {}, {"spend": "1"}

    async def story(feed: Running) -> None:
        await asyncio.to_thread(server.until_asked, 1)
        feed.accounts.now = (link(server, "other"),)
        feed.feed.links_changed()
        await feed.time.all_asleep(1)
        unlinked.set()

    with AnsweringServer({("GET", "/work/spend"): late, ("GET", "/other/spend"): (200, {}, {"spend": "2"})}) as server:
        feed = live(running(link(server)), story)
    assert {told.link.name for told in feed.of(StatementFetched)} == {"other"}


def test_an_account_that_is_linked_anew_is_asked_at_once() -> None:
    async def story(feed: Running) -> None:
        await feed.time.all_asleep(1)
        feed.accounts.now = (replace(link(server), linked_at=NOON),)
        feed.feed.links_changed()
        await feed.until(lambda: len(feed.of(StatementFetched)) == 2)
        await feed.time.all_asleep(1)

    with AnsweringServer(OK) as server:
        live(running(link(server)), story)


def test_ending_ends_a_question_that_is_under_way() -> None:
    ended = threading.Event()

    def late(_: Seen) -> Answer:
        assert ended.wait(PATIENCE_S)
        return 200, {}, {"spend": "1"}

    async def story(feed: Running) -> None:
        del feed
        await asyncio.to_thread(server.until_asked, 1)

    with AnsweringServer({("GET", "/work/spend"): late}) as server:
        feed = live(running(link(server)), story)
        ended.set()
    assert not feed.told


def test_waiting_ends_with_its_time_or_its_event() -> None:
    async def wait() -> None:
        event = asyncio.Event()
        await wait_for(event, 0)
        event.set()
        await wait_for(event, None)

    asyncio.run(wait())
