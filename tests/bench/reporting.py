"""What live telemetry costs: agents that report 200 calls a second, and how soon a single report is on the gauge."""

import http.client
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import answers
from claude_logs import Plan
from claude_session import Answer, Sum
from context import Bench
from measure import BenchError, Figure, claim, median, memory_of, percentile, run, surroundings, tankful
from program import PATIENCE_S, Program, screen, with_budget

AGENTS = 8
PER_S = 200
SECONDS = 60.0
WARM_S = 15.0
"""For memory to find its level before it is watched."""
SINGLE = 60
_MODEL = "claude-sonnet-4-5-20250929"
_SAID = "what somebody said, and nobody keeps; " * 20


def telemetry(bench: Bench) -> list[Figure]:
    """Report one call at a time; then let eight agents report each second what they did, 200 calls in all."""
    claude, answer = bench.logs("reported", Plan(size=bench.size(30_000_000), files=bench.size(100), seed=11))
    seconds = SECONDS * min(1.0, bench.scale)
    with screen() as shown:
        environ = surroundings(bench.work / "home", claude, **shown)
        data = with_budget(bench.new_data(), 400, environ)
        with (data / "settings.toml").open("a") as settings:
            settings.write("\n[telemetry]\nreceive = true\n")
        run(tankful(*answers.USAGE, "--data", str(data)), environ)
        with Program(data, environ, bench.work / "diary") as program:
            program.first_picture()
            program.wait_until_quiet(2.0)
            agents = _Agents(data, answer)
            latencies = _one_by_one(program, agents, bench.times(SINGLE))
            agents.at_pace(WARM_S * min(1.0, bench.scale))
            program.wait_until_quiet(2.0)
            before_mb, cpu_s, begun, sent = memory_of(program.watched).resident, program.cpu_s, time.monotonic(), agents.sent
            agents.at_pace(seconds)
            gone, used_s = time.monotonic() - begun, program.cpu_s - cpu_s
            said = program.wait_until_quiet(3.0)
            grown_mb = memory_of(program.watched).resident - before_mb
        wrong = answers.difference(run(tankful(*answers.USAGE, "--data", str(data)), environ).output, answer)
    bench.forget("reported")
    pictures = sum(event.event == "painted" for event in said)
    rate = f"{(agents.sent - sent) / gone:,.0f} calls/s by {AGENTS} agents for {gone:.0f} s, with {pictures} pictures of the gauge"
    note = f"median {median(latencies):.0f} ms, worst {max(latencies):.0f} ms, {len(latencies)} reports"
    return [
        claim("telemetry", "sums", holds=not wrong, note=wrong),
        Figure("telemetry", "processor at 200 calls/s, pictures included", 100 * used_s / gone, "% of a core", 3, rate),
        Figure("telemetry", "report sent to gauge moved, p99", percentile(latencies, 0.99), "ms", 2000, note),
        Figure("telemetry", "resident memory grown meanwhile", grown_mb, "MB", 5, f"{agents.sent - sent:,} calls"),
    ]


def _one_by_one(program: Program, agents: "_Agents", count: int) -> list[float]:
    """Return how many milliseconds each report took to the gauge."""
    latencies: list[float] = []
    for _ in range(count):
        program.wait_until_quiet(0.3)
        begun = time.monotonic()
        agents.report(0, 1)
        program.wait_for("painted", after=begun)
        latencies.append((time.monotonic() - begun) * 1000)
    return latencies


class _Line(http.client.HTTPConnection):
    """Writes the head of a report together with its body, as Node's client does and Python's does not."""

    _head = b""

    def send(self, data: bytes) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - reports are bytes
        """Keep the head back until the body comes."""
        if not self._head:
            self._head = data
            return
        whole, self._head = self._head + data, b""
        super().send(whole)


class _Agents:
    """Sessions of Claude Code that report as its exporter does: a batch at a time, over a connection that stays open."""

    def __init__(self, data: Path, answer: Answer) -> None:
        """Find the doorway; what is reported is added to the answer."""
        until = time.monotonic() + PATIENCE_S
        while not (data / "telemetry.json").exists():
            if time.monotonic() > until:
                raise BenchError("nobody listens")
            time.sleep(0.05)
        kept: dict[str, object] = json.loads((data / "telemetry.json").read_text())
        self._headers = {"Authorization": f"Bearer {kept['token']}", "Content-Type": "application/json"}
        self._lines = [_Line("127.0.0.1", int(str(kept["port"]))) for _ in range(AGENTS)]
        self._answer = answer
        self.sent = 0

    def at_pace(self, seconds: float) -> None:
        """Report for so long; each agent once a second, spread over it."""
        begun, turn = time.monotonic(), 0
        while (at := begun + turn / AGENTS) < begun + seconds:
            time.sleep(max(0.0, at - time.monotonic()))
            self.report(turn % AGENTS, PER_S // AGENTS)
            turn += 1

    def report(self, agent: int, calls: int) -> None:
        """Send one batch and wait for the answer."""
        line = self._lines[agent]
        line.request("POST", "/v1/logs", self._body(agent, calls), self._headers)
        answer = line.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise BenchError(f"a report was answered with {answer.status}")

    def _body(self, agent: int, calls: int) -> bytes:
        now = datetime.now(UTC)
        records: list[Mapping[str, object]] = []
        for _ in range(calls):
            self.sent += 1
            self._answer.book(now.date().isoformat(), _MODEL, Sum(1, self.sent, 200, 10_000, 300, 0))
            records.append(_record(agent, self.sent, int(now.timestamp() * 1e9)))
        resource = {"attributes": _pairs({"service.name": "claude-code", "service.version": "2.1.217", "host.arch": "amd64"})}
        scope = {"name": "com.anthropic.claude_code.events"}
        return json.dumps({"resourceLogs": [{"resource": resource, "scopeLogs": [{"scope": scope, "logRecords": records}]}]}).encode()


def _record(agent: int, number: int, time_ns: int) -> Mapping[str, object]:
    """Return a report with everything around it that such reports have, and something that was said."""
    given: Mapping[str, str | int] = {
        "user.id": "8f14e45fceea167a5a36dedd4bea2543",
        "session.id": f"5d0c2a4e-0000-4000-8000-00000000000{agent}",
        "organization.id": "3b241101-e2bb-4255-8caf-4136c566a962",
        "user.email": "dev@example.com",
        "terminal.type": "vscode",
        "event.name": "api_request",
        "event.timestamp": "2026-11-20T12:00:00.000Z",
        "event.sequence": number,
        "prompt.id": "0c1f3b1a-7d0e-4b7e-9a52-0d2f0c6f1a11",
        "model": _MODEL,
        "input_tokens": number,
        "output_tokens": 200,
        "cache_read_tokens": 10_000,
        "cache_creation_tokens": 300,
        "cost_usd": "0.0071",
        "cost_usd_micros": 7100,
        "duration_ms": 4120,
        "speed": "normal",
        "query_source": "main",
        "request_id": f"req_{number:024}",
        "prompt": _SAID,
    }
    return {"timeUnixNano": str(time_ns), "body": {"stringValue": "claude_code.api_request"}, "attributes": _pairs(given)}


def _pairs(given: Mapping[str, str | int]) -> list[Mapping[str, object]]:
    return [{"key": key, "value": {"intValue": said} if isinstance(said, int) else {"stringValue": said}} for key, said in given.items()]
