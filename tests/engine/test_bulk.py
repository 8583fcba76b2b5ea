"""A big backlog is read by several processes: each job once, every byte heard of, and a death told."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tankful.engine.bulk import Job, Order, bytes_left, order_from, shares

FORKING = """
import json, os, signal, sys
from tankful.engine.bulk import read_together

jobs = [(tuple(job), size) for job, size in json.loads(sys.argv[1])]
parent = os.getpid()
begun, beginning = os.pipe()

def work(jobs, tell, left):
    if os.getpid() == parent and sys.argv[2]:
        os.read(begun, 1)  # not before the child has a job
    for source, path, route in jobs:
        with open(path, "a") as file:
            file.write("done ")
        if os.getpid() != parent and sys.argv[2]:
            os.write(beginning, b".")
            if sys.argv[2] == "dies":
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError("fails")
        tell(int(source))

heard = []
done = read_together(jobs, 2, work, heard.append)
print(json.dumps([done, sum(heard)]))
"""
needs_fork = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")


def forked(jobs: list[tuple[Job, int]], end: str = "") -> tuple[bool, int]:
    """Do the jobs in a program of its own, since this one has threads; `end`: what befalls the child."""
    ran = subprocess.run([sys.executable, "-c", FORKING, json.dumps(jobs), end], capture_output=True, check=True, timeout=60)
    done, heard = json.loads(ran.stdout)
    return done, heard


def test_jobs_are_dealt_largest_first_and_none_is_lost() -> None:
    jobs: list[tuple[Job, int]] = [(("s", f"/{number}", ""), number) for number in range(10)]
    dealt = shares(jobs, 3)
    assert [share[0][1] for share in dealt] == ["/9", "/8", "/7"]
    assert sorted(job for share in dealt for job in share) == [job for job, _ in jobs]
    assert shares(jobs[:1], 4) == [(jobs[0][0],)]
    assert shares([], 4) == []


def test_what_is_left_after_each_turn_is_the_bytes_of_those_to_come() -> None:
    jobs: list[tuple[Job, int]] = [(("s", f"/{number}", ""), size) for number, size in enumerate((50, 30, 20))]
    assert bytes_left(shares(jobs, 9), dict(jobs)) == [50, 20, 0]
    assert bytes_left(shares(jobs, 2), dict(jobs)) == [30, 0]
    empty: list[tuple[Job, int]] = [(("s", "/0", ""), 0)]
    assert bytes_left(shares(empty, 2), dict(empty)) == [0]


@needs_fork
def test_each_job_is_done_once_and_every_byte_is_heard_of(tmp_path: Path) -> None:
    jobs: list[tuple[Job, int]] = [(("7", str(tmp_path / str(number)), ""), number) for number in range(300)]
    assert forked(jobs) == (True, 2100)
    assert all((tmp_path / str(number)).read_text() == "done " for number in range(300))


@needs_fork
@pytest.mark.parametrize("end", ["dies", "fails"])
def test_a_process_that_does_not_finish_is_told_of_and_the_others_go_on(tmp_path: Path, end: str) -> None:
    jobs: list[tuple[Job, int]] = [(("7", str(tmp_path / str(number)), ""), number) for number in range(20)]
    assert forked(jobs, end) == (False, 19 * 7)
    assert all((tmp_path / str(number)).exists() for number in range(20))


def test_an_order_comes_through_as_it_was_written() -> None:
    order = Order("/ledger", "/settings", (("claude-code", "/log", "https://gateway.example"),))
    assert order_from(json.dumps([order.ledger, order.settings, order.jobs])) == order
