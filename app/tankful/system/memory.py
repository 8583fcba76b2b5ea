"""Gives back to the system what the C library keeps of freed memory, for itself and for later."""

import sys


def give_back() -> None:
    """Do so where it can be asked for: glibc keeps what lies between two pieces that are still used, and each thread has its own."""
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - commands need none of it

        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none, and keeps less
        if trim is not None:
            trim(0)
