"""Questions to a gateway end in a whole answer or in one sentence, within bounds of time and size, and without the key."""

import asyncio
import gzip
import subprocess
import threading
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec
import pytest

from gateway_rig import AnsweringServer, Seen, raw
from tankful.core.errors import (
    GatewayBusy,
    GatewayConfused,
    GatewayError,
    GatewayUnreachable,
    LinkRejected,
    NotAllowed,
)
from tankful.gateways.http import Http, Reply, open_http, refusal

T = TypeVar("T")

SECRET = "sk-secret-that-nobody-may-see"  # noqa: S105 - made up
PAGE = "<!DOCTYPE html><html><body>Sign in to the guest network</body></html>"


class _Spend(msgspec.Struct):
    spend: Decimal
    max_budget: Decimal | None = None


def _ask(question: Callable[[Http], Awaitable[T]]) -> T:
    async def asked() -> T:
        async with open_http() as http:
            return await question(http)

    return asyncio.run(asked())


def _get(server: AnsweringServer, path: str = "/info") -> Reply:
    return _ask(lambda http: http.get(server.url + path, secret=SECRET))


def _failure(question: Callable[[Http], Awaitable[object]]) -> GatewayError:
    with pytest.raises(GatewayError) as failed:
        _ask(question)
    error = failed.value
    assert error.title
    assert error.hint
    assert SECRET not in f"{error!r} {error.title} {error.hint} {error.__cause__!r} {error.__context__!r}"
    return error


def test_an_answer_is_read_with_its_headers_in_small_letters() -> None:
    with AnsweringServer({("GET", "/info"): (200, {"X-Version": "1.106.1"}, {"spend": 0.060000000000000005})}) as server:
        reply = _get(server)
        assert reply.status == 200
        assert reply.headers["x-version"] == "1.106.1"
        assert reply.as_a(_Spend) == _Spend(Decimal("0.060000000000000005"))
        (seen,) = server.requests
    assert seen.headers["authorization"] == f"Bearer {SECRET}"
    assert seen.headers["user-agent"].startswith("Tankful/")
    assert seen.headers["accept"] == "application/json"


def test_a_question_takes_parameters_and_headers_and_needs_no_key() -> None:
    with AnsweringServer({("GET", "/info"): (200, {}, {})}) as server:
        _ask(lambda http: http.get(server.url + "/info", params={"day": "2026-11-22 00:00"}, headers={"If-None-Match": '"1"'}))
        (seen,) = server.requests
    assert seen.query == {"day": "2026-11-22 00:00"}
    assert seen.headers["if-none-match"] == '"1"'
    assert "authorization" not in seen.headers


def test_forms_and_json_are_sent() -> None:
    with AnsweringServer({("POST", "/token"): (200, {}, {})}) as server:
        _ask(lambda http: http.post(server.url + "/token", form={"grant_type": "refresh_token"}))
        _ask(lambda http: http.post(server.url + "/token", secret=SECRET, json={"model": "one"}))
        form, document = server.requests
    assert form.form == {"grant_type": "refresh_token"}
    assert document.json == {"model": "one"}
    assert document.headers["authorization"] == f"Bearer {SECRET}"


def test_a_redirect_within_the_gateway_is_followed() -> None:
    with AnsweringServer({("GET", "/old"): (307, {"Location": "/info"}, ""), ("GET", "/info"): (200, {}, {"spend": 1})}) as server:
        assert _get(server, "/old").as_a(_Spend) == _Spend(Decimal(1))
        assert [seen.path for seen in server.requests] == ["/old", "/info"]
        assert server.requests[1].headers["authorization"] == f"Bearer {SECRET}"


def test_a_captive_portal_on_another_host_gets_neither_a_visit_nor_the_key() -> None:
    with AnsweringServer() as portal, AnsweringServer({("GET", "/info"): (302, {"Location": f"{portal.url}/welcome"}, "")}) as server:
        error = _failure(lambda http: http.get(server.url + "/info", secret=SECRET))
        assert portal.requests == []
    assert isinstance(error, GatewayConfused)
    assert "sends us to 127.0.0.1" in error.title


def test_redirects_that_never_end_are_given_up() -> None:
    with AnsweringServer({("GET", "/info"): (302, {"Location": "/info"}, "")}) as server:
        error = _failure(lambda http: http.get(server.url + "/info", secret=SECRET))
        assert len(server.requests) == 4
    assert isinstance(error, GatewayConfused)


def test_a_redirect_that_leads_nowhere_is_an_error_of_the_gateway() -> None:
    with AnsweringServer({("GET", "/info"): (302, {"Location": "http://[half"}, "")}) as server:
        assert isinstance(_failure(lambda http: http.get(server.url + "/info", secret=SECRET)), GatewayError)


def test_what_is_posted_is_never_sent_on_to_a_redirect() -> None:
    with AnsweringServer({("POST", "/token"): (307, {"Location": "/elsewhere"}, "")}) as server:
        error = _failure(lambda http: http.post(server.url + "/token", form={"refresh_token": SECRET}))
        assert [seen.path for seen in server.requests] == ["/token"]
    assert isinstance(error, GatewayConfused)


def test_an_unencrypted_address_is_refused_before_anything_is_sent() -> None:
    error = _failure(lambda http: http.get("http://llm.example.com/info", secret=SECRET))
    assert isinstance(error, GatewayUnreachable)
    assert "not encrypted" in error.title


def test_an_address_that_is_none_is_an_error_of_the_gateway() -> None:
    assert isinstance(_failure(lambda http: http.get("https://llm.example.com:99999/info", secret=SECRET)), GatewayError)


@pytest.mark.parametrize("address", ["https://llm\x00example.com", "https://xn--ä", "https://\ud800"])
def test_an_address_or_key_of_which_no_question_can_be_made_is_an_error_of_the_account(address: str) -> None:
    for asked in (
        _failure(lambda http: http.get(address, secret=SECRET)),
        _failure(lambda http: http.post(address, secret=SECRET, form={})),
        _failure(lambda http: http.get("https://llm.example.com", secret=SECRET + "\ud800")),
    ):
        assert isinstance(asked, GatewayConfused)
        assert "cannot be used" in asked.title


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks://me:" + SECRET + "@127.0.0.1:1080"),
        ("ALL_PROXY", "socks4://127.0.0.1:1080"),
        ("HTTPS_PROXY", "ftp://127.0.0.1"),
        ("NO_PROXY", "localhost,::1/128"),
    ],
)
def test_proxy_settings_that_cannot_be_used_are_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    for proxy in ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"):
        monkeypatch.delenv(proxy, raising=False)
        monkeypatch.delenv(proxy.lower(), raising=False)
    monkeypatch.setenv(name, value)  # how a system's proxy reaches a Linux program
    error = _failure(lambda http: http.get("https://llm.example.com/info", secret=SECRET))
    assert isinstance(error, GatewayUnreachable)
    assert error.title == "The proxy settings of this system cannot be used"
    assert name in error.hint


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "certificate.pem"),
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    both = folder / "both.pem"
    both.write_text((folder / "certificate.pem").read_text() + (folder / "key.pem").read_text())
    return both


def test_a_certificate_that_nobody_vouches_for_is_not_passed_over(certificate: Path) -> None:
    with AnsweringServer({("GET", "/info"): (200, {}, {"spend": 1})}, certificate=certificate) as server:
        error = _failure(lambda http: http.get(server.url + "/info", secret=SECRET))
        assert server.requests == []
    assert isinstance(error, GatewayUnreachable)
    assert "certificate is not trusted" in error.title


def test_a_server_that_does_not_speak_tls_is_told_apart() -> None:
    with AnsweringServer({("GET", "/info"): (200, {}, {"spend": 1})}) as server:
        error = _failure(lambda http: http.get(server.url.replace("http:", "https:") + "/info", secret=SECRET))
    assert isinstance(error, GatewayUnreachable)
    assert error.title == "No encrypted connection to the gateway"


def test_nobody_listening_is_unreachable() -> None:
    with AnsweringServer() as server:
        gone = server.url
    error = _failure(lambda http: http.get(gone + "/info", secret=SECRET))
    assert isinstance(error, GatewayUnreachable)
    assert error.title == "The gateway cannot be reached"


def test_a_proxy_that_refuses_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with AnsweringServer(lambda _: (403, {}, "no")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)  # how a system's proxy reaches a Linux program
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        error = _failure(lambda http: http.get("https://llm.example.com/info", secret=SECRET))
    assert isinstance(error, GatewayUnreachable)
    assert error.title == "The proxy refuses the connection"


def test_where_nobody_listens_the_proxy_may_be_gone_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with AnsweringServer() as proxy:
        gone = proxy.url
    monkeypatch.setenv("HTTPS_PROXY", gone)  # how a system's proxy reaches a Linux program
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    error = _failure(lambda http: http.get("https://llm.example.com/info", secret=SECRET))
    assert (error.title, error.hint) == (
        "The gateway cannot be reached",
        "Check the address, your connection or VPN, and this system's proxy settings.",
    )


def test_this_machine_itself_is_asked_without_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with AnsweringServer() as proxy, AnsweringServer({("GET", "/info"): (200, {}, {"spend": 1})}) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)  # how a system's proxy reaches a Linux program
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert _get(server).status == 200
        assert proxy.requests == []


def _dripping(out: BinaryIO, closing: threading.Event) -> None:
    out.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
    while not closing.wait(0.02):
        out.write(b" ")
        out.flush()


def test_an_answer_that_drips_in_is_cut_off_at_the_deadline() -> None:
    with AnsweringServer(raw(_dripping)) as server:
        error = _failure(lambda http: http.get(server.url + "/info", secret=SECRET, deadline_s=0.3))
    assert isinstance(error, GatewayUnreachable)
    assert "in time" in error.title


def test_silence_is_given_up_on_before_the_deadline() -> None:
    def silent(_out: BinaryIO, closing: threading.Event) -> None:
        closing.wait()

    async def asked(url: str) -> None:
        async with open_http(silence_s=0.2) as http:
            await http.post(url, secret=SECRET, json={})

    with AnsweringServer(raw(silent)) as server, pytest.raises(GatewayUnreachable) as failed:
        asyncio.run(asked(server.url + "/info"))
    assert "in time" in failed.value.title


def test_a_cut_answer_is_no_answer() -> None:
    def cut(out: BinaryIO, _closing: threading.Event) -> None:
        out.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"spend": 1')

    with AnsweringServer(raw(cut)) as server:
        assert isinstance(_failure(lambda http: http.get(server.url + "/info", secret=SECRET)), GatewayUnreachable)


def test_noise_instead_of_http_is_no_answer() -> None:
    def noise(out: BinaryIO, _closing: threading.Event) -> None:
        out.write(bytes(range(256)) * 10)

    with AnsweringServer(raw(noise)) as server:
        assert isinstance(_failure(lambda http: http.get(server.url + "/info", secret=SECRET)), GatewayError)


def test_a_huge_answer_is_refused_however_small_it_was_packed() -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    with AnsweringServer(
        {("GET", "/info"): (200, {"Content-Encoding": "gzip"}, bomb), ("GET", "/plain"): (200, {}, b" " * 3_000_000)}
    ) as server:
        for path in ("/info", "/plain"):
            error = _failure(lambda http, path=path: http.get(server.url + path, secret=SECRET))
            assert isinstance(error, GatewayConfused)
            assert "too large" in error.title


def test_an_answer_that_is_not_packed_as_it_says_cannot_be_read() -> None:
    with AnsweringServer({("GET", "/info"): (200, {"Content-Encoding": "gzip"}, b"not gzip at all")}) as server:
        assert isinstance(_failure(lambda http: http.get(server.url + "/info", secret=SECRET)), GatewayConfused)


@pytest.mark.parametrize(
    "body",
    [
        PAGE,
        "  \n<HTML>",
        "",
        "{",
        '{"spend": 1} trailing',
        "null",
        "[]",
        "{}",
        '{"spend": "much"}',
        '{"spend": null}',
        '{"spend": NaN}',
        '{"spend": Infinity}',
        '{"spend": {"amount": 1}}',
        '{"spend": 1, "max_budget": []}',
        b"\xff\xfe{}",
        "[" * 100_000,
    ],
)
def test_what_is_not_the_wished_for_shape_is_named_and_never_quoted(body: str | bytes) -> None:
    with AnsweringServer({("GET", "/info"): (200, {}, body)}) as server:
        reply = _get(server)
    with pytest.raises(GatewayConfused) as confused:
        reply.as_a(_Spend)
    assert confused.value.hint
    assert "much" not in str(confused.value)


def _reply(status: int, headers: dict[str, str] | None = None, body: str = "{}") -> Reply:
    return Reply(status, headers or {}, body.encode())


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, LinkRejected),
        (403, NotAllowed),
        (404, GatewayConfused),
        (418, GatewayConfused),
        (429, GatewayBusy),
        (500, GatewayUnreachable),
        (502, GatewayUnreachable),
        (503, GatewayBusy),
    ],
)
def test_a_status_has_its_sentence(status: int, kind: type[GatewayError]) -> None:
    error = refusal(_reply(status))
    assert type(error) is kind
    assert error.title
    assert error.hint


def test_a_page_is_never_taken_for_a_refused_key() -> None:
    assert isinstance(refusal(_reply(401, body=PAGE)), GatewayConfused)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "99999999999999"}, 999999999.0),
        ({"retry-after": "Sun, 22 Nov 2026 10:02:00 GMT", "date": "Sun, 22 Nov 2026 10:00:00 GMT"}, 120.0),
        ({"retry-after": "Sun, 22 Nov 2026 09:00:00 GMT", "date": "Sun, 22 Nov 2026 10:00:00 GMT"}, 0.0),
        ({"retry-after": "Sun, 22 Nov 2026 10:02:00 GMT"}, None),
        ({"retry-after": "Sun, 22 Nov 2026 10:02:00 -0000", "date": "Sun, 22 Nov 2026 10:00:00 GMT"}, None),
        ({"retry-after": "soon", "date": "Sun, 22 Nov 2026 10:00:00 GMT"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "²"}, None),
        ({}, None),
    ],
)
def test_how_long_a_gateway_wants_to_be_left_alone_is_measured_by_its_own_clock(headers: dict[str, str], seconds: float | None) -> None:
    assert _reply(429, headers).retry_after_s == seconds
    error = refusal(_reply(503, headers))
    assert isinstance(error, GatewayBusy)
    assert error.retry_after_s == seconds


def test_an_answering_server_remembers_what_it_was_asked() -> None:
    def echo(seen: Seen) -> tuple[int, dict[str, str], object]:
        return 200, {}, {"spend": len(seen.query["word"])}

    with AnsweringServer({("GET", "/echo"): echo}) as server:
        assert _get(server, "/echo?word=four").as_a(_Spend).spend == 4
        assert _get(server, "/none").status == 404
        assert len(server.asked("/echo")) == 1
        server.until_asked(2)
