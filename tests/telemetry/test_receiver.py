"""The receiver takes reports from whoever has the token, within its limits, and nothing from anybody else."""

import gzip
import json
import socket
from collections.abc import Generator
from contextlib import ExitStack

import pytest

from tankful.telemetry.decoding import MOST
from tankful.telemetry.talk import Patience
from telemetry_rig import JSON, TOKEN, Listening, claude_call, granted, listening, logs

REPORT = logs(claude_call(), service="claude-code")
HURRIED = Patience(request=0.2, idle=0.2, farewell=0.2)


@pytest.fixture(scope="module")
def receiver() -> Generator[Listening]:
    with listening() as made:
        yield made


@pytest.fixture(autouse=True)
def begin_anew(receiver: Listening) -> None:
    receiver.reports.clear()


def test_a_report_is_taken_and_answered(receiver: Listening) -> None:
    assert receiver.post("/v1/logs", REPORT) == (200, b'{"partialSuccess":{}}')
    assert [call.event.session for call in receiver.until(1)] == ["session"]


def test_gzip_is_unpacked(receiver: Listening) -> None:
    packed = granted() | {"Content-Encoding": "gzip"}
    assert receiver.post("/v1/logs", gzip.compress(REPORT), packed)[0] == 200
    assert len(receiver.until(1)) == 1


def test_the_token_may_stand_in_the_path(receiver: Listening) -> None:
    bare = {"Content-Type": JSON}
    assert receiver.post(f"/{TOKEN}/v1/logs", REPORT, bare)[0] == 200
    assert receiver.post(f"/{TOKEN}", REPORT, bare)[0] == 200  # Gemini CLI's older versions send all three to one path
    assert receiver.post(f"/{TOKEN}/", REPORT, bare)[0] == 200
    assert len(receiver.until(3)) == 3


def test_metrics_and_reports_of_nobody_we_know_are_taken_and_let_go(receiver: Listening) -> None:
    assert receiver.post("/v1/metrics", json.dumps({"resourceMetrics": [{"any": [1]}]}).encode())[0] == 200
    assert receiver.post("/v1/logs", logs(claude_call(), service="other"))[0] == 200
    assert receiver.post("/v1/traces", b"{}")[0] == 200
    assert receiver.reports == []


@pytest.mark.parametrize(
    ("status", "path", "headers", "method"),
    [
        (401, "/v1/logs", {"Content-Type": JSON}, "POST"),
        (401, "/v1/logs", granted() | {"Authorization": "Bearer wrong"}, "POST"),
        (401, "/v1/logs", granted() | {"Authorization": f"Basic {TOKEN}"}, "POST"),
        (403, "/v1/logs", granted() | {"Origin": "http://127.0.0.1"}, "POST"),
        (403, "/v1/logs", granted() | {"Origin": "null"}, "POST"),
        (403, f"/{TOKEN}/v1/logs", {"Origin": "https://example.com"}, "POST"),
        (403, "/v1/logs", granted() | {"Host": "rebound.example.com:80"}, "POST"),
        (404, "/", granted(), "POST"),
        (404, "/v1/log", granted(), "POST"),
        (404, f"/{TOKEN}x/v1/logs", {"Content-Type": JSON}, "POST"),
        (404, "/hello/not%20plain", {}, "GET"),
        (405, "/v1/logs", granted(), "GET"),
        (405, "/v1/logs", granted(), "PUT"),
        (405, "/hello/12ab", {}, "POST"),
        (415, "/v1/logs", granted("text/plain"), "POST"),
        (415, f"/{TOKEN}", {"Content-Type": "application/x-protobuf"}, "POST"),
        (415, "/v1/logs", granted() | {"Content-Encoding": "br"}, "POST"),
    ],
)
def test_what_is_refused_is_not_taken(receiver: Listening, status: int, path: str, headers: dict[str, str], method: str) -> None:
    assert receiver.post(path, REPORT, headers, method)[0] == status
    assert receiver.reports == []


@pytest.mark.parametrize(
    "body", [b"", b"no", b"[]", b'{"resourceLogs":3}', b"[" * 100_000, b'{"resourceLogs":[{"resource":' * 5000, REPORT[:-9]]
)
def test_what_is_no_report_is_malformed(receiver: Listening, body: bytes) -> None:
    assert receiver.post("/v1/logs", body)[0] == 400
    assert receiver.post("/v1/logs", gzip.compress(body), granted() | {"Content-Encoding": "gzip"})[0] == 400
    assert receiver.post("/v1/logs", body + b"\xff", granted("application/x-protobuf"))[0] == 400
    assert receiver.reports == []


@pytest.mark.parametrize("packed", [b"no gzip", gzip.compress(REPORT)[:-12], gzip.compress(REPORT) + b"more", b""])
def test_what_does_not_unpack_is_malformed(receiver: Listening, packed: bytes) -> None:
    assert receiver.post("/v1/logs", packed, granted() | {"Content-Encoding": "gzip"})[0] == 400


def test_a_time_beyond_all_numbers_is_no_end_of_the_world(receiver: Listening) -> None:
    assert receiver.post("/v1/logs", logs(claude_call(), service="claude-code", time_ns=10**30))[0] == 200
    assert receiver.post("/v1/logs", REPORT.replace(b'timeUnixNano": "1', b'timeUnixNano": "x1'))[0] == 400


def test_what_is_no_text_is_malformed_also_where_nobody_looks(receiver: Listening) -> None:
    assert receiver.post("/v1/logs", REPORT.rstrip()[:-1] + b', "aside": "\xff"}')[0] == 400
    assert receiver.reports == []
    assert receiver.post("/v1/logs", REPORT.rstrip()[:-1] + ', "aside": "é"}'.encode())[0] == 200
    assert len(receiver.until(1)) == 1


def test_too_much_is_too_much_however_it_is_sent(receiver: Listening) -> None:
    large = b" " * (MOST + 1)
    assert receiver.post("/v1/logs", large)[0] == 413
    assert receiver.post("/v1/logs", gzip.compress(large), granted() | {"Content-Encoding": "gzip"})[0] == 413
    head = f"POST /v1/logs HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    assert receiver.say(head, *[chunk] * 65).startswith(b"HTTP/1.1 413 ")
    assert receiver.post("/v1/logs", b" " * MOST)[0] == 400


def test_several_requests_go_over_one_connection(receiver: Listening) -> None:
    head = f"POST /{TOKEN}/v1/logs HTTP/1.1\r\nHost: localhost:1\r\nContent-Type: {JSON}\r\nContent-Length: {len(REPORT)}\r\n"
    one = f"{head}\r\n".encode() + REPORT
    last = f"{head}Connection: close\r\n\r\n".encode() + REPORT
    assert receiver.say(one + one, last).count(b"HTTP/1.1 200 ") == 3
    assert len(receiver.until(3)) == 3


def test_who_asks_first_is_told_to_go_on(receiver: Listening) -> None:
    head = f"POST /{TOKEN}/v1/logs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {JSON}\r\nContent-Length: {len(REPORT)}\r\n"
    said = receiver.say(f"{head}Expect: 100-continue\r\nConnection: close\r\n\r\n".encode(), REPORT)
    assert said.startswith(b"HTTP/1.1 100 ")
    assert b"HTTP/1.1 200 " in said


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (b"400", b"no http at all\r\n\r\n"),
        (b"431", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 70_000),
        (b"400", b"GET /v1/logs HTTP/1.1\r\n\r\n"),
    ],
)
def test_what_is_no_request_is_said_so(receiver: Listening, status: bytes, said: bytes) -> None:
    assert receiver.say(said).startswith(b"HTTP/1.1 " + status)


def test_slow_callers_are_sent_away() -> None:
    with listening(HURRIED) as hurried:
        head = f"POST /v1/logs HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 100\r\n"
        assert hurried.say(b"POST /v1").startswith(b"HTTP/1.1 408 ")
        assert hurried.say(f"{head}\r\n{{".encode()).startswith(b"HTTP/1.1 408 ")
        assert hurried.say() == b""


def test_who_says_nothing_holds_no_place_for_as_long_as_a_known_caller() -> None:
    with listening(Patience(request=0.2, idle=60, farewell=0.2)) as hurried:
        assert hurried.say() == b""


def test_who_hangs_up_is_let_go(receiver: Listening) -> None:
    head = f"POST /v1/logs HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 100\r\n\r\n"
    for said in (b"", b"POST", head.encode()):
        with socket.create_connection(("127.0.0.1", receiver.doorway.port)) as line:
            line.sendall(said)
    assert receiver.post("/v1/logs", REPORT)[0] == 200


def test_any_number_of_callers_who_say_nothing_shut_nobody_out() -> None:
    with listening() as made, ExitStack() as held:
        for _ in range(300):
            held.enter_context(socket.create_connection(("127.0.0.1", made.doorway.port)))
        assert made.say(b"GET /hello/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 200")


def test_more_callers_than_there_are_agents_are_sent_away_until_others_go() -> None:
    with listening() as made, ExitStack() as held:
        lines = [held.enter_context(socket.create_connection(("127.0.0.1", made.doorway.port))) for _ in range(128)]
        for line in lines:
            line.sendall(b"GET /hello/1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert line.recv(12) == b"HTTP/1.1 200"
        assert made.say() == b""
        lines[0].close()
        while (said := made.say(b"GET /hello/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")) == b"":
            pass
        assert said.startswith(b"HTTP/1.1 200")
