"""What is told, and when it is asked again, where a gateway, a key or our own code fails."""

import asyncio
import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from feed_rig import KEY, NOON, OK, QUARTER, SMALL, Accounts, Recorded, Running, link, live, running, settled
from gateway_rig import PATIENCE_S, Answer, AnsweringServer, Seen
from tankful.core.allocation import Banner, Statement
from tankful.core.errors import SecretsUnavailable
from tankful.core.polling import Due, Reason
from tankful.engine.messages import FeedFailed, ModelsFetched, StatementFetched
from tankful.gateways.gateway import Asked
from tankful.system.log_file import log_path, logging_to


def test_after_a_failure_it_is_told_why_and_asked_again_somewhere_in_the_window() -> None:
    async def story(feed: Running) -> None:
        await feed.time.all_asleep(1)
        assert feed.feed.due("work") == Due(NOON + timedelta(seconds=82.5), Reason.FAILED)
        server.answers = OK
        await feed.time.passes(82)
        assert len(feed.told) == 1
        await feed.time.passes(1)
        assert feed.feed.due("work") == Due(NOON + timedelta(seconds=382.5), Reason.IDLE)

    with AnsweringServer({("GET", "/work/spend"): (500, {}, "no")}) as server:
        feed = live(running(link(server)), story)
    assert [told.error.title for told in feed.of(FeedFailed)] == ["The gateway is in trouble (500)"]
    assert settled(feed) == [Decimal("12.34")]


def test_a_gateway_that_asks_to_be_left_alone_is_not_asked_whatever_the_user_does() -> None:
    async def story(feed: Running) -> None:
        await feed.time.all_asleep(1)
        feed.feed.refresh()
        await feed.time.passes(1999)
        assert len(server.requests) == 1
        assert feed.feed.due("work") == Due(NOON + timedelta(seconds=2082.5), Reason.BUSY)
        await feed.time.passes(84)
        assert len(server.requests) == 2

    with AnsweringServer({("GET", "/work/spend"): (429, {"Retry-After": "2000"}, "slow down")}) as server:
        live(running(link(server)), story)


def test_a_message_that_cannot_be_had_is_no_failure_but_its_wish_to_be_left_alone_is_heeded() -> None:
    async def story(feed: Running) -> None:
        await feed.time.all_asleep(1)
        assert feed.feed.due("work") == Due(NOON + timedelta(seconds=2082.5), Reason.BUSY)

    with AnsweringServer(OK | {("GET", "/work/message"): (503, {"Retry-After": "2000"}, "later")}) as server:
        feed = live(running(link(server)), story)
    assert not feed.of(FeedFailed)


def test_a_key_that_is_not_accepted_is_told_and_hardly_ever_tried_again() -> None:
    async def story(feed: Running) -> None:
        await feed.time.all_asleep(1)
        assert feed.feed.due("work") == Due(NOON + timedelta(seconds=900), Reason.REJECTED)

    with AnsweringServer({("GET", "/work/spend"): (401, {}, "who?")}) as server:
        feed = live(running(link(server)), story)
    assert [told.error.title for told in feed.of(FeedFailed)] == ["The gateway does not accept the key"]


def test_proxy_settings_that_cannot_be_used_fail_every_account_until_they_are_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("all_proxy", raising=False)
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:1080")  # how a system's proxy reaches a Linux program

    async def story(feed: Running) -> None:
        await feed.time.all_asleep(2)
        assert feed.feed.due("work") == Due(NOON + timedelta(seconds=82.5), Reason.FAILED)
        assert feed.feed.due("other") == Due(NOON + timedelta(seconds=82.5), Reason.FAILED)
        monkeypatch.delenv("ALL_PROXY")
        await feed.time.passes(83, sleepers=2)

    other: Recorded = {("GET", "/other/spend"): (200, {}, {"spend": "1"})}
    with AnsweringServer(OK | other) as server:
        feed = live(running(link(server), link(server, "other")), story)
    assert [told.error.title for told in feed.of(FeedFailed)] == ["The proxy settings of this system cannot be used"] * 2
    assert {told.link.name for told in feed.of(StatementFetched)} == {"work", "other"}


def test_without_its_secret_nobody_is_asked() -> None:
    async def story(feed: Running) -> None:
        await feed.time.all_asleep(1)

    with AnsweringServer(OK) as server:
        accounts = Accounts(link(server))
        accounts.refusal = SecretsUnavailable("The keyring is locked")
        feed = live(running(accounts=accounts), story)
        assert not server.requests
    assert [told.error.title for told in feed.of(FeedFailed)] == ["The keyring is locked"]


def test_a_list_of_calls_that_cannot_be_had_costs_nothing_else() -> None:
    async def story(feed: Running) -> None:
        await feed.time.all_asleep(1)
        feed.feed.spent("work", NOON, QUARTER)
        await feed.time.passes(120)

    figures = iter(("1", "2", "2"))
    moved: Recorded = {("GET", "/work/spend"): lambda _: (200, {}, {"spend": next(figures)})}
    with AnsweringServer(OK | moved) as server:
        feed = live(running(link(server)), story)
        assert len(server.asked("/work/calls/1150")) == 2, "what could not be had is asked for again"
    assert [told.calls for told in feed.of(StatementFetched)] == [None, None, None]


def test_models_that_cannot_be_had_are_asked_for_again_sooner() -> None:
    async def story(feed: Running) -> None:
        await feed.time.passes(900)
        assert len(server.asked("/work/models")) == 2

    broken: Recorded = {("GET", "/work/models"): (500, {}, "no")}
    with AnsweringServer(OK | broken) as server:
        feed = live(running(link(server)), story)
    assert not feed.of(ModelsFetched)
    assert not feed.of(FeedFailed)


def test_a_file_of_accounts_that_cannot_be_read_stops_nothing() -> None:
    async def story(feed: Running) -> None:
        await feed.time.all_asleep(1)
        feed.accounts.unreadable = True
        feed.feed.links_changed()
        await feed.time.passes(300)

    with AnsweringServer(OK) as server:
        feed = live(running(link(server)), story)
    assert len(feed.of(StatementFetched)) == 2


def test_a_slow_gateway_keeps_no_other_waiting() -> None:
    enough = threading.Event()

    def slow(_: Seen) -> Answer:
        assert enough.wait(PATIENCE_S)
        return 200, {}, {"spend": "1"}

    async def story(feed: Running) -> None:
        await asyncio.to_thread(server.until_asked, 2)
        await feed.time.passes(900)
        assert len(feed.of(StatementFetched)) == 4
        enough.set()
        await feed.time.all_asleep(2)

    with AnsweringServer(OK | {("GET", "/slow/spend"): slow}) as server:
        feed = live(running(link(server), link(server, "slow")), story)
    assert [told.link.name for told in feed.of(StatementFetched)] == [*["work"] * 4, "slow"]


_NOTHING: dict[str, None] = {}


async def _wrong(asked: Asked) -> Statement | None:
    return _NOTHING[asked.secret]


def test_a_mistake_in_what_knows_one_gateway_is_told_as_its_failure_and_the_others_go_on(tmp_path: Path) -> None:
    async def story(feed: Running) -> None:
        await feed.time.passes(300, sleepers=2)

    wrong = replace(SMALL, kind="wrong", fetch=_wrong)
    with AnsweringServer(OK) as server, logging_to(tmp_path):
        feed = live(running(link(server), link(server, "broken", "wrong"), gateways=(SMALL, wrong)), story)
    assert settled(feed) == [Decimal("12.34")] * 2
    assert {(told.link.name, told.error.title) for told in feed.of(FeedFailed)} == {("broken", "Tankful made a mistake (KeyError)")}
    log = log_path(tmp_path).read_text(encoding="utf-8")
    assert "KeyError at" in log
    assert "test_gateway_feed_failures.py" in log
    assert KEY not in log


def test_a_mistake_in_something_that_is_not_needed_is_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def wrong(asked: Asked) -> Banner | None:
        return _NOTHING[asked.secret]

    async def story(feed: Running) -> None:
        await feed.time.all_asleep(1)

    with AnsweringServer(OK) as server:
        feed = live(running(link(server), gateways=(replace(SMALL, message=wrong),)), story)
    assert [type(told) for told in feed.told] == [StatementFetched, ModelsFetched]
    assert "KeyError at" in caplog.text


def test_a_refused_key_is_no_failure_while_another_program_has_kept_a_newer_one() -> None:
    def spend(seen: Seen) -> Answer:
        accepted = seen.headers["authorization"] == "Bearer newer"
        return (200, {}, {"spend": "1"}) if accepted else (401, {}, {})

    async def story(feed: Running) -> None:
        feed.accounts.newer = "newer"
        await feed.time.all_asleep(1)

    with AnsweringServer(OK | {("GET", "/work/spend"): spend}) as server:
        feed = live(running(link(server)), story)
    assert settled(feed) == [Decimal(1)]
    assert feed.of(FeedFailed) == []
