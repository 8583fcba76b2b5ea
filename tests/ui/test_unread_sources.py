"""PySide6 leaves the source of what is imported alone."""

import subprocess
import sys


def test_importing_reads_no_source_once_there_are_windows() -> None:
    script = """
import linecache
import PySide6.QtCore
import tankful.core.meter
print(sum("tankful" in name for name in linecache.cache) > 0)
import tankful.ui
linecache.clearcache()
import tankful.ui.bridge, tankful.core.spikes
print(sum("tankful" in name for name in linecache.cache))
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert said == ["True", "0"]
