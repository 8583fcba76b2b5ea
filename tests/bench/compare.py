"""Compares what Tankful says of recorded logs with what other tools say of them, and gives the reason for each difference."""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import compare_tools as tools
import peer
from compare_homes import Case, cases
from compare_reasons import reason_for
from rich.console import Console
from rich.table import Table

OURS = "Tankful"
_NEAR = 0.01
"""A cost may be off by so much where the tokens are the same: prices change."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What one tool says of one home beside our own word."""

    case: str
    tool: str
    told: tools.Told
    differs: tuple[str, ...]
    """In which buckets; `nothing`: it finds nothing at all, `failed`: it gives up."""
    reason: str = ""

    @property
    def unexplained(self) -> bool:
        """Whether nobody knows why."""
        return bool(self.differs) and not self.reason


def main() -> int:
    """Compare on every home; 1 when a difference has no known reason."""
    words = argparse.ArgumentParser(description="Compares Tankful with other tools on the same homes, and says why they differ.")
    words.add_argument("only", nargs="*", metavar="WORDS", help="only homes whose name contains any of these")
    words.add_argument("--ccusage", help="ccusage's native program or a folder with node_modules; else $CCUSAGE, else looked for")
    for name in ("agentsview", "observer"):
        words.add_argument(f"--{name}", type=Path, default=shutil.which(name), help="the program; default: from the path")
    words.add_argument("--to", type=Path, help="a file for all figures as JSON")
    asked = words.parse_args()
    asking: dict[str, tools.Answer] = {}
    if ccusage := peer.find(asked.ccusage):
        asking["ccusage"] = tools.ccusage(ccusage)
    if asked.agentsview:
        asking["agentsview"] = tools.agentsview(Path(asked.agentsview).resolve())
    if asked.observer:
        asking["observer"] = tools.observer(Path(asked.observer).resolve())
    print(f"Compared with {', '.join(asking) or 'nobody: none of the tools is installed'}")
    all_compared: list[Compared] = []
    for case in cases():
        if not asked.only or any(word in case.name for word in asked.only):
            with tempfile.TemporaryDirectory(prefix="tankful-compare-") as work:
                all_compared += _compare(case, Path(work), asking)
    _print(all_compared)
    if asked.to:
        asked.to.write_text(json.dumps([asdict(each) for each in all_compared], indent=1), encoding="utf-8")
    unexplained = [each for each in all_compared if each.unexplained]
    different = sum(bool(each.differs) for each in all_compared)
    print(f"{len(all_compared)} answers, {different} differences, {len(unexplained)} of them unexplained")
    for each in unexplained:
        print(f"unexplained: {each.tool} on {each.case}: {', '.join(each.differs)}")
    return 1 if unexplained else 0


def _compare(case: Case, work: Path, asking: Mapping[str, tools.Answer]) -> list[Compared]:
    """Ask all about one home, each with a copy of its own: what one leaves behind must not be seen by the next."""
    homes = {name: work / name / "home" for name in (OURS, *asking)}
    for home in homes.values():
        case.lay_out(home)
    right = tools.asked(tools.ours, homes[OURS], work / OURS / "data")
    found = [Compared(case.name, OURS, right, ("failed",) if right.failed else ())]
    for name, answer in asking.items():
        data = work / name / "data"
        data.mkdir()
        told = tools.asked(answer, homes[name], data)
        differs = differences(told, right)
        found.append(Compared(case.name, name, told, differs, reason_for(name, case.name, differs) if differs else ""))
    return found


def differences(told: tools.Told, right: tools.Told) -> tuple[str, ...]:
    """Say in which buckets a tool differs from us; the cost counts where the tokens are the same, else it follows from them."""
    if told.tokens is None or right.tokens is None:
        return ("failed",)
    if not any(told.tokens.values()) and not told.cost and (any(right.tokens.values()) or right.cost):
        return ("nothing",)
    differs = [bucket for bucket in tools.BUCKETS if told.tokens[bucket] != right.tokens[bucket]]
    if told.requests is not None and told.requests != right.requests:
        differs.append("requests")
    if not set(differs) - {"requests"} and abs((told.cost or 0) - (right.cost or 0)) > _NEAR * (right.cost or 0) + 1e-6:
        differs.append("cost")
    return tuple(differs)


def _print(compared: Sequence[Compared]) -> None:
    table = Table("records", "tool", "requests", "input", "output", "cache read", "cache write", "cost", "why it differs")
    case = ""
    for each in compared:
        if each.case != case and case:
            table.add_section()
        told, name = each.told, "" if each.case == case else each.case
        case = each.case
        if told.tokens is None:
            table.add_row(name, each.tool, *[""] * 6, each.reason or f"[red]{told.failed}")
            continue
        counts = [f"[bold]{told.tokens[bucket]:,}" if bucket in each.differs else f"{told.tokens[bucket]:,}" for bucket in tools.BUCKETS]
        cost = "unknown" if told.cost is None else f"${told.cost:,.4f}"
        why = each.reason or ("[red]UNEXPLAINED" if each.differs else "")
        table.add_row(name, each.tool, "" if told.requests is None else f"{told.requests:,}", *counts, cost, why)
    Console(width=None if sys.stdout.isatty() else 200).print(table)


if __name__ == "__main__":
    sys.exit(main())
