"""Where things are kept on each system."""

from pathlib import Path

from tankful.system.paths import folders, policy_place


def test_the_policy_is_where_only_an_administrator_may_write_on_each_system(tmp_path: Path) -> None:
    assert policy_place("linux") == Path("/etc/tankful/policy.toml")
    assert policy_place("darwin") == Path("/Library/Application Support/Tankful/policy.toml")
    windows = Path(r"D:\Programs") / "Tankful" / "policy.toml"
    assert policy_place("win32", {"ProgramFiles": r"D:\Programs"}) == windows
    assert policy_place("win32", {}).parent.name == "Tankful"
    assert folders(tmp_path).policy == policy_place(), "another data folder is no way round it"
