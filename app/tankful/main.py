"""Where the program begins: the tray, or one of the commands."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

from tankful.system.cycles import look_now_and_then, look_rarely

if TYPE_CHECKING:
    from pathlib import Path  # a status line has no time to load it

    from tankful.engine.announcing import Herald, Messenger


def start() -> NoReturn:
    """Be the whole process: `main`, without what only a program that lasts has a use for.

    Cycles are looked for rarely (what lasts changes that), and what the process holds is left to the system to take back,
    which is quicker than giving it back piece by piece. Qt alone has to be taken down in its own order.
    """
    look_rarely()
    _have_a_home()
    code = main()
    if "PySide6" not in sys.modules:
        with suppress(OSError, ValueError, AttributeError):  # a stream that is full, closed or missing: Python knows how to end then
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    sys.exit(code)


def _have_a_home() -> None:
    """Take the root for home where nobody says what it is, as containers do that run programs as somebody whom no list of users names."""
    if os.path.expanduser("~") == "~":  # noqa: PTH111 - pathlib raises, and is slow to load
        os.environ["HOME"] = os.sep


def main(argv: Sequence[str] | None = None) -> int:
    """Run what the words ask for and return the exit code; no words, or `run`, start the tray."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["read-logs"]:
        return _read_logs()
    try:
        from tankful import cli  # noqa: PLC0415 - a reading process needs none of it

        return cli.main(words, tray=tray, now=now)
    except KeyboardInterrupt:  # while it was still loading
        return 130


def tray(data: "Path | None") -> int:
    """Show the gauge until it is closed; return the exit code. Raises `TankfulError` with a reason when it cannot."""
    look_now_and_then()  # see `start`
    from tankful.core.errors import NoDisplay, SettingsUnreadable  # noqa: PLC0415 - commands do not need them
    from tankful.system.display import display, insist  # noqa: PLC0415 - same

    found = display(os.environ)
    if not found.answering:
        # Qt would end the program in the middle of whatever it does.
        title = "No display answers:" if found.silent else "There is no display to show the gauge on"
        raise NoDisplay(f"{title} {' and '.join(found.silent)}".rstrip(), "`tankful status --watch` shows it in the terminal.")
    insist(found, os.environ)
    from tankful.store.settings_file import SettingsFile  # noqa: PLC0415 - same
    from tankful.system.paths import folders  # noqa: PLC0415 - same
    from tankful.ui import app, single_instance  # noqa: PLC0415 - Qt is for the tray alone

    here = folders(data)
    single = single_instance.claim(here.state)
    if single is None:
        sys.stdout.write("Tankful is already running; its panel is open now.\n")
        return 0
    from tankful.engine.engine import Engine  # noqa: PLC0415 - a second start never gets here
    from tankful.engine.usable_settings import usable  # noqa: PLC0415 - same

    if single.unlocked is not None:
        from tankful.cli import said  # noqa: PLC0415 - it is hoped to be rare

        sys.stderr.write(f"tankful: {said(single.unlocked)}\n")
    file = SettingsFile(here.settings)
    try:
        settings = usable(file)
    except SettingsUnreadable:  # the engine says so on the panel, where it is seen; the file is left as it is
        from tankful.engine.remembered_settings import going_by  # noqa: PLC0415 - it is hoped to be rare

        settings, _ = going_by(file, here.ledger)
    return app.run(
        Engine(here, settings, now, remarks=lambda: () if single.unlocked is None else (single.unlocked,), herald=_herald()),
        settings,
        change=lambda changed: file.change(**changed),
        reread=lambda: usable(file),
        stated=lambda: file.stated,
        folders=here,
        single=single,
    )


def _herald() -> "Herald":
    from tankful.engine.announcing import Herald  # noqa: PLC0415 - the tray alone shows notices
    from tankful.present.notices import notice_words  # noqa: PLC0415 - same

    def messenger() -> "Messenger":
        from tankful.system.notifier import Notifier  # noqa: PLC0415 - most days need none

        return Notifier()

    return Herald(notice_words, messenger)


def now() -> datetime:
    """Read the clock: the only place that does."""
    return datetime.now(UTC)


def _read_logs() -> int:
    """Read the logs that another process names on standard input, and tell it how far we are."""
    from tankful.engine.carrying import carry_out_from_outside  # noqa: PLC0415 - commands do not need it

    def tell(size: int) -> None:
        sys.stdout.write(f"{size}\n")
        sys.stdout.flush()

    carry_out_from_outside(sys.stdin.read(), now, tell)
    return 0


if __name__ == "__main__":
    start()
