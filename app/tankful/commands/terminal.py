"""What a command may touch of the outside world, handed in so that tests can hand in something else."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, TextIO

from tankful.present.format import escaped, visible

if TYPE_CHECKING:
    from tankful.store.secrets import Ring  # most commands need none


class Terminal(NamedTuple):
    """The three streams, the environment and the clock; then, `None` for the system's own, what linking accounts needs."""

    inp: TextIO
    out: TextIO
    err: TextIO
    environ: Mapping[str, str]
    now: Callable[[], datetime]
    ring: "Ring | None" = None
    """The keyring."""
    browse: Callable[[str], object] | None = None
    """Opens a web page, and does not wait for it."""
    ask: Callable[[str], str] | None = None
    """Asks for what must not be seen; the prompt is given."""

    def say(self, text: str) -> None:
        """Print one line; what would act on a terminal is replaced."""
        self.out.write(f"{visible(text)}\n")

    def tell(self, text: str) -> None:
        """Print one line on stderr, at once: what goes on, and what is to be done now."""
        self.err.write(f"{visible(text)}\n")
        self.err.flush()

    def say_json(self, value: object) -> None:
        """Print a value as JSON for programs to read."""
        import json  # noqa: PLC0415 - text output does without

        import msgspec  # noqa: PLC0415 - same

        text = json.dumps(value, ensure_ascii=False)  # with lines in it this takes ten times as long
        try:
            text = msgspec.json.format(text)
        except UnicodeEncodeError:  # a name that is no text
            text = json.dumps(value, indent=2, ensure_ascii=False)
        self.out.write(f"{escaped(text)}\n")
