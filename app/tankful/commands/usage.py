"""`tankful usage`: what was spent, broken down as asked."""

from argparse import Namespace
from collections.abc import Sequence
from datetime import date

from tankful.commands.fitting import fitted
from tankful.commands.known import known
from tankful.commands.terminal import Terminal
from tankful.core.errors import WrongWords
from tankful.core.report import By
from tankful.engine.foreseen import Question
from tankful.engine.usable_settings import usable
from tankful.present.format import visible
from tankful.present.usage import UsageTable, usage_csv, usage_json, usage_table
from tankful.sources.registry import SOURCES
from tankful.store.settings_file import SettingsFile
from tankful.system.paths import Folders
from tankful.system.zone import zone_named

_EARLIEST, _LATEST = date(1, 1, 3), date(9999, 12, 29)
"""Days of all zones that have a midnight in UTC; nothing was spent before or after."""
FOR_PEOPLE = "day"
FOR_PROGRAMS = "day,agent,model"
"""What rows are broken down by when nobody says: a program can add up, a person wants to read."""


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Scan what is new and print rows."""
    settings = usable(SettingsFile(folders.settings))
    by = breakdown(words.by if words.by is not None else FOR_PROGRAMS if words.json or words.csv else FOR_PEOPLE)
    agents = known_agents(words.agent)
    first, last = day(words.since, "--since"), day(words.until, "--until")
    if first is not None and last is not None and first > last:
        raise WrongWords(f"--since {words.since} is later than --until {words.until}", "Swap them.")
    zone = zone_named(words.timezone or settings.timezone)
    question = Question(by, first, last, zone, agents)
    with known(folders, settings, terminal, question) as reading:
        rows = reading.rows(question)
        feeds = reading.feeds(prompts=False)
    if words.json:
        terminal.say_json(usage_json(rows, by, str(zone), feeds))
    elif words.csv:
        import csv  # noqa: PLC0415 - the other shapes do without

        csv.writer(terminal.out, lineterminator="\n").writerows([visible(cell) for cell in line] for line in usage_csv(rows, by))
    else:
        _print(usage_table(rows, by, feeds), terminal)
    return 0


def breakdown(text: str) -> tuple[By, ...]:
    """Return the keys of `--by`, each once."""
    keys: list[By] = []
    for word in filter(None, (part.strip() for part in text.split(","))):
        if word not in tuple(By):
            raise WrongWords(f"Usage cannot be broken down by {word!r}", f"Use any of: {', '.join(By)}.")
        keys.append(By(word))
    return tuple(dict.fromkeys(keys))


def known_agents(named: Sequence[str]) -> tuple[str, ...]:
    """Return these agents, each once."""
    ids = tuple(source.id for source in SOURCES)
    for name in named:
        if name not in ids:
            raise WrongWords(f"There is no agent {name!r}", f"Use one of: {', '.join(ids)}.")
    return tuple(dict.fromkeys(named))


def day(text: str | None, option: str) -> date | None:
    """Return a day written as 2026-11-20."""
    if text is None:
        return None
    try:
        return min(max(date.fromisoformat(text), _EARLIEST), _LATEST)
    except ValueError as unreadable:
        raise WrongWords(f"{option} {text!r} is no day", "Write it as YYYY-MM-DD, such as 2026-11-20.") from unreadable


def _print(table: UsageTable, terminal: Terminal) -> None:
    if terminal.out.isatty():
        _print_rich(table, terminal)
    else:
        _print_plain(table, terminal)


def _print_plain(table: UsageTable, terminal: Terminal) -> None:
    lines = [table.headings, *table.rows, table.total]
    widths = [max(len(line[column]) for line in lines) for column in range(len(table.headings))]
    for line in lines:
        cells = (
            cell.ljust(width) if column < table.names else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        terminal.say("  ".join(cells).rstrip())
    for remark in table.remarks:
        terminal.say(remark)


def _print_rich(table: UsageTable, terminal: Terminal) -> None:
    from rich import box  # noqa: PLC0415 - only a terminal needs it, and it is slow to load
    from rich.console import Console  # noqa: PLC0415 - same
    from rich.table import Table  # noqa: PLC0415 - same
    from rich.text import Text  # noqa: PLC0415 - same

    said = terminal.environ.get("COLUMNS", "")
    console = Console(file=terminal.out, width=int(said) if said.isdecimal() and int(said) else None)
    shown = fitted(table, console.width)
    grid = Table(box=box.SIMPLE_HEAD, show_footer=True, pad_edge=False)
    for column, (heading, footer) in enumerate(zip(shown.headings, shown.total, strict=True)):
        if column < shown.names:
            grid.add_column(heading, Text(footer, "bold"), overflow="fold")
        else:
            grid.add_column(heading, Text(footer, "bold"), justify="right", no_wrap=True)
    for row in shown.rows:
        grid.add_row(*map(Text, row))
    console.print(grid)
    for remark in shown.remarks:
        console.print(Text(visible(remark), "dim"))
