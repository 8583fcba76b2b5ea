"""How soon the gauge shows what a gateway answered."""

import json
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from context import Bench
from measure import Figure, claim, median, percentile, surroundings
from program import Program, screen, with_budget

POLLS = 60
LIMIT = 1000
LINK = """
[[account]]
name = "broker"
kind = "generic"
url = "{url}"
method = "local"
linked_at = {at}

[account.options]
path = "/budget"
spent = "/spent"
limit = "{limit}"
period = "month"
"""


class Broker:
    """A gateway on this machine: each question is answered with one cent more, and the moment of the answer is noted."""

    def __init__(self) -> None:
        """Answer nothing yet."""
        self.cents = 0
        self.answered: dict[int, float] = {}
        outer = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.cents += 1
                body = json.dumps({"spent": outer.cents / 100}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                self.wfile.flush()
                outer.answered[outer.cents] = time.monotonic()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
                del format, args

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server.server_port}"


def poll_latency(bench: Bench) -> list[Figure]:
    """Let the gateway be asked again and again, as a new link is at once; how long from its answer to the gauge?"""
    broker = Broker()
    with screen() as shown:
        environ = surroundings(bench.work / "home", bench.work / "no-claude", **shown)
        data = with_budget(bench.new_data(), LIMIT, environ)
        latencies: list[float] = []
        told = ""
        with Program(data, environ, bench.work / "diary") as program:
            program.first_picture()
            program.wait_until_quiet(1.0)
            for number in range(bench.times(POLLS)):
                begun, before = time.monotonic(), broker.cents
                _link_anew(data, broker.url, number)
                while broker.cents == before or not _is_told(told, broker.cents):
                    event = program.wait_for("painted", after=begun)
                    begun, told = event.t, event.spent
                latencies.append((begun - broker.answered[broker.cents]) * 1000)
    broker.server.shutdown()
    exact = claim("poll", "the last figure is the gateway's, to the cent", holds=_is_told(told, broker.cents))
    note = f"median {median(latencies):.0f} ms, worst {max(latencies):.0f} ms, {len(latencies)} answers"
    return [exact, Figure("poll", "gateway answered to gauge moved, p99", percentile(latencies, 0.99), "ms", 150, note)]


def _is_told(spent: str, cents: int) -> bool:
    return bool(spent) and round(float(spent) * 100) == cents


def _link_anew(data: Path, url: str, number: int) -> None:
    """Write the file of accounts as if the account had just been linked."""
    at = datetime.now(UTC).replace(microsecond=number).isoformat()
    file = data / "links.toml"
    fresh = file.with_suffix(".new")
    fresh.write_text(LINK.format(url=url, at=at, limit=LIMIT), encoding="utf-8")
    fresh.replace(file)
