"""The one command that runs the benches, prints a table and keeps the figures."""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import live
import mixed
import peer
import picture
import poll
import polling
import replaying
import reporting
import resident
import scan
import sockets
from context import Bench
from measure import BenchError, Figure, claim
from rich.console import Console
from rich.table import Table

BENCHES: tuple[tuple[str, Callable[[Bench], list[Figure]]], ...] = (
    ("first_scan", scan.first_scan),
    ("second_scan", scan.second_scan),
    ("mixed", mixed.mixed),
    ("nothing_new", mixed.nothing_new),
    ("append_latency", live.append_latency),
    ("storm", live.storm),
    ("idle", resident.idle),
    ("start", resident.start),
    ("statusline", resident.statusline),
    ("panel", resident.panel),
    ("picture", picture.picture),
    ("replay", replaying.replaying),
    ("telemetry", reporting.telemetry),
    ("poll", poll.poll_latency),
    ("polling", polling.polling),
    ("sockets", sockets.sockets),
)


def main() -> int:
    """Run what was asked for; 1 when a target was missed."""
    known = dict(BENCHES)
    words = argparse.ArgumentParser(description="Measures Tankful on generated logs and checks every sum on the way.")
    words.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}; default all")
    words.add_argument("--ccusage", help="the peer's native program or a folder with node_modules; else $CCUSAGE, else looked for")
    words.add_argument("--to", type=Path, default=Path("bench.json"), help="where the figures go; default %(default)s")
    words.add_argument("--work", type=Path, help="folder for the logs, 4 GB; default the system's temporary one")
    words.add_argument("--scale", type=float, default=1.0, help="less than 1 tries the benches out on less; such figures do not count")
    asked = words.parse_args()
    names: list[str] = asked.names or list(known)
    if unknown := set(names) - known.keys():
        words.error(f"no such bench: {', '.join(sorted(unknown))}")
    found = peer.find(asked.ccusage)
    print(_machine(), f"ccusage: {'found' if found else 'not found, ratios are skipped'}", sep="\n")
    figures: list[Figure] = []
    if asked.work is not None:
        Path(asked.work).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tankful-bench-", dir=asked.work) as work:
        bench = Bench(Path(work), found, asked.scale)
        for name in names:
            begun = time.monotonic()
            figures += _run(name, known[name], bench)
            print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr)
    asked.to.write_text(json.dumps(_document(figures, asked.scale), indent=1), encoding="utf-8")
    _print(figures)
    print(f"Figures in {asked.to}" + ("" if asked.scale == 1 else f"; at scale {asked.scale:g} they do not count"))
    return 1 if any(figure.missed for figure in figures) else 0


def _run(name: str, measure: Callable[[Bench], list[Figure]], bench: Bench) -> list[Figure]:
    try:
        return measure(bench)
    except BenchError as failed:
        return [claim(name, "ran to the end", holds=False, note=str(failed))]


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    cores = len(os.sched_getaffinity(0))
    return f"{platform.system()} {platform.machine()}, {cores} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def _document(figures: Sequence[Figure], scale: float) -> dict[str, object]:
    rows = [asdict(figure) | {"missed": figure.missed} for figure in figures]
    return {"schema": "tankful.bench/1", "machine": _machine(), "scale": scale, "figures": rows}


def _print(figures: Sequence[Figure]) -> None:
    table = Table("bench", "what", "figure", "at most", "", "note")
    for figure in figures:
        exact = figure.unit in {"exact", "WRONG"}
        value = figure.unit if exact else f"{figure.value:.3g} {figure.unit}"
        most = "" if exact or figure.most is None else f"{figure.most:g} {figure.unit}"
        verdict = "" if figure.most is None else "[red]MISSED" if figure.missed else "[green]ok"
        table.add_row(figure.bench, figure.what, value, most, verdict, figure.note)
    Console(width=None if sys.stdout.isatty() else 160).print(table)


if __name__ == "__main__":
    sys.exit(main())
