import os
import subprocess
import sys
from pathlib import Path

import pytest

from tankful.system.browser import open_browser

PAGE = "https://llm.example.com/authorize?state=a&scope=b"
OPEN = """
import os, sys, threading
from tankful.system.browser import open_browser
print(open_browser(sys.argv[1], os.environ))
for thread in threading.enumerate():
    if thread.name == "tankful-browser":
        thread.join()
"""


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="they always have a browser of their own")
def test_without_a_display_no_browser_takes_over_the_terminal() -> None:
    assert not open_browser(PAGE, {})


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_the_users_own_browser_is_asked_for_the_whole_address(tmp_path: Path) -> None:
    stand_in = tmp_path / "browser"
    stand_in.write_text('#!/bin/sh\nprintf %s "$1" > "$0.opened"\n')
    stand_in.chmod(0o700)
    environ = {"PATH": os.environ["PATH"], "BROWSER": str(stand_in)}
    done = subprocess.run([sys.executable, "-c", OPEN, PAGE], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
    assert (tmp_path / "browser.opened").read_text() == PAGE
