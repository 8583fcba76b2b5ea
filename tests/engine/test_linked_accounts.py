"""A linked gateway's word becomes a meter beside what is not booked yet, and a failure keeps the last numbers."""

# pyright: reportPrivateUsage=false
# A test may look inside.

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from engine_rig import PATIENCE_S, Machine
from gateway_rig import AnsweringServer, Seen
from rings import MemoryRing
from tankful.core.health import Condition
from tankful.core.links import Method
from tankful.core.meter import Meter
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.engine.engine import Engine
from tankful.engine.linking import Linked, Linking
from tankful.engine.messages import RefreshAsked, SettingsChanged
from tankful.gateways.gateway import Detected

OPTIONS = {"path": "/budget", "spent": "/spent", "limit": "/limit", "reset": "/reset", "who": "/who", "books_within": "120"}
RESET = (datetime.now(UTC) + timedelta(days=9)).replace(microsecond=0)


class Broker:
    """A home-made broker whose figures the test sets."""

    def __init__(self) -> None:
        self.spent = "12.50"
        self.status = 200
        self.asked = 0
        self.headers: dict[str, str] = {}

    def answer(self, seen: Seen) -> tuple[int, dict[str, str], object]:
        self.asked += 1
        if seen.headers.get("authorization") != "Bearer sk-alice":
            return 401, {}, {"error": "unknown key"}
        return self.status, self.headers, {"spent": float(self.spent), "limit": 60, "reset": RESET.isoformat(), "who": "alice"}


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
def server(broker: Broker) -> Generator[AnsweringServer]:
    with AnsweringServer({("GET", "/budget"): broker.answer}) as running:
        yield running


@pytest.fixture
def machine(tmp_path: Path, server: AnsweringServer) -> Machine:
    """A machine whose Claude Code is pointed at the broker."""
    made = Machine(tmp_path)
    made.environ["ANTHROPIC_BASE_URL"] = server.url
    made.spend(1, at=datetime.now(UTC) - timedelta(hours=3))
    return made


def link(engine: Engine, server: AnsweringServer, key: str = "sk-alice", name: str = "broker") -> Linked:
    async def work(linking: Linking) -> Linked:
        return await linking.with_key(Detected("generic", server.url, (Method.KEY,)), key, name=name, options=OPTIONS)

    return engine.call(work).result(PATIENCE_S)


def broker_meter(snapshot: Snapshot) -> Meter | None:
    return next((meter for meter in snapshot.meters if meter.allocation.account == "broker"), None)


def says(snapshot: Snapshot, settled: str, pending: str) -> bool:
    meter = broker_meter(snapshot)
    return meter is not None and (meter.allocation.settled, meter.pending) == (Decimal(settled), Decimal(pending))


def test_what_is_linked_is_asked_at_once_and_binds_with_what_is_not_booked_yet(machine: Machine, server: AnsweringServer) -> None:
    with machine.engine(ring=MemoryRing()) as (engine, audience):
        audience.until(lambda seen: seen.last_event is not None)
        linked = link(engine, server)
        assert (linked.link.name, linked.statement.who) == ("broker", "alice")
        seen = audience.until(lambda seen: says(seen, "12.5", "0"))
        meter = broker_meter(seen)
        assert meter is not None
        assert meter.binding
        assert (meter.headroom, seen.binding) == (Decimal("47.5"), meter)
        assert [meter.allocation.account for meter in seen.meters] == ["broker", "personal"]
        assert seen.outside_gateway == 0
        machine.spend(2)
        seen = audience.until(lambda seen: says(seen, "12.5", "0.06"))
        assert seen.accounts[0].health.condition is Condition.OK


def test_of_two_accounts_at_one_address_a_call_is_pending_in_one(machine: Machine, server: AnsweringServer) -> None:
    def stands(seen: Snapshot) -> dict[str, Decimal]:
        return {meter.allocation.account: meter.pending for meter in seen.meters if meter.allocation.account != "personal"}

    with machine.engine(ring=MemoryRing()) as (engine, audience):
        link(engine, server, name="mine")
        link(engine, server, name="team")
        audience.until(lambda seen: stands(seen) == {"mine": 0, "team": 0})
        machine.spend(2)
        audience.until(lambda seen: stands(seen) == {"mine": Decimal("0.06"), "team": 0})
        assert {sum(stands(seen).values()) for seen in audience.seen} <= {Decimal(0), Decimal("0.03"), Decimal("0.06")}
        engine.post(SettingsChanged(Settings(budget_usd=Decimal(400), routes={"claude-code": "team"})))
        audience.until(lambda seen: stands(seen) == {"mine": 0, "team": Decimal("0.06")})


def test_pending_goes_as_the_gateway_books_it_and_never_counts_twice(machine: Machine, server: AnsweringServer, broker: Broker) -> None:
    with machine.engine(ring=MemoryRing()) as (engine, audience):
        link(engine, server)
        audience.until(lambda seen: says(seen, "12.5", "0"))
        machine.spend(3)
        audience.until(lambda seen: says(seen, "12.5", "0.09"))
        before = len(audience.seen)
        broker.spent = "12.56"
        engine.post(RefreshAsked())
        audience.until(lambda seen: says(seen, "12.56", "0.03"))
        shown = {meter.spent for seen in audience.seen[before:] if (meter := broker_meter(seen)) is not None}
        assert shown == {Decimal("12.59")}


def test_a_gateway_that_fails_keeps_its_last_numbers_and_says_why(machine: Machine, server: AnsweringServer, broker: Broker) -> None:
    with machine.engine(ring=MemoryRing()) as (engine, audience):
        link(engine, server)
        audience.until(lambda seen: says(seen, "12.5", "0"))
        broker.status = 500
        engine.post(RefreshAsked())
        seen = audience.until(lambda seen: bool(seen.accounts) and seen.accounts[0].health.condition is Condition.FAILING)
        assert seen.accounts[0].health.title == "The gateway is in trouble (500)"
        assert says(seen, "12.5", "0")
        machine.spend(1)
        audience.until(lambda seen: says(seen, "12.5", "0.03"))
        broker.status = 200


def test_after_a_restart_the_last_word_is_there_before_anybody_is_asked(machine: Machine, server: AnsweringServer, broker: Broker) -> None:
    ring = MemoryRing()
    with machine.engine(ring=ring) as (engine, audience):
        link(engine, server)
        audience.until(lambda seen: says(seen, "12.5", "0"))
    broker.status = 503
    with machine.engine(ring=ring) as (_, audience):
        first = audience.until(lambda seen: bool(seen.accounts))
        assert says(audience.seen[0], "12.5", "0")
        assert first.accounts[0].link.name == "broker"


def test_an_unlinked_account_leaves_the_picture_and_nothing_of_it_stays(machine: Machine, server: AnsweringServer, broker: Broker) -> None:
    with machine.engine(ring=MemoryRing()) as (engine, audience):
        link(engine, server)
        audience.until(lambda seen: says(seen, "12.5", "0"))
        engine.call(lambda linking: linking.unlink("broker")).result(PATIENCE_S)
        seen = audience.until(lambda seen: not seen.accounts)
        assert [meter.allocation.account for meter in seen.meters] == ["personal"]
        assert seen.binding is not None
    asked = broker.asked
    reading = machine.reading()
    try:
        with reading.ledger.accounts() as kept:
            assert kept.statements() == ()
    finally:
        reading.close()
    assert broker.asked == asked


def test_without_a_budget_of_ones_own_only_the_gateways_is_shown(machine: Machine, server: AnsweringServer) -> None:
    with machine.engine(Settings(), MemoryRing()) as (engine, audience):
        link(engine, server)
        seen = audience.until(lambda seen: says(seen, "12.5", "0"))
        assert [meter.allocation.account for meter in seen.meters] == ["broker"]


def test_spend_that_goes_elsewhere_is_outside_the_gateway(machine: Machine, server: AnsweringServer) -> None:
    machine.environ.pop("ANTHROPIC_BASE_URL")
    with machine.engine(ring=MemoryRing()) as (engine, audience):
        link(engine, server)
        machine.spend(2)
        seen = audience.until(lambda seen: says(seen, "12.5", "0") and seen.outside_gateway > 0)
        assert seen.outside_gateway == Decimal("0.09")


def test_no_key_is_in_any_file(machine: Machine, server: AnsweringServer) -> None:
    with machine.engine(ring=MemoryRing()) as (engine, audience):
        link(engine, server)
        audience.until(lambda seen: says(seen, "12.5", "0"))
    assert not [path for path in machine.home.rglob("*") if path.is_file() and b"sk-alice" in path.read_bytes()]


def test_a_file_of_accounts_that_cannot_be_read_keeps_what_is_known_and_says_so(machine: Machine, server: AnsweringServer) -> None:
    with machine.engine(ring=MemoryRing()) as (engine, audience):
        link(engine, server)
        audience.until(lambda seen: says(seen, "12.5", "0"))
        good = machine.folders.links.read_text()
        machine.folders.links.write_text("no TOML [")
        seen = audience.until(lambda seen: any(feed.feed == "accounts" for feed in seen.feeds))
        assert says(seen, "12.5", "0")
        machine.folders.links.write_text(good)
        seen = audience.until(lambda seen: not any(feed.feed == "accounts" for feed in seen.feeds))
        assert says(seen, "12.5", "0")


def test_a_program_that_is_started_again_leaves_a_gateway_alone_as_long_as_it_wants(
    machine: Machine, server: AnsweringServer, broker: Broker
) -> None:
    ring = MemoryRing()
    with machine.engine(ring=ring) as (engine, audience):
        link(engine, server)
        audience.until(lambda seen: broker_meter(seen) is not None)
    broker.status, broker.headers = 429, {"Retry-After": "3600"}
    with machine.engine(ring=ring) as (_, audience):
        audience.until(lambda seen: any("left alone" in feed.title for feed in seen.feeds))
    broker.status, broker.headers = 200, {}
    asked = broker.asked
    with machine.engine(ring=ring) as (engine, audience):
        accounts = engine._accounts
        assert accounts is not None
        audience.until(lambda seen: broker_meter(seen) is not None and accounts._feed is not None)
        due = None if accounts._feed is None else accounts._feed.due("broker")
        assert due is not None
        assert due.at is not None, due
        assert due.at - datetime.now(UTC) > timedelta(minutes=50)
        assert broker.asked == asked
