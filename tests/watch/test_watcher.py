"""Real file notifications, and what happens where the system does not give them."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tankful.watch.watcher import Watcher, watches_in_use

PATIENCE_S = 30


class Heard:
    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.paths: set[str] = set()
        self.everywhere = 0

    def __call__(self, paths: tuple[str, ...]) -> None:
        with self._changed:
            self.paths.update(paths)
            self.everywhere += not paths
            self._changed.notify_all()

    def until(self, claim: Callable[[], bool]) -> bool:
        with self._changed:
            return self._changed.wait_for(claim, PATIENCE_S)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs" / "project"
    folder.mkdir(parents=True)
    return folder


def test_an_appended_line_is_heard_with_its_path(logs: Path, tmp_path: Path) -> None:
    log = logs / "a.jsonl"
    log.write_text("{}\n")
    heard = Heard()
    watcher = Watcher(heard)
    assert watcher.watch([(str(logs.parent), True)], tmp_path) == ()
    assert watcher.is_alive()
    try:
        with log.open("a") as lines:
            lines.write("{}\n")
        assert heard.until(lambda: str(log) in heard.paths)
    finally:
        watcher.stop()
    assert not watcher.is_alive()


def test_a_file_moved_into_place_is_heard_under_its_new_name(logs: Path, tmp_path: Path) -> None:
    heard = Heard()
    watcher = Watcher(heard)
    watcher.watch([(str(logs.parent), True)], tmp_path)
    try:
        new = logs / "new.tmp"
        new.write_text("{}\n")
        new.replace(logs / "b.jsonl")
        assert heard.until(lambda: str(logs / "b.jsonl") in heard.paths)
    finally:
        watcher.stop()


def test_a_new_folder_is_heard_as_one(logs: Path, tmp_path: Path) -> None:
    heard = Heard()
    watcher = Watcher(heard)
    watcher.watch([(str(logs.parent), True)], tmp_path)
    try:
        (logs.parent / "born-later").mkdir()
        assert heard.until(lambda: f"{logs.parent / 'born-later'}{os.sep}" in heard.paths)
        (logs.parent / "born-later").rename(logs.parent / "moved")
        assert heard.until(lambda: f"{logs.parent / 'moved'}{os.sep}" in heard.paths)
    finally:
        watcher.stop()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a permission there")
def test_a_folder_that_is_a_link_is_watched_where_it_leads(logs: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(logs)
    heard = Heard()
    watcher = Watcher(heard)
    watcher.watch([(str(link), True)], tmp_path / "none")
    try:
        (logs / "a.jsonl").write_text("{}\n")
        assert heard.until(lambda: str(link / "a.jsonl") in heard.paths)
    finally:
        watcher.stop()


def test_an_overflow_that_watchdog_only_logs_calls_for_a_look_everywhere(logs: Path, tmp_path: Path) -> None:
    heard = Heard()
    watcher = Watcher(heard)
    watcher.watch([(str(logs.parent), True)], tmp_path)
    try:
        logging.getLogger("watchdog.observers.inotify_c").warning("inotify queue overflowed")
        assert heard.until(lambda: heard.everywhere > 0)
    finally:
        watcher.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="inotify")
def test_the_watches_held_are_those_of_the_folders(logs: Path, tmp_path: Path) -> None:
    before = watches_in_use()
    watcher = Watcher(Heard())
    watcher.watch([(str(logs.parent), True)], tmp_path)
    try:
        assert before is not None
        assert watches_in_use() == before + 3  # logs, logs/project, and the folder beside
    finally:
        watcher.stop()


LIMITED = """
import sys
from pathlib import Path
from tankful.engine.watching import Watching
root = Path(sys.argv[1])
for number in range(40):
    (root / "logs" / str(number)).mkdir(parents=True)
watching = Watching(lambda paths: None, root)
watching.renew([(str(root / "logs"), True)])
watching.compare(41)
for polled in watching.polled:
    print(polled.folder, "|", polled.reason)
watching.stop()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="inotify")
@pytest.mark.parametrize(("limited", "limit"), [("watches", 0), ("watches", 20), ("instances", 0)])
def test_where_no_more_may_be_watched_the_folder_is_polled_with_the_limit_to_raise(tmp_path: Path, limited: str, limit: int) -> None:
    lower = f'echo {limit} > /proc/sys/user/max_inotify_{limited} && exec "$@"'
    within = ["unshare", "-Ur", "sh", "-c", lower, "sh"]
    if subprocess.run([*within, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this system allows no user namespaces")
    ran = subprocess.run([*within, sys.executable, "-c", LIMITED, str(tmp_path)], check=True, capture_output=True, text=True)
    assert str(tmp_path / "logs") in ran.stdout
    assert f"fs.inotify.max_user_{limited}" in ran.stdout


OVER_THE_LIMIT = """
import resource
from tankful.watch.watcher import watches_in_use
resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
print(watches_in_use())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="inotify")
def test_watches_are_not_counted_where_no_file_can_be_opened() -> None:
    ran = subprocess.run([sys.executable, "-c", OVER_THE_LIMIT], check=True, capture_output=True, text=True)
    assert ran.stdout == "None\n"
