"""A session's process is found by its agent and folder, whatever name leads to the folder."""

from decimal import Decimal
from pathlib import Path

from stand_ins import agent
from tankful.core.at_work import SessionAtWork
from tankful.engine.finding_processes import processes_of


def test_a_folder_is_the_same_by_another_name(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "shop")
    session = SessionAtWork("claude-code", "one", str(tmp_path / "link"), None, Decimal(0))
    with agent(tmp_path / "shop") as running:
        assert [each.pid for each in processes_of(session)] == [running.pid]


def test_an_agent_inside_an_editor_has_no_process_to_stop() -> None:
    assert processes_of(SessionAtWork("cursor", "one", "", None, Decimal(0))) == ()
