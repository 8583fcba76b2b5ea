"""What a command may touch of the outside world, handed in so that tests can hand in something else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from tankful.present.format import escaped, visible


@dataclass(frozen=True, slots=True)
class Terminal:
    """The three streams, the environment and the clock."""

    inp: TextIO
    out: TextIO
    err: TextIO
    environ: Mapping[str, str]
    now: Callable[[], datetime]

    def say(self, text: str) -> None:
        """Print one line; what would act on a terminal is replaced."""
        self.out.write(f"{visible(text)}\n")

    def say_json(self, value: object) -> None:
        """Print a value as JSON for programs to read."""
        import json  # noqa: PLC0415 - text output does without

        self.out.write(f"{escaped(json.dumps(value, indent=2, ensure_ascii=False))}\n")
