import sys
from pathlib import Path

import pytest

from tankful.watch.mounts import is_network_drive, kind_of

MOUNTS = [
    "sysfs /sys sysfs rw 0 0",
    "/dev/vda / ext4 rw 0 0",
    "server:/home /home/me/company\\040drive nfs4 rw 0 0",
    "C: /mnt/c 9p rw 0 0",
    "broken",
]


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/me/.claude", "ext4"),
        ("/home/me/company drive/.claude", "nfs4"),
        ("/home/me/company drives", "ext4"),
        ("/mnt/c/Users/me/.claude", "9p"),
        ("/", "ext4"),
    ],
)
def test_the_longest_mount_point_that_holds_a_folder_decides(folder: str, kind: str) -> None:
    assert kind_of(folder, MOUNTS) == kind


def test_without_any_mount_the_kind_is_unknown() -> None:
    assert kind_of("/home", []) == ""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_folder_of_this_machine_is_no_network_drive(tmp_path: Path) -> None:
    assert not is_network_drive(str(tmp_path))
