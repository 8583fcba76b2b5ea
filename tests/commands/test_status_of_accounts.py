"""`tankful status` asks the linked gateways once by itself, or lets the running gauge do it."""

import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from feed_rig import Recorded
from gateway_rig import PATIENCE_S, AnsweringServer
from schemas import check
from tankful.core.errors import GatewayConfused
from tankful.core.settings import Settings
from tankful.engine.messages import LookedAround, StatementFetched
from tankful.engine.reading import Reading
from tankful.store.links_file import LinksFile
from tankful.system import doorbell
from tankful.system.paths import folders
from terminals import NOW, Machine
from toll_gateway import KEY, TollBooth

OPTIONS = ("--option", "path=/me", "--option", "spent=/spent", "--option", "limit=600", "--option", "who=/who", "--option", "period=month")


@pytest.fixture
def booth() -> TollBooth:
    return TollBooth()


@pytest.fixture
def server(booth: TollBooth) -> Generator[AnsweringServer]:
    with AnsweringServer(booth) as server:
        yield server


@pytest.fixture
def linked(machine: Machine, server: AnsweringServer) -> Machine:
    answer = machine.run("link", "generic", "--url", server.url, *OPTIONS, "--name", "work", "--secret-stdin", piped=f"{KEY}\n")
    assert answer.code == 0, answer.err
    return machine


def meter(machine: Machine) -> tuple[str, str, str]:
    machine.now += timedelta(seconds=20)
    state = machine.run("status", "--json").json
    check("status", state)
    [binding] = [each for each in state["meters"] if each["binding"]]
    return binding["account"], binding["settled_usd"], binding["headroom_usd"]


@contextmanager
def gauge(machine: Machine, refresh: Callable[[], None]) -> Generator[list[str]]:
    """Listen where a running gauge of this data would, and do what it would do when it is rung."""
    heard: list[str] = []

    def listen() -> None:
        with bell.accept()[0] as line:
            heard.append(line.recv(64).decode().strip())
            line.sendall(doorbell.ANSWER)
            refresh()

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as bell:
        bell.bind(doorbell.address(machine.data))
        bell.listen()
        listener = threading.Thread(target=listen)
        listener.start()
        yield heard
        listener.join(PATIENCE_S)


def test_without_a_running_gauge_the_gateway_is_asked_once(linked: Machine, server: AnsweringServer, booth: TollBooth) -> None:
    asked = len(server.requests)
    assert meter(linked) == ("work", "402.17", "197.83")
    assert len(server.requests) == asked + 1
    booth.spent = "500.00"
    assert meter(linked) == ("work", "500.00", "100.00")
    assert "Gateway: settled to" in linked.run("status").out


def test_a_gateway_that_does_not_answer_leaves_its_last_numbers_with_the_reason(linked: Machine, server: AnsweringServer) -> None:
    meter(linked)
    server.answers = {}
    linked.now += timedelta(seconds=20)
    answer = linked.run("status", "--json")
    assert (answer.code, answer.err) == (0, "")
    [feed] = [feed for feed in answer.json["feeds"] if feed["feed"] == "work"]
    assert (feed["condition"], feed["title"]) == ("failing", "The address has no such gateway")
    assert "old ·" in linked.run("status").out or "incomplete" in linked.run("status").out
    assert [each["settled_usd"] for each in answer.json["meters"] if each["binding"]] == ["402.17"]


CHANGED = "This is a Claude gateway now"
PUBLISHED = {
    "issuer": "https://llm.example.com",
    "token_endpoint": "/token",
    "gateway_protocol_version": 1,
    "device_authorization_endpoint": "https://llm.example.com/device",
}
ANOTHER: Recorded = {("GET", "/.well-known/oauth-authorization-server"): (200, {}, PUBLISHED)}


QUOTA = {
    "virtual_key_name": "laptop",
    "is_active": True,
    "budgets": [
        {"id": "1", "max_limit": 600, "current_usage": 402.17, "reset_duration": "1M", "last_reset": "2026-11-01T00:00:00Z"},
    ],
}
BIFROST: Recorded = {("GET", "/api/governance/virtual-keys/quota"): (200, {}, QUOTA)}
"""A gateway that knows itself: beside one that is read by pointers another kind may always have been there."""


@pytest.fixture
def kind(machine: Machine, server: AnsweringServer) -> Machine:
    server.answers = BIFROST
    answer = machine.run("link", "bifrost", "--url", server.url, "--name", "work", "--secret-stdin", piped=f"{KEY}\n")
    assert answer.code == 0, answer.err
    return machine


def failure(machine: Machine, seconds: float = 20) -> str:
    """Return why the account cannot be read, some time later."""
    machine.now += timedelta(seconds=seconds)
    [feed] = [feed for feed in machine.run("status", "--json").json["feeds"] if feed["feed"] == "work"]
    return feed["title"]


def test_doctor_says_which_account_could_not_be_read_last_and_asks_nobody(
    linked: Machine, server: AnsweringServer, booth: TollBooth
) -> None:
    linked.run("status")
    assert "Nothing is broken." in linked.run("doctor").out
    server.answers = {("GET", "/me"): (503, {}, {})}
    linked.now += timedelta(seconds=20)
    linked.run("status")
    asked = len(server.requests)
    trouble = linked.run("doctor", "--json").json["troubles"][0]
    assert trouble["title"].startswith("work: ")
    assert trouble["hint"]
    assert trouble["title"] in linked.run("doctor").out
    assert len(server.requests) == asked
    server.answers = booth
    linked.now += timedelta(seconds=400)
    linked.run("status")
    assert "Nothing is broken." in linked.run("doctor").out


def test_a_gateway_that_became_another_kind_is_named_and_not_looked_at_with_every_command(kind: Machine, server: AnsweringServer) -> None:
    meter(kind)
    server.answers = ANOTHER
    assert failure(kind) == CHANGED
    asked = len(server.requests)
    for _ in range(3):
        assert failure(kind) == CHANGED
    assert len(server.requests) == asked + 3
    assert "tankful link claude-gateway" in kind.run("status").out
    assert "Claude gateway now" in kind.run("accounts").out


def test_what_a_running_gauge_found_is_not_written_over(linked: Machine, server: AnsweringServer) -> None:
    [link] = LinksFile(linked.data / "links.toml").read()
    meter(linked)
    server.answers = {}
    reading = Reading(folders(linked.data), Settings(), lambda: linked.now, linked.environ)
    reading.adopt_links((link,))
    reading.hear((LookedAround(link, GatewayConfused("Another kind is there", "Link that.")),))
    reading.close()
    assert failure(linked) == "Another kind is there"
    assert failure(linked, 3700) == "The address has no such gateway"
    assert failure(linked) == "The address has no such gateway"


def test_once_its_own_kind_answers_again_all_that_is_forgotten(kind: Machine, server: AnsweringServer) -> None:
    server.answers = ANOTHER
    assert failure(kind) == CHANGED
    server.answers = BIFROST
    assert failure(kind) == ""
    server.answers = {}
    assert failure(kind) == "This Bifrost cannot tell a key its budgets"


def test_a_gateway_that_takes_us_for_somebody_else_leaves_our_numbers_and_shows_none_of_theirs(linked: Machine, booth: TollBooth) -> None:
    meter(linked)
    booth.who, booth.spent = "bob@example.com", "77.77"
    assert meter(linked) == ("work", "402.17", "197.83")
    assert failure(linked) == "The gateway takes you for bob@example.com, who was not linked"
    answer = linked.run("accounts")
    assert answer.code == 1
    assert "takes you for bob@example.com" in answer.out
    assert "522.23" not in answer.out + linked.run("status").out


def test_a_prompt_never_waits_for_a_gateway(linked: Machine, server: AnsweringServer) -> None:
    meter(linked)
    asked = len(server.requests)
    assert "$197.83 of $600 left" in linked.run("status", "--line").out
    assert len(server.requests) == asked


def test_with_a_running_gauge_that_one_asks_and_its_answer_is_awaited(linked: Machine, server: AnsweringServer) -> None:
    meter(linked)
    asked = len(server.requests)

    def refresh() -> None:
        reading = Reading(folders(linked.data), Settings(), lambda: NOW, linked.environ)
        [link] = LinksFile(linked.data / "links.toml").read()
        reading.adopt_links((link,))
        with reading.ledger.accounts() as kept:
            said = kept.statement("work")
        assert said is not None
        later = linked.now + timedelta(seconds=3)
        spent = tuple(replace(each, settled=Decimal(450)) for each in said.allocations)
        fresh = replace(said, as_of=later, allocations=spent)
        reading.hear((StatementFetched(link, fresh, later),))
        reading.close()

    with gauge(linked, refresh) as heard:
        assert meter(linked) == ("work", "450.00", "150.00")
    assert heard == [doorbell.REFRESH]
    assert len(server.requests) == asked


def test_accounts_that_cannot_be_read_are_told_of_and_the_rest_is_shown(machine: Machine) -> None:
    machine.month()
    machine.data.mkdir(parents=True, exist_ok=True)
    (machine.data / "links.toml").write_text("this is no TOML [")
    answer = machine.run("status")
    assert answer.code == 0
    assert "links.toml" in answer.err
    assert "$9.00" in answer.out
    assert machine.run("status", "--line").err == ""


def test_however_often_it_is_asked_for_the_gateway_is_asked_every_fifteen_seconds(linked: Machine, server: AnsweringServer) -> None:
    meter(linked)
    asked, at_me = len(server.requests), len(server.asked("/me"))
    linked.now += timedelta(seconds=14)
    for _ in range(3):
        assert linked.run("status", "--json").code == 0
    assert len(server.requests) == asked
    server.answers = {}
    linked.now += timedelta(seconds=2)
    for _ in range(3):
        state = linked.run("status", "--json").json
        assert [feed["condition"] for feed in state["feeds"] if feed["feed"] == "work"] == ["failing"]
    assert len(server.asked("/me")) == at_me + 1


def test_a_gateway_that_asks_to_be_left_alone_is_left_alone_by_commands_too(
    linked: Machine, server: AnsweringServer, booth: TollBooth
) -> None:
    busy, soon = "The gateway asks to be left alone for a while", {"Retry-After": "3600"}
    server.answers = {("GET", "/me"): (429, soon, {})}
    assert failure(linked) == busy
    asked = len(server.requests)
    assert failure(linked, 3500) == busy
    assert len(server.requests) == asked
    server.answers = booth
    assert failure(linked, 101) == ""
    server.answers = {("GET", "/me"): (429, {"Retry-After": "9999999999"}, {})}
    assert failure(linked) == busy
    server.answers = {("GET", "/me"): (503, {}, {})}
    assert failure(linked, 86_401) == busy
    server.answers = booth
    assert failure(linked) == ""


def test_another_account_of_the_same_name_has_nothing_of_the_one_before(linked: Machine, server: AnsweringServer, booth: TollBooth) -> None:
    meter(linked)
    assert linked.run("unlink", "work").code == 0
    linked.now += timedelta(minutes=1)
    booth.who, booth.spent = "bob@example.com", "7.00"
    linked.run("link", "generic", "--url", server.url, *OPTIONS, "--name", "work", "--secret-stdin", piped=f"{KEY}\n")
    reading = Reading(folders(linked.data), Settings(), lambda: linked.now, linked.environ)
    reading.adopt_links(LinksFile(linked.data / "links.toml").read())
    with reading.ledger.accounts() as kept:
        assert kept.statements() == ()
    reading.close()
    assert meter(linked) == ("work", "7.00", "593.00")


def test_accounts_tell_the_last_figures_of_a_gateway_that_fails_and_leave_it_alone_as_status_does(
    linked: Machine, server: AnsweringServer, booth: TollBooth
) -> None:
    assert linked.run("accounts").code == 0
    server.answers = {("GET", "/me"): (429, {"Retry-After": "600"}, {})}
    linked.now += timedelta(seconds=20)
    answer = linked.run("accounts")
    assert answer.code == 1
    assert "The gateway asks to be left alone for a while." in answer.out
    assert "The last figures ($" in answer.out
    assert ") are 20 s old." in answer.out
    asked = len(server.requests)
    server.answers = booth
    linked.now += timedelta(seconds=500)
    said = linked.run("accounts", "--json").json
    check("accounts", said)
    [account] = said["accounts"]
    assert (account["condition"], len(account["budgets"])) == ("failing", 1)
    assert len(server.requests) == asked
    linked.now += timedelta(seconds=120)
    assert linked.run("accounts").code == 0
