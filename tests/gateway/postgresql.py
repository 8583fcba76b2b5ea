"""A PostgreSQL of the tests' own: a fresh cluster on the loopback with LiteLLM's tables in it."""

import os
import shutil
import signal
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from desktop.waiting import wait_until
from gateway import processes

_OWNER = "postgres"
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": os.environ["PATH"]}


@contextmanager
def running_postgresql(programs: Path, folder: Path, migrations: Sequence[Path]) -> Generator[str]:
    """Start it with its files in `folder`, and give the address of the database."""
    user = _OWNER if os.geteuid() == 0 else ""  # PostgreSQL refuses to run as root
    data = folder / "data"
    data.mkdir(mode=0o700)
    if user:
        shutil.chown(data, user, user)
    log = folder / "postgresql.log"
    made = processes.start(
        [programs / "initdb", "-D", data, "-A", "trust", "-U", _OWNER, "--no-sync", "--no-instructions"], _ENVIRONMENT, log, user=user
    )
    assert made.wait(120) == 0, log.read_text(errors="replace")
    port = processes.free_port()
    settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "max_connections": "60"}
    server = processes.start(
        [programs / "postgres", "-D", data, "-p", str(port), *(word for each in settings.items() for word in ("-c", "=".join(each)))],
        _ENVIRONMENT,
        log,
        user=user,
    )
    try:
        address = f"postgresql://{_OWNER}@127.0.0.1:{port}/{_OWNER}"
        wait_until("PostgreSQL answers", lambda: _ask(programs, address, "select 1").returncode == 0)
        tables = _ask(programs, address, "\n;\n".join(step.read_text(encoding="utf-8") for step in migrations))
        assert tables.returncode == 0, tables.stderr
        yield address
    finally:
        processes.end(server, signal.SIGINT)  # at once, without waiting for those who are connected


def _ask(programs: Path, address: str, sql: str) -> subprocess.CompletedProcess[str]:
    words = [programs / "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", address]
    return subprocess.run(words, input=sql, env=_ENVIRONMENT, capture_output=True, text=True, check=False, timeout=60)
