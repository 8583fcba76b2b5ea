"""A gateway for many clients on this machine: one process, one loop, conditional answers, and a restart on request.

It prints its port. A line `restart SECONDS` on its standard input drops every connection and refuses new ones for so long; at the
end of its input it prints how often each path was answered in full, and with what, and ends.
"""

import asyncio
import json
import resource
import sys
from collections import Counter
from contextlib import suppress

TAG = '"1"'
BODY = b'{"spend":"12.34"}'
FRESH = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: {TAG}\r\nContent-Length: {len(BODY)}\r\n\r\n".encode() + BODY
UNCHANGED = f"HTTP/1.1 304 Not Modified\r\nETag: {TAG}\r\n\r\n".encode()
BACKLOG = 4096


def many_files() -> None:
    """Allow this process as many sockets as the system lets it have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class LoopbackGateway:
    """Answers every path the same: fresh numbers at first, then that nothing has changed."""

    def __init__(self) -> None:
        """Nothing listens yet."""
        self.answered: Counter[str] = Counter()
        self.unchanged = 0
        self.most_connections = 0
        self._open: set[asyncio.StreamWriter] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection until it ends."""
        self._open.add(writer)
        self.most_connections = max(self.most_connections, len(self._open))
        with suppress(OSError, asyncio.IncompleteReadError):
            while True:
                asked = (await reader.readuntil(b"\r\n\r\n")).decode()
                path = asked.split(" ", 2)[1]
                known = f"if-none-match: {TAG}" in asked.lower()
                writer.write(UNCHANGED if known else FRESH)
                await writer.drain()
                self.answered[path] += 1
                self.unchanged += known
        self._open.discard(writer)
        writer.close()

    def drop(self) -> None:
        """Cut every connection off, whatever is going on there."""
        for writer in self._open:
            writer.transport.abort()


async def main() -> None:
    """Serve until the end of the input."""
    many_files()
    gateway = LoopbackGateway()
    server = await asyncio.start_server(gateway.serve, "127.0.0.1", 0, backlog=BACKLOG)
    port = server.sockets[0].getsockname()[1]
    print(port, flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        server.close()
        gateway.drop()
        await asyncio.sleep(float(line.split()[1]))
        server = await asyncio.start_server(gateway.serve, "127.0.0.1", port, backlog=BACKLOG)
    server.close()
    print(json.dumps({"answered": gateway.answered, "unchanged": gateway.unchanged, "connections": gateway.most_connections}), flush=True)
    gateway.drop()


if __name__ == "__main__":
    asyncio.run(main())
