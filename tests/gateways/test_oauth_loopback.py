"""The open door on this machine: it takes one request, and whatever else comes in does no harm."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tankful.gateways.oauth_loopback import FOREIGN, NOT_HERE, UNFINISHED, Heard, Loopback, Page, heard, listening

HERE = "127.0.0.1:4711"
DONE = Page(200, "You are <signed> in", "All & sundry.")


def judge(request: Heard) -> Page | None:
    if request.path != "/callback":
        return NOT_HERE
    return None if request.fields.get("state") == "right" else FOREIGN


def get(target: str, host: str = HERE) -> bytes:
    return f"GET {target} HTTP/1.1\r\nHost: {host}\r\nAccept: */*".encode("latin-1")


async def sent(loopback: Loopback, what: bytes, *, ends: bool = False) -> bytes:
    """Return everything that comes back for these bytes; empty when the connection is dropped."""
    host, port = loopback.authority.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(what)
        if ends:
            writer.write_eof()
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


def listened(talk: Callable[[Loopback], Awaitable[None]], patience_s: float = 20) -> None:
    async def run() -> None:
        async with listening(judge, patience_s) as loopback:
            await talk(loopback)

    asyncio.run(run())


def test_a_request_is_its_path_and_its_fields() -> None:
    assert heard(get("/callback?code=a%20b&state=&x=%E2%82%AC"), HERE) == Heard("/callback", {"code": "a b", "state": "", "x": "€"})
    assert heard(get("/?code=%ff"), HERE) == Heard("/", {"code": "�"})


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"", 400),
        (b"GET", 400),
        (b"GET / HTTP/2", 400),
        (b"GET  / HTTP/1.1", 400),
        (b"GET / HTTP/1.1", 400),
        (get("http://127.0.0.1:4711/callback"), 400),
        (get("/caf\xe9"), 400),
        (get("/a\x00b"), 400),
        (get("/?code=1&code=2"), 400),
        (get("/?" + "&".join(f"f{place}=1" for place in range(40))), 400),
        (get("/", "evil.example.com:4711"), 400),
        (get("/", "localhost:4711"), 400),
        (get("/", "127.0.0.1:4712"), 400),
        (get("/") + b"\r\nHost: evil.example.com", 400),
        (get("/").replace(b"GET", b"POST"), 405),
        (get("/").replace(b"GET", b"OPTIONS"), 405),
        (get("/").replace(b"GET", b"G\xc9T"), 400),
    ],
)
def test_what_is_not_meant_for_us_gets_a_page_and_nothing_else(head: bytes, status: int) -> None:
    said = heard(head, HERE)
    assert isinstance(said, Page)
    assert said.status == status


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reading_of_a_request_fail(head: bytes) -> None:
    assert isinstance(heard(head, HERE), Heard | Page)


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=255), max_size=80))
def test_whatever_a_target_holds_its_answer_has_only_our_headers(target: str) -> None:
    said = heard(get("/callback?" + target), HERE)
    page = (judge(said) if isinstance(said, Heard) else said) or DONE
    head, _, body = page.written().partition(b"\r\n\r\n")
    names = [line.split(":")[0] for line in head.decode().split("\r\n")[1:]]
    assert names == [
        "Content-Type",
        "Content-Security-Policy",
        "Referrer-Policy",
        "X-Content-Type-Options",
        "Cache-Control",
        "Connection",
        "Content-Length",
    ]
    assert head.endswith(f"Content-Length: {len(body)}".encode())


def test_the_right_request_settles_it_and_is_told_what_came_of_it() -> None:
    async def talk(loopback: Loopback) -> None:
        browser = asyncio.create_task(sent(loopback, get("/callback?code=c&state=right", loopback.authority) + b"\r\n\r\n"))
        assert (await loopback.settled()).fields == {"code": "c", "state": "right"}
        assert not browser.done(), "it waits for the end of the story"
        loopback.tell(DONE)
        loopback.tell(UNFINISHED)  # too late
        answer = await browser
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"You are &lt;signed&gt; in" in answer
        assert b"All &amp; sundry." in answer
        assert await refused(loopback), "the door is shut"

    listened(talk)


async def refused(loopback: Loopback) -> bool:
    try:
        await sent(loopback, b"GET / HTTP/1.1\r\n\r\n")
    except ConnectionRefusedError:
        return True
    return False


def test_strangers_and_old_tabs_change_nothing() -> None:
    async def talk(loopback: Loopback) -> None:
        for target, status in (("/favicon.ico", 404), ("/", 404), ("/callback", 400), ("/callback?state=wrong&code=c", 400)):
            assert (await sent(loopback, get(target, loopback.authority) + b"\r\n\r\n")).startswith(f"HTTP/1.1 {status} ".encode())
        assert (await sent(loopback, get("/callback?state=right&code=c", "evil.example.com") + b"\r\n\r\n")).startswith(b"HTTP/1.1 400 ")
        assert (await sent(loopback, b"\x16\x03\x01\x02\x00\r\n\r\n")).startswith(b"HTTP/1.1 400 ")
        assert await sent(loopback, b"GET /callback?state=right", ends=True) == b""
        assert await sent(loopback, b"G" * 40_000 + b"\r\n\r\n") == b""
        browser = asyncio.create_task(sent(loopback, get("/callback?state=right&code=c", loopback.authority) + b"\r\n\r\n"))
        await loopback.settled()
        loopback.tell(DONE)
        assert b"200 OK" in await browser

    listened(talk)


def test_a_connection_that_says_nothing_is_dropped() -> None:
    async def talk(loopback: Loopback) -> None:
        assert await sent(loopback, b"GET /callback") == b""

    listened(talk, patience_s=0.01)


def test_a_crowd_of_silent_connections_is_kept_small_and_does_not_outlive_the_door() -> None:
    async def run() -> None:
        connections: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        async with listening(judge, 20) as loopback:
            host, port = loopback.authority.split(":")
            connections.extend([await asyncio.open_connection(host, int(port)) for _ in range(33)])
            first = [asyncio.create_task(reader.read()) for reader, _ in connections]
            done, waiting = await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            assert (len(done), len(waiting)) == (1, 32)
        await asyncio.wait(first)
        for task in first:
            assert task.exception() is not None or task.result() == b""
        for _, writer in connections:
            writer.close()

    asyncio.run(run())


def test_of_two_at_once_the_second_is_too_late() -> None:
    async def talk(loopback: Loopback) -> None:
        right = get("/callback?state=right&code=c", loopback.authority)
        host, port = loopback.authority.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(right)  # half of it, so that the connection is there before the door shuts
        browser = asyncio.create_task(sent(loopback, right + b"\r\n\r\n"))
        await loopback.settled()
        writer.write(b"\r\n\r\n")
        assert b"This is not the sign-in" in await reader.read()
        writer.close()
        loopback.tell(DONE)
        assert b"200 OK" in await browser

    listened(talk)


def test_leaving_without_a_word_says_that_it_did_not_finish() -> None:
    async def run() -> bytes:
        async with listening(judge) as loopback:
            browser = asyncio.create_task(sent(loopback, get("/callback?state=right", loopback.authority) + b"\r\n\r\n"))
            await loopback.settled()
        return await browser

    assert b"The sign-in did not finish" in asyncio.run(run())
