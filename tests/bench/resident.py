"""What the program costs while nothing happens, and how soon it is there when it is wanted."""

import json
import time
from collections.abc import Mapping
from pathlib import Path

import answers
import psutil
from claude_logs import Plan
from context import Bench
from measure import BenchError, Figure, median, memory_of, run, surroundings, tankful
from program import Program, screen, with_budget

IDLE_S = 60.0
STARTS = 10
CALLS = 20
RESIDENT_MB = 110


def idle(bench: Bench) -> list[Figure]:
    """Watch 350 files of 600 MB in which nothing happens, first with a warm ledger, then right after reading them all."""
    claude, _ = bench.logs("big", Plan(size=bench.size(600_000_000), files=350))
    seconds = IDLE_S * min(1.0, bench.scale)
    with screen() as shown:
        environ = surroundings(bench.work / "home", claude, **shown)
        data = with_budget(bench.new_data(), 400, environ)
        fresh_mb = _after_reading_all(bench, data, environ)
        with Program(data, environ, bench.work / "diary") as program:
            program.first_picture()
            program.wait_until_quiet(5.0)
            cpu_s, written, begun = program.cpu_s, _written(program.watched), time.monotonic()
            time.sleep(seconds)
            gone = time.monotonic() - begun
            share = 100 * (program.cpu_s - cpu_s) / gone
            per_hour_mb = (_written(program.watched) - written) / 1e6 * 3600 / gone
            memory = memory_of(program.watched)
    where = f"on {shown['QT_QPA_PLATFORM']}, {gone:.0f} s"
    return [
        Figure("idle", "processor", share, "% of a core", 0.2, where),
        Figure(
            "idle",
            "resident memory, panel closed",
            memory.resident,
            "MB",
            RESIDENT_MB,
            f"shared pages counted once {memory.proportional:.0f}",
        ),
        Figure("idle", "resident memory after reading 600 MB itself", fresh_mb, "MB", RESIDENT_MB),
        Figure("idle", "written to disk", per_hour_mb, "MB/h", 1),
    ]


def start(bench: Bench) -> list[Figure]:
    """From exec to the first painted gauge, with nothing new to read."""
    claude, _ = bench.logs("start", Plan(size=bench.size(60_000_000), files=350, seed=10))
    with screen() as shown:
        environ = surroundings(bench.work / "home", claude, **shown)
        data = _warm(bench, environ)
        times: list[float] = []
        for _ in range(bench.times(STARTS)):
            with Program(data, environ, bench.work / "diary") as program:
                times.append(program.first_picture().t - program.begun)
    note = f"{min(times):.2f} to {max(times):.2f} s in {len(times)} starts on {shown['QT_QPA_PLATFORM']}, 350 files"
    return [Figure("start", "exec to first painted gauge", median(times), "s", 1.0, note)]


def statusline(bench: Bench) -> list[Figure]:
    """One call of `tankful statusline`, the whole process."""
    claude, _ = bench.logs("start", Plan(size=bench.size(60_000_000), files=350, seed=10))
    environ = surroundings(bench.work / "home", claude)
    data = _warm(bench, environ)
    said = json.dumps(
        {
            "session_id": "0ebf572a-0349-4eb9-a2c0-faf8882be87e",
            "transcript_path": str(claude / "projects/x.jsonl"),
            "cwd": "/home/dev/work/project-0",
            "model": {"id": "claude-opus-4-5-20251101", "display_name": "Opus 4.5"},
            "workspace": {"current_dir": "/home/dev/work/project-0", "project_dir": "/home/dev/work/project-0"},
            "version": "2.1.40",
            "cost": {"total_cost_usd": 1.25, "total_duration_ms": 45000, "total_api_duration_ms": 2300},
        }
    ).encode()
    command = tankful("statusline", "--data", str(data))
    run(command, environ, stdin=said)
    costs = [run(command, environ, stdin=said) for _ in range(bench.times(CALLS))]
    walls = [cost.wall_s * 1000 for cost in costs]
    if costs[-1].output.count(b"\n") != 1:
        raise BenchError(f"statusline printed {costs[-1].output!r} instead of one line")
    return [Figure("statusline", "one call", median(walls), "ms", 60, f"worst {max(walls):.0f} ms of {len(walls)}")]


def panel(bench: Bench) -> list[Figure]:
    """From the wish to see the glance panel (a second start asks for it) to its first picture."""
    claude, _ = bench.logs("start", Plan(size=bench.size(60_000_000), files=350, seed=10))
    times: list[float] = []
    with screen() as shown:
        environ = surroundings(bench.work / "home", claude, **shown)
        data = _warm(bench, environ)
        for _ in range(bench.times(CALLS // 2)):
            with Program(data, environ, bench.work / "diary") as program:
                program.first_picture()
                program.wait_until_quiet(0.5)
                run(tankful("run", "--data", str(data)), environ)
                asked = program.wait_for("panel_asked")
                times.append((program.wait_for("panel", after=asked.t).t - asked.t) * 1000)
    note = f"worst {max(times):.0f} ms of {len(times)} first openings on {shown['QT_QPA_PLATFORM']}"
    return [Figure("panel", "asked for to painted", median(times), "ms", 150, note)]


def _after_reading_all(bench: Bench, data: Path, environ: Mapping[str, str]) -> float:
    with Program(data, environ, bench.work / "diary") as program:
        program.first_picture()
        program.wait_until_quiet(8.0, within_s=180)
        return memory_of(program.watched).resident


def _warm(bench: Bench, environ: Mapping[str, str]) -> Path:
    data = with_budget(bench.new_data(), 400, environ)
    run(tankful(*answers.USAGE, "--data", str(data)), environ)
    return data


def _written(process: psutil.Process) -> int:
    return sum(one.io_counters().write_bytes for one in (process, *process.children(recursive=True)))
