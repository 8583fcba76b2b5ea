"""A full disk is said in one line, loses nothing, and is forgiven as soon as there is room."""

import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from crash.victim import Victim, total_of

pytestmark = pytest.mark.skipif(shutil.which("unshare") is None, reason="needs Linux namespaces to mount a small disk of its own")

SCRIPT = """
set -u
mount -t tmpfs -o size=$SIZE tankful-test "$DATA" || exit 77
run() { "$@" >"$OUT/$STEP.out" 2>"$OUT/$STEP.err"; echo $? >"$OUT/$STEP.code"; }
"""


class SmallDisk:
    """A mount namespace with a small tmpfs as the data folder; steps run one after another inside it."""

    def __init__(self, victim: Victim, size: str) -> None:
        self._victim = victim
        self._out = victim.home / "out"
        self._out.mkdir(parents=True)
        victim.data.mkdir()
        environ = victim.environ | {"SIZE": size, "DATA": str(victim.data), "OUT": str(self._out)}
        self._shell = subprocess.Popen(
            ["unshare", "--user", "--map-root-user", "--mount", "sh"], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.tell(SCRIPT)

    def tell(self, script: str) -> None:
        """Run shell words inside and wait for them to end."""
        assert self._shell.stdin
        assert self._shell.stdout
        try:
            self._shell.stdin.write(f"{script}\necho done\n")
            self._shell.stdin.flush()
            told = self._shell.stdout.readline() == "done\n"
        except BrokenPipeError:
            told = False
        if not told:
            self._shell.kill()
            with suppress(BrokenPipeError):  # words that nobody reads any more
                self._shell.communicate()
            pytest.skip("this kernel or container does not let tests mount a disk of their own")

    def usage(self, step: str) -> tuple[int, bytes, str]:
        """Scan and report inside; return exit code, standard output and standard error."""
        return self.run(step, *self._victim.command)

    def run(self, step: str, *command: str) -> tuple[int, bytes, str]:
        """Run a command inside; return exit code, standard output and standard error."""
        words = " ".join(f"'{word}'" for word in command)
        self.tell(f"STEP={step}; run {words}")
        code, out, err = (self._out / f"{step}.{kind}" for kind in ("code", "out", "err"))
        return int(code.read_text()), out.read_bytes(), err.read_text()

    def close(self) -> None:
        """Leave the namespace; its disk is gone."""
        assert self._shell.stdin
        self._shell.stdin.close()
        self._shell.wait(30)
        assert self._shell.stdout
        self._shell.stdout.close()


def says_so_in_one_line(errors: str) -> bool:
    lines = errors.strip().splitlines()
    return len(lines) == 1 and ("full" in lines[0] or "space" in lines[0])


def test_on_a_disk_that_fills_up_what_is_recorded_is_told_with_one_line_and_nothing_is_lost(tmp_path: Path) -> None:
    victim = Victim.at(tmp_path, seed=11)
    victim.logs.grow(300_000)
    victim.logs.finish()
    disk = SmallDisk(victim, "8m")
    try:
        code, out, errors = disk.usage("fits")
        assert (code, errors) == (0, "")
        recorded = total_of(out)
        assert recorded == victim.logs.answer.total
        disk.tell('dd if=/dev/zero of="$DATA/filler" bs=4096 2>/dev/null')
        code, out, errors = disk.usage("full-and-nothing-new")
        assert (code, total_of(out)) == (0, recorded), errors
        victim.logs.grow(8_000_000)
        victim.logs.finish()
        code, out, errors = disk.usage("full")
        assert (code, total_of(out)) == (0, recorded), errors
        assert says_so_in_one_line(errors), errors
        assert "nothing new is read in" in errors
        code, out, _ = disk.run("status", *victim.program("status", "--line"))
        assert (code, b"spent" in out) == (0, True)
        disk.tell('rm "$DATA/filler"')
        code, out, errors = disk.usage("room-again")
        assert (code, errors) == (0, "")
        assert total_of(out) == victim.logs.answer.total
        disk.tell('ls "$DATA" > "$OUT/files"')
        assert "damaged" not in (tmp_path / "out/files").read_text()
    finally:
        disk.close()


def test_a_disk_with_no_room_for_a_new_ledger_is_said_in_one_line_and_room_helps(tmp_path: Path) -> None:
    victim = Victim.at(tmp_path, seed=12)
    victim.logs.grow(500_000)
    victim.logs.finish()
    disk = SmallDisk(victim, "16k")
    try:
        code, _, errors = disk.usage("none")
        assert code == 2
        assert says_so_in_one_line(errors), errors
        disk.tell('mount -o remount,size=16m "$DATA"')
        code, out, errors = disk.usage("room")
        assert (code, errors) == (0, "")
        assert total_of(out) == victim.logs.answer.total
    finally:
        disk.close()


def test_a_gauge_on_a_full_disk_says_so_over_the_last_good_numbers_also_after_a_start_and_goes_on_when_there_is_room(
    tmp_path: Path,
) -> None:
    disk = SmallDisk(Victim.at(tmp_path, seed=13), "2m")
    try:
        paths = f"PYTHONPATH={Path(__file__).parent.parent}"
        code, _, errors = disk.run("gauge", "env", paths, sys.executable, "-m", "crash.gauge_on_full_disk", str(tmp_path))
        assert code == 0, errors
    finally:
        disk.close()
