"""Turns what identifies a response into one number that is the same on every machine and in every run."""

from hashlib import blake2b


def key_of(*parts: str) -> int:
    """Return a non-negative 63-bit number for these words; their order and borders count.

    63 bits fit SQLite's integer key; with a million events two different ones collide once in ten million ledgers.
    """
    digest = blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
