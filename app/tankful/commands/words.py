"""The grammar of the command line."""

import argparse
from pathlib import Path
from typing import NoReturn

from tankful import __version__
from tankful.core.errors import WrongWords
from tankful.core.settings import Period

_ABOUT = "The fuel gauge for AI spend. Without a command: the gauge in the tray."
_DATA = "keep ledger, settings and state in DIR instead of the system's own folders"


class _Parser(argparse.ArgumentParser):
    """Raises instead of printing, so that every failure is said in the same way."""

    def error(self, message: str) -> NoReturn:
        raise WrongWords(message[:1].upper() + message[1:], f"See `{self.prog} --help`.")


def parser() -> argparse.ArgumentParser:
    """Return the parser; its result has `command`, empty for the tray, and `data`."""
    whole = _Parser(
        prog="tankful", description="The fuel gauge for AI spend. Without a command: the gauge in the tray.", allow_abbrev=False
    )
    whole.add_argument("--version", action="version", version=f"tankful {__version__}")
    whole.add_argument("--data", type=_folder, metavar="DIR", help=_DATA)
    whole.set_defaults(command="")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)

    def command(name: str, told: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=told, description=told, allow_abbrev=False)
        # With a default it would undo a --data that stands before the command.
        added.add_argument("--data", type=_folder, metavar="DIR", default=argparse.SUPPRESS, help=_DATA)
        added.set_defaults(command=name)
        return added

    command("run", "the gauge in the tray")
    _usage(command("usage", "what was spent, by day, agent, model, project or session"))
    _status(command("status", "what is left, at what pace, and whether it lasts"))
    command("statusline", "one line for Claude Code's status line, from the JSON that it writes to stdin")
    _budget(command("budget", "the personal budget: say it, set it, or remove it with none"))
    for name, told in (
        ("sources", "which agents' logs are found, and where"),
        ("doctor", "what is well, what is wrong, and what to do"),
    ):
        command(name, told).add_argument("--json", action="store_true", help="for programs")
    command("reprice", "price everything that is kept again")
    return whole


def _folder(text: str) -> Path:
    if not text:
        raise WrongWords("--data names no folder", "Write --data DIR.")
    return Path(text)


def _usage(usage: argparse.ArgumentParser) -> None:
    shape = usage.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="for programs; the shape is tankful.usage/1")
    shape.add_argument("--csv", action="store_true", help="for spreadsheets")
    usage.add_argument(
        "--by", metavar="KEYS", help="any of day,agent,model,project,session; default day, for --json and --csv day,agent,model"
    )
    usage.add_argument("--since", metavar="DAY", help="first day, as YYYY-MM-DD")
    usage.add_argument("--until", metavar="DAY", help="last day, included")
    usage.add_argument("--timezone", default="", metavar="TZ", help="zone of the days, such as Europe/Berlin; default: yours")
    usage.add_argument("--agent", nargs="+", action="extend", default=[], metavar="ID", help="these agents only")


def _status(status: argparse.ArgumentParser) -> None:
    shape = status.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="for programs; the shape is tankful.status/1")
    shape.add_argument("--line", action="store_true", help="one short line, for a prompt or tmux")
    shape.add_argument("--watch", action="store_true", help="live, until q or Ctrl+C")
    status.add_argument("--check", action="store_true", help="exit with 1 when the budget is gone or likely to be before its reset")


def _budget(budget: argparse.ArgumentParser) -> None:
    budget.add_argument("amount", nargs="?", metavar="AMOUNT", help="dollars, or none")
    budget.add_argument("--period", choices=[period.value for period in Period], help="how long it lasts")
    budget.add_argument("--start-day", type=int, metavar="N", help="day of the month (1-31) or week (1-7, 1 is Monday) it begins on")
