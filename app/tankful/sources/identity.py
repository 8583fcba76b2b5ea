"""Turns what identifies a response into one number that is the same on every machine and in every run."""

from xxhash import xxh3_64_intdigest


def key_of(*parts: str) -> int:
    """Return a non-negative 63-bit number for these words; their order and borders count.

    63 bits fit SQLite's integer key; with a million events two different ones collide once in ten million ledgers.
    """
    text = "\x1f".join(parts)
    try:
        return xxh3_64_intdigest(text.encode()) >> 1
    except UnicodeEncodeError:  # half a character, which JSON may hold
        return xxh3_64_intdigest(text.encode("utf-8", "surrogatepass")) >> 1
