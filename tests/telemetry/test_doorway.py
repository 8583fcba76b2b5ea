"""Port and token are chosen once, and nobody else can read them."""

import json
import socket
import threading
from pathlib import Path

import pytest

from tankful.telemetry.doorway import HOST, Doorway, NoDoorway, doorway

KEPT = "telemetry.json"


def test_they_are_chosen_once_and_kept(tmp_path: Path) -> None:
    chosen = doorway(tmp_path / "state")
    assert doorway(tmp_path / "state") == chosen
    assert doorway(tmp_path / "other").token != chosen.token
    assert len(chosen.token) >= 32
    assert chosen.address == f"http://127.0.0.1:{chosen.port}"
    assert chosen.address_with_token == f"{chosen.address}/{chosen.token}"


def test_nobody_else_may_read_them(tmp_path: Path) -> None:
    doorway(tmp_path / "state")
    assert (tmp_path / "state" / KEPT).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "state").iterdir()] == [KEPT]


def test_the_port_is_free(tmp_path: Path) -> None:
    with socket.socket() as trial:
        trial.bind((HOST, doorway(tmp_path).port))


def test_programs_that_choose_at_once_agree(tmp_path: Path) -> None:
    chosen: list[Doorway] = []
    start = threading.Barrier(8)

    def choose() -> None:
        start.wait()
        chosen.append(doorway(tmp_path))

    threads = [threading.Thread(target=choose) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(chosen) == {doorway(tmp_path)}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", json.dumps({"port": 0, "token": "t" * 40}), json.dumps({"port": 9, "token": "t"})])
def test_a_damaged_file_is_said_and_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / KEPT).write_text(text)
    with pytest.raises(NoDoorway, match="damaged"):
        doorway(tmp_path)
    assert (tmp_path / KEPT).read_text() == text


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    (tmp_path / KEPT).write_bytes(b"\xff\xfe")
    with pytest.raises(NoDoorway, match="cannot be read"):
        doorway(tmp_path)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(NoDoorway, match="cannot be"):
        doorway(tmp_path / "state" / "below")
