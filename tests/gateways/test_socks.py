"""A SOCKS proxy of the system is gone through, as an HTTP one is."""

import asyncio
import gc
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress

import pytest

from tankful.core.errors import GatewayUnreachable
from tankful.gateways.http import Reply, open_http

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore:unclosed:ResourceWarning")

SECRET = "sk-canary-4711"  # noqa: S105 - made up


class Socks:
    """A SOCKS5 proxy behind which no host speaks TLS; it may refuse to connect."""

    def __init__(self, *, refuses: bool) -> None:
        self._refuses = refuses
        self.wanted: list[tuple[str, int]] = []
        self.server = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.getsockname()[1]}"

    def close(self) -> None:
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self._thread.join()

    def _serve(self) -> None:
        with suppress(OSError):  # it is being closed
            while True:
                connection, _ = self.server.accept()
                with connection, connection.makefile("rwb") as stream:
                    _, ways = stream.read(2)
                    stream.read(ways)
                    stream.write(b"\x05\x00")
                    stream.flush()
                    *_, length = stream.read(5)  # version, connect, reserved, a name follows, its length
                    host = stream.read(length).decode()
                    self.wanted.append((host, int.from_bytes(stream.read(2), "big")))
                    stream.write(b"\x05" + (b"\x02" if self._refuses else b"\x00") + b"\x00\x01\x7f\x00\x00\x01\x00\x50")
                    stream.flush()
                    if not self._refuses:
                        stream.read(5)  # the beginning of what shall be encrypted
                        stream.write(b"HTTP/1.1 200 OK\r\n\r\n")


@contextmanager
def proxy(monkeypatch: pytest.MonkeyPatch, scheme: str, *, refuses: bool = False) -> Generator[Socks]:
    running = Socks(refuses=refuses)
    for name in ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("ALL_PROXY", f"{scheme}://{running.address}")  # how a system's proxy reaches a Linux program
    try:
        yield running
    finally:
        running.close()
        gc.collect()  # httpcore leaves a connection through such a proxy that came to nothing for it to close, and here is the place


def ask() -> Reply:
    async def once() -> Reply:
        async with open_http() as http:
            return await http.get("https://llm.example.com/info", secret=SECRET)

    return asyncio.run(once())


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_a_gateway_is_asked_through_it_and_the_proxy_finds_the_host(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    with proxy(monkeypatch, scheme) as socks, pytest.raises(GatewayUnreachable, match="No encrypted connection"):
        ask()
    assert socks.wanted == [("llm.example.com", 443)]


def test_one_that_refuses_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with proxy(monkeypatch, "socks5", refuses=True) as socks, pytest.raises(GatewayUnreachable, match="The proxy refuses the connection"):
        ask()
    assert socks.wanted == [("llm.example.com", 443)]
