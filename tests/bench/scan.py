"""How long a first and a second read of many logs take, and how much memory, beside the peer on the same files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import answers
import peer
from claude_logs import Plan, write_single_line
from claude_session import Answer
from context import Bench
from measure import Cost, Figure, Peak, claim, median, run, run_for_memory, surroundings, tankful

BIG = "600 MB in 350 files"
PAIRS = 5
MEMORY_MB = 120


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Interleaved runs of the product and the peer (none when it is absent)."""

    ours: Sequence[Cost]
    theirs: Sequence[Cost]

    @property
    def ratio(self) -> float:
        return median([cost.wall_s for cost in self.ours]) / median([cost.wall_s for cost in self.theirs])


def first_scan(bench: Bench) -> list[Figure]:
    """Read 600 MB that was never read before, and see that memory does not follow the size of files."""
    claude, answer = _big(bench)
    environ = surroundings(bench.work / "home", claude)
    for file in claude.rglob("*.jsonl"):
        file.read_bytes()  # both find the logs in the page cache
    run(tankful("--help"), environ)  # and the interpreter its compiled modules
    pairs = _interleave(bench, environ, [bench.new_data(f"first-{pair}") for pair in range(bench.times(PAIRS))])
    figures = _compare("first_scan", BIG, pairs, answer, most_ratio=0.7)
    figures += _memory("first_scan", BIG, bench, environ, answer)
    if bench.peer:
        figures.append(_peak("first_scan", f"{BIG}: ccusage", run_for_memory(peer.command(bench.peer), environ)[1], most=None))
    one = Plan(size=bench.size(600_000_000), files=1, seed=2)
    figures += _memory("first_scan", "600 MB in one file", bench, *_elsewhere(bench, "one", one))
    bench.forget("one")
    small = Plan(size=bench.size(3_000_000), files=5, seed=3)
    environ, answer = _elsewhere(bench, "line", small)
    write_single_line(bench.work / "line/projects/-home-dev/0.jsonl", bench.size(700_000_000))
    figures += _memory("first_scan", "700 MB in a single line", bench, environ, answer)
    bench.forget("line")
    return figures


def second_scan(bench: Bench) -> list[Figure]:
    """Read again when nothing is new: the same 600 MB, then very many small files."""
    figures: list[Figure] = []
    many = Plan(size=bench.size(600_000_000), files=bench.size(20_000), projects=200, forks=0.01, spread=0.5, seed=4)
    for name, what, plan in (("big", BIG, None), ("many", "600 MB in 20,000 files", many)):
        claude, answer = bench.logs(name, plan) if plan else _big(bench)
        environ = surroundings(bench.work / "home", claude)
        data = bench.new_data()
        first = run(tankful(*answers.USAGE, "--data", str(data)), environ)
        figures.append(Figure("second_scan", f"{what}: first read", first.wall_s, "s"))
        pairs = _interleave(bench, environ, [data] * bench.times(PAIRS))
        figures += _compare("second_scan", what, pairs, answer, most_ratio=0.15)
    bench.forget("many")
    return figures


def _big(bench: Bench) -> tuple[Path, Answer]:
    return bench.logs("big", Plan(size=bench.size(600_000_000), files=350))


def _elsewhere(bench: Bench, name: str, plan: Plan) -> tuple[Mapping[str, str], Answer]:
    claude, answer = bench.logs(name, plan)
    return surroundings(bench.work / "home", claude), answer


def _interleave(bench: Bench, environ: Mapping[str, str], ledgers: Sequence[Path]) -> _Pairs:
    ours: list[Cost] = []
    theirs: list[Cost] = []
    if bench.peer:
        run(peer.command(bench.peer), environ)
    for data in ledgers:
        ours.append(run(tankful(*answers.USAGE, "--data", str(data)), environ))
        if bench.peer:
            theirs.append(run(peer.command(bench.peer), environ))
    return _Pairs(ours, theirs)


def _compare(name: str, what: str, pairs: _Pairs, answer: Answer, *, most_ratio: float) -> list[Figure]:
    wrong = answers.difference(pairs.ours[-1].output, answer)
    figures = [claim(name, f"{what}: sums", holds=not wrong, note=wrong)]
    for who, costs in (("Tankful", pairs.ours), ("ccusage", pairs.theirs)):
        if costs:
            walls = sorted(cost.wall_s for cost in costs)
            note = f"{walls[0]:.2f} to {walls[-1]:.2f} s, {median([cost.cpu_s for cost in costs]):.2f} s of processor"
            figures.append(Figure(name, f"{what}: {who}", median(walls), "s", note=note))
    if not pairs.theirs:
        return [*figures, Figure(name, f"{what}: ratio", 0, "x", note="skipped: no ccusage found")]
    said = peer.difference(peer.totals(pairs.theirs[-1].output), answer.total)
    return [*figures, Figure(name, f"{what}: ratio", pairs.ratio, "x", most_ratio, f"of ccusage; {said}")]


def _memory(name: str, what: str, bench: Bench, environ: Mapping[str, str], answer: Answer) -> list[Figure]:
    command = tankful(*answers.USAGE, "--data", str(bench.new_data()))
    cost, peak = run_for_memory(command, environ)
    wrong = answers.difference(cost.output, answer)
    return [_peak(name, what, peak), *([claim(name, f"{what}: sums", holds=False, note=wrong)] if wrong else [])]


def _peak(name: str, what: str, peak: Peak, most: float | None = MEMORY_MB) -> Figure:
    note = f"largest process {peak.largest:.0f}, shared pages counted once {peak.proportional:.0f}"
    return Figure(name, f"{what}: peak memory", peak.resident, "MB", most, note)
