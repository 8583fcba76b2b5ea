"""How long the records of all agents together take to read, how much memory, and how long a look takes that finds nothing new."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import mixed_answers
import mixed_logs
import peer
from context import Bench
from measure import Cost, Figure, claim, median, run, run_for_memory, tankful
from mixed_talk import Answers

SIZES = (500_000_000, 1_000_000_000, 2_000_000_000)
RUNS = 3
PAIRS = 5
MEMORY_MB = 130
LINEAR = 1.15
"""A byte among 2 GB may take so many times what one among 0.5 GB takes."""
AGAIN_S = 0.15
FILES = 20_000
_NAME = "mixed"
_AGAIN = "nothing_new"


def mixed(bench: Bench) -> list[Figure]:
    """Read a home that grows from 0.5 to 2 GB, each time from nothing; then the agents that the peer reads as well, in turn with it."""
    home, answers = bench.work / "mixed-home", Answers()
    environ = surroundings(home)
    figures: list[Figure] = []
    per_byte: list[float] = []
    written = 0
    for number, size in enumerate(SIZES):
        mixed_logs.write(home, mixed_logs.Mixture(size=bench.size(size) - written, seed=number + 1), answers)
        written = bench.size(size)
        bytes_there = _warm(home)
        costs = [run(tankful(*mixed_answers.USAGE, "--data", str(bench.new_data())), environ) for _ in range(bench.times(RUNS))]
        what = f"{size / 1e9:g} GB in {sum(answers.files.values()):,} files of {len(mixed_logs.WEIGHTS)} agents"
        figures += [_sums(_NAME, what, costs[-1].output, answers), _wall(_NAME, f"{what}: Tankful", costs)]
        per_byte.append(median([cost.cpu_s for cost in costs]) / bytes_there)
    figures.append(Figure(_NAME, "2 GB against 0.5 GB: processor a byte", per_byte[-1] / per_byte[0], "x", LINEAR))
    cost, peak = run_for_memory(tankful(*mixed_answers.USAGE, "--data", str(bench.new_data())), environ)
    note = f"largest process {peak.largest:.0f}, shared pages counted once {peak.proportional:.0f}"
    figures.append(Figure(_NAME, "2 GB: peak memory of all processes", peak.resident, "MB", MEMORY_MB, note))
    figures.append(_sums(_NAME, "2 GB, watched", cost.output, answers))
    return figures + _beside_the_peer(bench, home, answers)


def _beside_the_peer(bench: Bench, home: Path, answers: Answers) -> list[Figure]:
    if bench.peer is None:
        return [Figure(_NAME, "agents that both read: ratio", 0, "x", note="skipped: no ccusage found")]
    environ = surroundings(home)
    off = [agent for agent in mixed_logs.WEIGHTS if agent not in peer.AGENTS]
    ours: list[Cost] = []
    theirs: list[Cost] = []
    run(peer.command(bench.peer), environ)
    for _ in range(bench.times(PAIRS)):
        data = bench.new_data()
        (data / "settings.toml").write_text(f"[sources]\noff = {json.dumps(off)}\n", encoding="utf-8")
        ours.append(run(tankful(*mixed_answers.USAGE, "--data", str(data)), environ))
        theirs.append(run(peer.command(bench.peer), environ))
    ratio = median([cost.wall_s for cost in ours]) / median([cost.wall_s for cost in theirs])
    used = median([cost.cpu_s for cost in ours]) / median([cost.cpu_s for cost in theirs])
    size = sum(answers.size[agent] for agent in mixed_logs.WEIGHTS if agent not in off)
    what = f"{size / 1e9:.2f} GB of {len(mixed_logs.WEIGHTS) - len(off)} agents that both read"
    unread = peer.passed_over(theirs[-1].output)
    counts = f"nothing of {', '.join(unread)}" if unread else "something of each"
    note = f"of ccusage, which counts {counts}; {used:.2f} x its processor time"
    return [
        _sums(_NAME, what, ours[-1].output, answers, without=off),
        _wall(_NAME, f"{what}: Tankful", ours),
        _wall(_NAME, f"{what}: ccusage", theirs),
        Figure(_NAME, f"{what}: ratio", ratio, "x", 1.0, note),
    ]


def nothing_new(bench: Bench) -> list[Figure]:
    """Look again at 20,000 files of all agents: the whole command, and the running program's own look."""
    home, answers = bench.work / "again-home", Answers()
    environ = surroundings(home)
    mixed_logs.write(home, mixed_logs.Mixture(size=bench.size(440_000_000), files=bench.size(FILES * 12 // 11), seed=9), answers)
    data = bench.new_data("again-data")
    what = f"{sum(answers.files.values()):,} files of {len(mixed_logs.WEIGHTS)} agents"
    first = run(tankful(*mixed_answers.USAGE, "--data", str(data)), environ)
    figures = [_sums(_AGAIN, what, first.output, answers)]
    looks = str(bench.times(15))
    told = run([sys.executable, str(Path(__file__).with_name("look_again.py")), str(data), looks], environ)
    walls, used, *after = json.loads(told.output)
    figures.append(Figure(_AGAIN, f"{what}: a look of the running program", median(walls), "s", AGAIN_S, _spread(walls, median(used))))
    figures.append(Figure(_AGAIN, f"{what}: after another program wrote", median(after[0]), "s", note=_spread(after[0], median(after[1]))))
    costs = [run(tankful(*mixed_answers.USAGE, "--data", str(data)), environ) for _ in range(bench.times(9))]
    walls = [cost.wall_s for cost in costs]
    note = _spread(walls, median([cost.cpu_s for cost in costs]))
    figures.append(Figure(_AGAIN, f"{what}: the whole command", median(walls), "s", note=note))
    return [*figures, _sums(_AGAIN, f"{what}, again", costs[-1].output, answers)]


def surroundings(home: Path) -> dict[str, str]:
    """Return an environment in which programs find this home and nothing else of this machine."""
    home.mkdir(parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {"HOME": str(home), "TZ": "UTC"}


def _warm(home: Path) -> int:
    """Read everything once, so that all find it in the page cache; returns how many bytes there are."""
    size = 0
    for path in home.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                while part := file.read(1 << 20):
                    size += len(part)
    return size


def _sums(bench: str, what: str, output: bytes, answers: Answers, without: Sequence[str] = ()) -> Figure:
    wrong = mixed_answers.differences(output, answers, without)
    return claim(bench, f"{what}: sums of every agent", holds=not wrong, note="; ".join(wrong[:3]))


def _wall(bench: str, what: str, costs: Sequence[Cost]) -> Figure:
    walls = [cost.wall_s for cost in costs]
    return Figure(bench, what, median(walls), "s", note=_spread(walls, median([cost.cpu_s for cost in costs])))


def _spread(walls: Sequence[float], used: float) -> str:
    return f"{min(walls):.2f} to {max(walls):.2f} s, {used:.2f} s of processor"
