"""The program's very first lines: whatever is loaded after them, Ctrl+C ends without a word."""

from tankful.system import interrupts

interrupts.end_at_once()

from tankful.main import start  # noqa: E402 - loading it is what takes long

__all__ = ["start"]
