"""The grammar of the command line."""

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from tankful import __version__
from tankful.core.choices import Period
from tankful.core.errors import WrongWords

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
    """Return what the words say: `command`, empty for the tray, `data`, and what the command takes.

    Behind `--` are the words of another program, as `with` starts it: they are `started`, and nothing here reads them.
    """
    if "--" in argv and "with" in argv[: argv.index("--")]:
        place = argv.index("--")
        words = understood(argv[:place])
        words.started = list(argv[place + 1 :])
        return words
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
    try:
        return Path(text).expanduser()
    except RuntimeError as nobody:
        raise WrongWords(f"--data {text!r}: nobody of that name has a home here", "Write --data DIR.") from nobody


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


def _notices(notices: argparse.ArgumentParser) -> None:
    notices.add_argument("--json", action="store_true", help="for programs; the shape is tankful.notices/1")


def _snooze(snooze: argparse.ArgumentParser) -> None:
    spans = ["hour", "today", "period", "off"]
    snooze.add_argument("span", nargs="?", choices=spans, help="how long, period being until the budget's reset; off ends it")
    snooze.add_argument("--budget", metavar="NAME", help="one budget alone, personal or ACCOUNT/SCOPE; without a time until its reset")
    snooze.add_argument("--project", metavar="DIR", help="unusual spend in this folder alone; without a time until the reset")


def _switch(switch: argparse.ArgumentParser) -> None:
    switch.add_argument(
        "agent", nargs="?", default="", metavar="AGENT", help="claude-code, codex, gemini-cli and others; without it: what is switched"
    )
    switch.add_argument("--model", default="", metavar="MODEL", help="as the gateway of a linked account calls it")
    switch.add_argument("--account", default="", metavar="NAME", help="which account; default: the first one that offers the model")
    what = switch.add_mutually_exclusive_group()
    what.add_argument("--undo", action="store_true", help="take back what was switched of AGENT")
    what.add_argument("--restore-all", action="store_true", help="take back all that Tankful changed in agents' files, live reports too")
    what.add_argument("--json", action="store_true", help="for programs; the shape is tankful.switch/1")
    switch.add_argument("--yes", action="store_true", help="change the files without asking")


def _with(launch: argparse.ArgumentParser) -> None:
    launch.add_argument("model", metavar="MODEL", help="as the gateway of a linked account calls it; then -- and the agent's own words")
    launch.add_argument("--account", default="", metavar="NAME", help="which account; default: the first one that offers the model")
    launch.set_defaults(command="launch", started=[])


def _key(key: argparse.ArgumentParser) -> None:
    key.add_argument("name", metavar="NAME", help="as `tankful accounts` says it")


def _replay(replay: argparse.ArgumentParser) -> None:
    what = replay.add_mutually_exclusive_group()
    what.add_argument("--days", type=int, metavar="N", help="your own last days; default 28")
    what.add_argument("--events", type=Path, metavar="FILE", help="a file of events instead: JSON lines with t, cost_usd and who spent it")
    replay.add_argument("--limit", metavar="USD", help="the budget, or none; default: your own, for events none")
    replay.add_argument("--period", choices=[period.value for period in Period], help="how long the budget lasts")
    replay.add_argument("--timezone", default="", metavar="TZ", help="zone of the days, such as Europe/Berlin; default: yours")
    replay.add_argument("--json", action="store_true", help="for programs; the shape is tankful.replay/1")


def _stop(stop: argparse.ArgumentParser) -> None:
    stop.add_argument(
        "session", nargs="?", default="", metavar="SESSION", help="its id, or how that begins; default: that of a spike, else the only one"
    )
    stop.add_argument("--list", action="store_true", help="only say which sessions are at work, and which processes run them")
    stop.add_argument("--pid", type=int, metavar="PID", help="which one, where several processes may be it")
    stop.add_argument("--wait", type=float, default=10.0, metavar="S", help="seconds that it may take to heed each signal; default 10")
    stop.add_argument("--yes", action="store_true", help="stop it without asking")
    stop.add_argument("--json", action="store_true", help="the list for programs; the shape is tankful.stop/1")


def _ask(ask: argparse.ArgumentParser) -> None:
    how = ask.add_mutually_exclusive_group()
    how.add_argument("--copy", action="store_true", help="put it on the clipboard")
    how.add_argument("--mail", action="store_true", help="open it in your mail program")
    how.add_argument("--send", action="store_true", help="send it to the address in the settings, after a yes")
    ask.add_argument("--reason", metavar="TEXT", help="why; default: what the forecast says")
    ask.add_argument("--no-projects", action="store_true", help="leave out the names of projects")
    ask.add_argument("--yes", action="store_true", help="send it without asking")


def _expect(expect: argparse.ArgumentParser) -> None:
    expect.add_argument("spike", nargs="?", default="", metavar="SPIKE", help="its key; default: the one that runs")
    expect.add_argument("--yes", action="store_true", help="say it without asking")


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
    "notices": ("the inbox: what was said or kept back, and why", _notices),
    "snooze": ("let nothing pop up for a while; without a word: what is snoozed", _snooze),
    "with": ("start an agent with a model of a linked account, for this once: tankful with MODEL -- claude", _with),
    "switch": ("give an agent another model in its own files, shown first; --undo takes it back", _switch),
    "key": ("an account's key for a program that asks for it by a command; never for a terminal", _key),
    "replay": ("what would have been said of spikes and budgets in days gone by", _replay),
    "stop": ("a session that runs away: which process it is, and ending it after a yes", _stop),
    "expect": ("which spikes run, and saying that one is expected", _expect),
    "ask": ("a request for more, with your figures: printed, and copied, mailed or sent by your own hand", _ask),
    "nudges": ("what is suggested now, what that rests on, and what became of earlier suggestions", _nudges),
    "settings": ("open the settings window of the running gauge", _nothing_more),
    "sources": ("which agents are found, where, and how exact their figures are", _sources),
    "doctor": ("what is well, what is wrong, and what to do", _report),
    "reprice": ("price everything that is kept again", _nothing_more),
}
"""What each command is told to be, and what it takes."""
