"""The grammar of the command line."""

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from tankful import __version__
from tankful.core.errors import WrongWords
from tankful.core.settings import Period

_ABOUT = "The fuel gauge for AI spend. Without a command: the gauge in the tray."
_DATA = "keep ledger, settings and state in DIR instead of the system's own folders"


class _Parser(argparse.ArgumentParser):
    """Raises instead of printing, so that every failure is said in the same way."""

    def __init__(self, **given: Any) -> None:
        """Understand whole words only."""
        super().__init__(allow_abbrev=False, formatter_class=lambda prog: argparse.HelpFormatter(prog, width=_columns()), **given)

    def error(self, message: str) -> NoReturn:
        raise WrongWords(message[:1].upper() + message[1:], f"See `{self.prog} --help`.")


def understood(argv: Sequence[str]) -> argparse.Namespace:
    """Return what the words say: `command`, empty for the tray, `data`, and what the command takes."""
    if not argv or argv[0] not in _COMMANDS:
        return parser().parse_args(argv)
    name = argv[0]
    told, takes = _COMMANDS[name]
    alone = _Parser(prog=f"tankful {name}", description=told)  # quicker to make than the parsers of all commands
    _take(alone, name, takes)
    alone.set_defaults(data=None)
    return alone.parse_args(argv[1:])


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    whole = _Parser(prog="tankful", description=_ABOUT)
    whole.add_argument("--version", action="version", version=f"tankful {__version__}")
    whole.add_argument("--data", type=_folder, metavar="DIR", help=_DATA)
    whole.set_defaults(command="")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)
    for name, (told, takes) in _COMMANDS.items():
        _take(commands.add_parser(name, help=told, description=told), name, takes)
    return whole


def _columns() -> int:
    """Return how wide help may be; `argparse` loads compressors and archivers to find that out."""
    said = os.environ.get("COLUMNS", "")
    try:
        columns = int(said) if said.isdecimal() else os.get_terminal_size().columns
    except OSError:
        columns = 0
    return (columns or 80) - 2


def _take(command: argparse.ArgumentParser, name: str, takes: "_Takes") -> None:
    # With a default it would undo a --data that stands before the command.
    command.add_argument("--data", type=_folder, metavar="DIR", default=argparse.SUPPRESS, help=_DATA)
    command.set_defaults(command=name)
    takes(command)


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


def _link(link: argparse.ArgumentParser) -> None:
    link.add_argument("kind", metavar="KIND", help="auto finds it out; or one by its name: litellm, claude-gateway, generic and others")
    link.add_argument("--url", default="", metavar="URL", help="where it is: the address that your agents use")
    how = link.add_mutually_exclusive_group()
    how.add_argument("--secret-stdin", action="store_true", help="read the key from stdin; without this a hidden prompt asks for it")
    how.add_argument("--sign-in", action="store_true", help="sign in with the browser or a code instead of a key")
    how.add_argument("--read-file", action="store_true", help="agree that it reads the file of another program; without this it says which")
    link.add_argument("--name", default="", metavar="NAME", help="what to call the account; default: made from the address")
    link.add_argument(
        "--option", action="append", default=[], metavar="NAME=VALUE", help="what only this kind knows; may be given several times"
    )


def _unlink(unlink: argparse.ArgumentParser) -> None:
    unlink.add_argument("name", metavar="NAME", help="as `tankful accounts` says it")


def _accounts(accounts: argparse.ArgumentParser) -> None:
    accounts.add_argument("--json", action="store_true", help="for programs; the shape is tankful.accounts/1")


def _telemetry(telemetry: argparse.ArgumentParser) -> None:
    telemetry.add_argument("change", nargs="?", choices=["on", "off"], help="without it: how things stand")
    telemetry.add_argument("agent", nargs="?", default="", metavar="AGENT", help="one that it lists; off without one: all of them")
    telemetry.add_argument("--yes", action="store_true", help="change the agent's file without asking")
    telemetry.add_argument("--json", action="store_true", help="for programs; the shape is tankful.telemetry/1")


def _replay(replay: argparse.ArgumentParser) -> None:
    what = replay.add_mutually_exclusive_group()
    what.add_argument("--days", type=int, metavar="N", help="your own last days; default 28")
    what.add_argument("--events", type=Path, metavar="FILE", help="a file of events instead: JSON lines with t, cost_usd and who spent it")
    replay.add_argument("--limit", metavar="USD", help="the budget, or none; default: your own, for events none")
    replay.add_argument("--period", choices=[period.value for period in Period], help="how long the budget lasts")
    replay.add_argument("--timezone", default="", metavar="TZ", help="zone of the days, such as Europe/Berlin; default: yours")
    replay.add_argument("--json", action="store_true", help="for programs; the shape is tankful.replay/1")


def _nudges(nudges: argparse.ArgumentParser) -> None:
    nudges.add_argument("--json", action="store_true", help="for programs; the shape is tankful.nudges/1")


def _report(report: argparse.ArgumentParser) -> None:
    report.add_argument("--json", action="store_true", help="for programs")


def _sources(sources: argparse.ArgumentParser) -> None:
    _report(sources)
    sources.add_argument("--all", action="store_true", help="also those that were not found, with where is looked")


def _nothing_more(_: argparse.ArgumentParser) -> None:
    """Take `--data` alone."""


_Takes = Callable[[argparse.ArgumentParser], None]
_COMMANDS: dict[str, tuple[str, _Takes]] = {
    "run": ("the gauge in the tray", _nothing_more),
    "usage": ("what was spent, by day, agent, model, project or session", _usage),
    "status": ("what is left, at what pace, and whether it lasts", _status),
    "statusline": ("one line for Claude Code's status line, from the JSON that it writes to stdin", _nothing_more),
    "budget": ("the personal budget: say it, set it, or remove it with none", _budget),
    "link": ("an account at a central gateway, so that the gauge shows what it says is left", _link),
    "unlink": ("an account, and forget its key", _unlink),
    "accounts": ("the linked accounts, and what each says is left; exits with 1 when one does not answer", _accounts),
    "telemetry": ("live reports of agents: how they stand; on or off AGENT changes its configuration, shown first", _telemetry),
    "replay": ("what would have been said of spikes and budgets in days gone by", _replay),
    "nudges": ("what is suggested now, what that rests on, and what became of earlier suggestions", _nudges),
    "settings": ("open the settings window of the running gauge", _nothing_more),
    "sources": ("which agents are found, where, and how exact their figures are", _sources),
    "doctor": ("what is well, what is wrong, and what to do", _report),
    "reprice": ("price everything that is kept again", _nothing_more),
}
"""What each command is told to be, and what it takes."""
