"""Tells a Tankful of the same data folder from any other program on the port; the token is proved, not shown."""

import asyncio
import hmac
import secrets
from contextlib import suppress

from tankful.telemetry.doorway import HOST, Doorway

PATH = "hello/"
_PATIENCE_S = 2.0
_ANSWER_MOST = 4096
_NONCE_MOST = 64


def proof(token: str, nonce: str) -> str:
    """Return what only somebody with the token can answer to a number that was never used before."""
    return hmac.digest(token.encode(), f"tankful {nonce}".encode(), "sha256").hex()


def nonce_of(path: str) -> str:
    """Return the number in a path like `hello/NUMBER`, empty where there is none."""
    nonce = path.removeprefix(PATH)
    return nonce if path.startswith(PATH) and nonce.isalnum() and nonce.isascii() and len(nonce) <= _NONCE_MOST else ""


async def is_answered(doorway: Doorway) -> bool:
    """Say whether a Tankful with the doorway's token listens on its port."""
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(_PATIENCE_S):
            return await _ask(doorway)
    return False


async def _ask(doorway: Doorway) -> bool:
    reader, writer = await asyncio.open_connection(HOST, doorway.port, limit=_ANSWER_MOST)
    nonce = secrets.token_hex(16)
    try:
        writer.write(f"GET /{PATH}{nonce} HTTP/1.1\r\nHost: {HOST}:{doorway.port}\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        answer = await reader.read(_ANSWER_MOST)
    finally:
        writer.close()
    return proof(doorway.token, nonce).encode() in answer
