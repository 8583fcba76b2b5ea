"""Small programs that stand in for agents: real processes, which heed an interrupt or do not."""

import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

_SCRIPT = """
import signal, sys, time
heeds = sys.argv.pop(1)
held = open(sys.argv.pop(1), "a") if len(sys.argv) > 1 and sys.argv[1].endswith(".jsonl") else None
if heeds != "interrupt":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
if heeds == "nothing":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
try:
    sys.stdin.read()
except KeyboardInterrupt:
    sys.exit(130)
"""


@contextmanager
def agent(
    folder: Path, *, heeds: str = "interrupt", name: str = "claude", log: Path | None = None, words: Sequence[str] = ()
) -> Generator[subprocess.Popen[str]]:
    """Run an agent that works in a folder; `heeds` is `interrupt`, `end` (SIGTERM alone) or `nothing`, `log` what it has open."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder.parent / "bin" / name
    program.parent.mkdir(exist_ok=True)
    program.write_text(_SCRIPT)
    command = [sys.executable, str(program), heeds, *([] if log is None else [str(log)]), *words]
    running = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        yield running
    finally:
        running.kill()
        running.communicate()
