"""How soon the gauge follows a log that grows, and what a storm of lines does to the program."""

import itertools
import shutil
import time
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

import answers
from claude_logs import Plan, generate
from claude_session import Answer, Session, Texts, seeded
from context import Bench
from measure import Figure, claim, median, percentile, run, surroundings, tankful
from program import Program, screen, with_budget

APPENDS = 200
LINES_PER_S = 5_000
STORM_S = 20
STEP_S = 0.01


def append_latency(bench: Bench) -> list[Figure]:
    """Append a response to a log again and again; how long until the gauge has moved?"""
    claude, answer = bench.logs("live", Plan(size=bench.size(30_000_000), files=bench.size(100), seed=5))
    session, log = _live_session(claude, answer)
    groups = (session.response() for _ in range(bench.times(APPENDS)))
    with screen() as shown:
        environ = surroundings(bench.work / "home", claude, **shown)
        data = with_budget(bench.new_data(), 400, environ)
        run(tankful(*answers.USAGE, "--data", str(data)), environ)
        latencies: list[float] = []
        with Program(data, environ, bench.work / "diary") as program, log.open("ab", buffering=0) as out:
            spent = program.first_picture().spent
            spent = next((event.spent for event in reversed(program.wait_until_quiet(2.0)) if event.spent), spent)
            pauses = seeded(6)
            for group in groups:
                begun = time.monotonic()
                out.write("".join(f"{line}\n" for line in group).encode())
                while (event := program.wait_for("painted", after=begun)).spent == spent:
                    pass
                spent = event.spent
                latencies.append((event.t - begun) * 1000)
                time.sleep(pauses.uniform(0.02, 0.4))
        figures = _exact("append_latency", data, environ, answer, spent)
    bench.forget("live")
    note = f"median {median(latencies):.0f} ms, worst {max(latencies):.0f} ms, {len(latencies)} appends"
    return [*figures, Figure("append_latency", "line written to gauge moved, p99", percentile(latencies, 0.99), "ms", 300, note)]


def storm(bench: Bench) -> list[Figure]:
    """Append 5,000 lines a second to eight logs; is anything lost, is the window ever stuck?"""
    seconds = STORM_S * min(1.0, bench.scale)
    claude, answer = bench.logs("storm", Plan(size=bench.size(5_000_000), files=10, seed=7))
    sent = bench.work / "to-send"
    more = generate(sent, Plan(size=int(LINES_PER_S * seconds * 2_700), files=8, sub_agents=0, forks=0, spread=0, days=3, seed=8))
    answer.merge(more)
    with screen() as shown:
        environ = surroundings(bench.work / "home", claude, **shown)
        data = with_budget(bench.new_data(), 400, environ)
        with Program(data, environ, bench.work / "diary", timed=True) as program, ExitStack() as files:
            program.first_picture()
            program.wait_until_quiet(2.0)
            pouring = _Pouring(sent / "projects", claude / "projects", files)
            cpu_s, begun = program.cpu_s, time.monotonic()
            lines = pouring.at_pace(seconds)
            poured, cpu_s = time.monotonic(), program.cpu_s - cpu_s
            pouring.the_rest()
            ended = time.monotonic()
            said = program.wait_until_quiet(3.0)
        painted = [event for event in said if event.event == "painted"]
        figures = _exact("storm", data, environ, answer, painted[-1].spent if painted else "0")
    stops = [event.seconds * 1000 for event in said if event.event == "stuck"]
    bench.forget("storm")
    shutil.rmtree(sent)
    note = f"{len(stops)} stops over 20 ms; this bench itself was woken up to {pouring.late_ms:.0f} ms late"
    rate = f"at {lines / (poured - begun):,.0f} lines/s in 8 logs for {poured - begun:.0f} s, {len(painted)} pictures"
    return [
        *figures,
        Figure("storm", "longest stop of the window's loop", max(stops, default=0), "ms", 50, note),
        Figure("storm", "processor", 100 * cpu_s / (poured - begun), "% of a core", note=rate),
        Figure("storm", "last picture after the last line", painted[-1].t - ended if painted else 999, "s"),
    ]


class _Pouring:
    """Copies lines from finished logs to growing ones, a few of each in turn."""

    def __init__(self, source: Path, target: Path, files: ExitStack) -> None:
        """Open all; `files` closes them."""
        self.late_ms = 0.0
        """How much longer than asked for a sleep of ours took at most: what the machine does to a program that hardly works."""
        self._pairs: list[tuple[BinaryIO, BinaryIO]] = []
        for log in sorted(source.rglob("*.jsonl")):
            grows = target / log.relative_to(source)
            grows.parent.mkdir(parents=True, exist_ok=True)
            self._pairs.append((files.enter_context(log.open("rb")), files.enter_context(grows.open("ab", buffering=0))))

    def at_pace(self, seconds: float) -> int:
        """Append at the storm's pace for so long; return the lines written."""
        written, begun = 0, time.monotonic()
        turns = itertools.cycle(self._pairs)
        while (gone := time.monotonic() - begun) < seconds:
            due = int(min(gone + STEP_S, seconds) * LINES_PER_S) - written
            source, target = next(turns)
            lines = list(itertools.islice(source, due))
            target.write(b"".join(lines))
            written += len(lines)
            wake = begun + gone + STEP_S
            time.sleep(max(0.0, wake - time.monotonic()))
            self.late_ms = max(self.late_ms, (time.monotonic() - wake) * 1000)
        return written

    def the_rest(self) -> None:
        """Append what is left at once, so that the sums are those of the finished logs."""
        for source, target in self._pairs:
            target.write(source.read())


def _live_session(claude: Path, answer: Answer) -> tuple[Session, Path]:
    random = seeded(9)
    session = Session(
        texts=Texts(random), random=random, answer=answer, cwd="/home/dev/work/live", start=datetime.now(tz=UTC), pause_s=0.01
    )
    log = claude / "projects/-home-dev-work-live" / f"{session.session_id}.jsonl"
    log.parent.mkdir(parents=True)
    return session, log


def _exact(name: str, data: Path, environ: Mapping[str, str], answer: Answer, shown: str) -> list[Figure]:
    """Compare the ledger with the answer and the gauge with the ledger; both spans are this month, in UTC."""
    output = run(tankful(*answers.USAGE, "--data", str(data)), environ).output
    wrong = answers.difference(output, answer)
    since = datetime.now(tz=UTC).date().replace(day=1).isoformat()
    month = answers.report(run(tankful(*answers.USAGE, "--data", str(data), "--since", since), environ).output)
    spent = Decimal(month.totals.cost_usd or 0)
    near = abs(spent - Decimal(shown or 0)) < Decimal("0.01")
    return [
        claim(name, "sums", holds=not wrong, note=wrong),
        claim(name, "last shown spend", holds=near, note=f"${shown} on the gauge, ${spent} in the ledger"),
    ]
