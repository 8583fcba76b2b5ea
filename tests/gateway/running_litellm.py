"""The real gateway: an unmodified LiteLLM with its database and a vendor behind it, all on the loopback."""

import json
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from desktop.waiting import wait_until
from gateway import processes
from gateway.installation import Installation, postgresql_programs
from gateway.postgresql import running_postgresql

STARTS_WITHIN_S = 180.0
"""It takes half a minute on a free machine, nearly all of it Python importing."""
BOOKS_WITHIN_S = 2
RESETS_WITHIN_S = 6
CLAUDE = "claude-sonnet-4-5"
CLAUDE_DEAR = "claude-opus-4-1"
IN_HOUSE = "orchard-coder"


@dataclass
class RunningLiteLLM:
    """One gateway process and what it takes to start it again."""

    url: str
    master_key: str = field(repr=False)
    _command: list[str | Path] = field(repr=False)
    _environment: dict[str, str] = field(repr=False)
    log: Path
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it and return when it serves."""
        self._process = processes.start(self._command, self._environment, self.log)
        wait_until("LiteLLM is ready", self._is_ready, within_s=STARTS_WITHIN_S, every_s=0.25)

    @property
    def has_unread_question(self) -> bool:
        """Whether somebody asked what it has not read yet: bytes wait at a socket on its port, as Linux's table of them tells."""
        port = f":{int(self.url.rsplit(':', 1)[1]):04X}"
        rows = (line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:])
        established = "01"
        return any(row[1].endswith(port) and row[3] == established and int(row[4].split(":")[1], 16) for row in rows)

    def freeze(self) -> None:
        """Let it take questions and answer none, as a machine in trouble does."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def kill(self) -> None:
        """End it as a crash does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def revive(self) -> None:
        """Start it if it is dead or frozen."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)
        if self._process.poll() is not None:
            self.start()

    def end(self) -> None:
        """End it as its administrator does."""
        if self._process is not None:
            processes.end(self._process, signal.SIGTERM)

    def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"LiteLLM ended while starting:\n{self.log.read_text(errors='replace')[-4000:]}"
        try:
            with urlopen(f"{self.url}/health/readiness", timeout=10) as answer:  # noqa: S310 - our own address
                return bool(json.load(answer).get("db") == "connected")
        except OSError:
            return False


def _configuration(upstream: int, settings: Mapping[str, object]) -> dict[str, object]:
    """Return what its administrator would write: two models of a vendor and one of the house."""
    vendor = f"http://127.0.0.1:{upstream}"

    def claude(name: str, given: str, made: str) -> dict[str, object]:
        prices = {"input_cost_per_token": float(given), "output_cost_per_token": float(made)}
        return {
            "model_name": name,
            "litellm_params": {"model": f"anthropic/{name}", "api_base": vendor, "api_key": "none", **prices},
            "model_info": {"id": f"vendor-{name}", "mode": "chat", "max_input_tokens": 200_000},
        }

    own = {
        "in_house": True,
        "alternative_to": [CLAUDE],
        "good_for": ["tests", "small edits"],
        "display_name": "Orchard Coder",
        "docs_url": "https://wiki.example.com/orchard-coder",
    }
    house: dict[str, object] = {
        "model_name": IN_HOUSE,
        "litellm_params": {
            "model": f"openai/{IN_HOUSE}",
            "api_base": f"{vendor}/v1",
            "api_key": "none",
            "input_cost_per_token": 1e-7,
            "output_cost_per_token": 4e-7,
        },
        "model_info": {"id": "own-orchard-coder", "mode": "chat", "max_input_tokens": 131_072, "tankful": own},
    }
    return {
        "model_list": [claude(CLAUDE, "3e-6", "15e-6"), claude(CLAUDE_DEAR, "15e-6", "75e-6"), house],
        "general_settings": {
            "master_key": "os.environ/LITELLM_MASTER_KEY",
            "database_url": "os.environ/DATABASE_URL",
            "proxy_batch_write_at": BOOKS_WITHIN_S,
            "proxy_budget_rescheduler_min_time": RESETS_WITHIN_S - 1,
            "proxy_budget_rescheduler_max_time": RESETS_WITHIN_S,
            **settings,
        },
        "litellm_settings": {"drop_params": True},
        "router_settings": {"fallbacks": [{CLAUDE_DEAR: [CLAUDE]}], "num_retries": 0},
    }


@contextmanager
def running_litellm(
    installed: Installation, settings: Mapping[str, object] | None = None, more: Mapping[str, str] | None = None
) -> Generator[RunningLiteLLM]:
    """Start database, vendor and gateway, with `more` in its environment; take all three down again, files and all."""
    programs = postgresql_programs()
    assert programs is not None, "whoever asks for a gateway has looked for PostgreSQL first"
    # Not pytest's own folder: the database's own user has to get in.
    with tempfile.TemporaryDirectory(prefix="tankful-gateway-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        with running_postgresql(programs, folder, installed.migrations) as database:
            upstream_port, port = processes.free_port(), processes.free_port()
            upstream = processes.start(
                [sys.executable, Path(__file__).with_name("upstream.py")], {"UPSTREAM_PORT": str(upstream_port)}, folder / "upstream.log"
            )
            configuration = folder / "litellm.json"  # JSON is YAML
            configuration.write_text(json.dumps(_configuration(upstream_port, settings or {})))
            master_key = f"sk-{secrets.token_hex(16)}"
            environment = {
                **installed.environment,
                "DATABASE_URL": database,
                "LITELLM_MASTER_KEY": master_key,
                "LITELLM_SALT_KEY": master_key,
                **({"PROXY_BASE_URL": f"http://127.0.0.1:{port}"} if more else {}),
                **(more or {}),
            }
            command: list[str | Path] = [
                installed.python.with_name("litellm"),
                "--config",
                configuration,
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
            ]
            gateway = RunningLiteLLM(f"http://127.0.0.1:{port}", master_key, command, environment, folder / "litellm.log")
            try:
                gateway.start()
                yield gateway
            finally:
                gateway.end()
                processes.end(upstream)
