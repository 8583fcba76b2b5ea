"""Starts the parts of the test gateway, each going when the tests go, and ends exactly those."""

import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from desktop.programs import found

_END_S = 15.0


def free_port() -> int:
    """Return a port of the loopback that nothing listens on now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def start(command: Sequence[str | Path], environment: Mapping[str, str], log: Path, *, user: str = "") -> subprocess.Popen[bytes]:
    """Start a program that writes what it says to `log`; as another user where this one is root and may not run it."""
    apart = [f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
    with log.open("ab") as out:
        return subprocess.Popen(
            [found("setpriv"), *apart, "--pdeathsig", "INT", *(str(word) for word in command)],
            env=dict(environment),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )


def end(program: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> None:
    """Ask a program to go, and make it go if it does not."""
    if program.poll() is not None:
        return
    program.send_signal(how)
    try:
        program.wait(_END_S)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()
