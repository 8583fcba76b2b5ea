import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway_rig import Answer, AnsweringServer
from linking_rig import Desk, opened_desk
from tankful.core.errors import (
    GatewayConfused,
    GatewayUnreachable,
)
from tankful.core.links import Method
from tankful.engine.finding import UnknownKind, WrongKind, find
from tankful.gateways.addresses import WrongAddress
from tankful.gateways.gateway import Detected, Gateway
from tankful.gateways.http import Http, open_http
from toll_gateway import gateway


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened_desk(tmp_path) as desk:
        yield desk


def test_the_kind_is_found_from_the_address_alone(desk: Desk) -> None:
    found = desk.do(lambda linking: linking.find(f" {desk.server.url}/v1/ "))
    assert (found.kind, found.url) == ("toll", desk.server.url)
    assert not any("authorization" in seen.headers for seen in desk.server.requests)


def test_an_address_copied_from_the_browser_is_found_too(desk: Desk) -> None:
    assert desk.do(lambda linking: linking.find(f"{desk.server.url}/some/page")).url == desk.server.url


def test_of_several_kinds_the_first_that_knows_itself_is_taken() -> None:
    kinds = [replace(gateway(kind), detect=_claiming(kind, turns)) for kind, turns in (("first", 3), ("second", 0))]
    assert asyncio.run(_found("https://llm.example.com", *kinds)).kind == "first"
    assert asyncio.run(_found("https://llm.example.com", *reversed(kinds))).kind == "second"


def _claiming(kind: str, turns: int) -> Callable[[Http, str], Awaitable[Detected]]:
    """Return what takes any gateway for its own, after so many turns of the loop."""

    async def detect(_: Http, url: str) -> Detected:
        for _turn in range(turns):
            await asyncio.sleep(0)
        return Detected(kind, url, (Method.KEY,))

    return detect


def test_a_wrong_kind_is_named(desk: Desk) -> None:
    with pytest.raises(WrongKind) as said:
        desk.do(lambda linking: linking.find(desk.server.url, "other"))
    assert (said.value.title, said.value.hint) == ("This is no Other gate, but a Toll booth", "Link it as toll.")
    assert said.value.found.kind == "toll"


def test_a_kind_that_cannot_be_told_is_taken_at_the_users_word(desk: Desk) -> None:
    desk.booth.kind = "silent"
    assert desk.do(lambda linking: linking.find(desk.server.url, "toll")) == Detected(
        "toll", desk.server.url, (Method.KEY, Method.BROWSER, Method.DEVICE, Method.FILE)
    )


def test_a_kind_that_reads_anything_is_taken_at_the_users_word_at_another_kinds_address(desk: Desk) -> None:
    url = f"{desk.server.url}/budget"
    known = {each.kind: each for each in (gateway("toll"), replace(gateway("any"), is_any=True))}

    async def finding() -> Detected:
        async with open_http() as http:
            return await find(http, url, "any", known)

    assert (found := asyncio.run(finding())).kind == "any"
    assert found.url == url


def test_a_kind_that_reads_this_machine_needs_no_address(desk: Desk) -> None:
    assert desk.do(lambda linking: linking.find("", "toll")).url == ""


def test_a_kind_that_nobody_knows_is_said(desk: Desk) -> None:
    with pytest.raises(UnknownKind, match="no gateway of the kind 'sluice'") as said:
        desk.do(lambda linking: linking.find(desk.server.url, "sluice"))
    assert said.value.hint == "It knows other, toll, third."


@pytest.mark.parametrize("text", ["", "  ", "not an address at all", "http://llm.example.com"])
def test_what_is_no_address_asks_nobody(desk: Desk, text: str) -> None:
    with pytest.raises(WrongAddress) as said:
        desk.do(lambda linking: linking.find(text))
    assert said.value.hint
    assert desk.server.requests == []


def test_an_unknown_gateway_is_said_with_what_is_known(desk: Desk) -> None:
    desk.booth.kind = "silent"
    with pytest.raises(GatewayConfused, match="No gateway that Tankful knows answers at 127") as said:
        desk.do(lambda linking: linking.find(desk.server.url))
    assert "Toll booth" in said.value.hint


def test_a_sign_in_wall_is_recognised(desk: Desk) -> None:
    page = (200, {"content-type": "text/html"}, "<!doctype html><title>Wi-Fi</title>")
    desk.booth.instead = {"/about": page, "": page, "/": page}
    with pytest.raises(GatewayConfused) as said:
        desk.do(lambda linking: linking.find(desk.server.url))
    assert "web page" in f"{said.value.title} {said.value.hint}"


def test_nobody_at_the_address_is_said(desk: Desk) -> None:
    with AnsweringServer() as gone:
        url = gone.url
    for kind in ("", "toll"):
        with pytest.raises(GatewayUnreachable, match="cannot be reached"):
            desk.do(lambda linking, kind=kind: linking.find(url, kind))


async def _slow(_http: Http, _url: str) -> Detected | None:
    await asyncio.Event().wait()
    raise AssertionError


async def _silent(_http: Http, _url: str) -> Detected | None:
    return None


def test_a_gateway_that_never_answers_is_not_waited_for_for_ever() -> None:
    with pytest.raises(GatewayUnreachable, match="did not answer in time"):
        asyncio.run(_found("https://llm.example.com", replace(gateway("slow"), detect=_slow)))


def test_where_nobody_can_be_told_from_outside_it_is_still_said_whether_anybody_is_there() -> None:
    kind = replace(gateway("silent"), detect=_silent)
    answers: dict[tuple[str, str], Answer] = {("GET", "/"): (302, {"location": "https://elsewhere.example.com/"}, "")}
    with AnsweringServer(answers) as server, pytest.raises(GatewayConfused, match="No gateway that Tankful knows"):
        asyncio.run(_found(server.url, kind))
    with pytest.raises(GatewayUnreachable, match="cannot be reached"):
        asyncio.run(_found(server.url, kind))


async def _found(text: str, *kinds: Gateway) -> Detected:
    async with open_http() as http:
        return await find(http, text, "", {kind.kind: kind for kind in kinds}, within_s=0.05)
