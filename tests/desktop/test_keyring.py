import signal
from collections.abc import Generator
from pathlib import Path

import pytest

from desktop.keyring_session import PASSWORD, PROGRAM, KeyringSession
from desktop.session import DesktopSession
from desktop.waiting import wait_until
from gateway_rig import AnsweringServer
from tankful.store.links_file import LinksFile
from toll_gateway import KEY, TollBooth

OPTIONS = ("--option", "path=/me", "--option", "spent=/spent", "--option", "limit=600", "--option", "who=/who", "--option", "period=month")


@pytest.fixture
def server() -> Generator[AnsweringServer]:
    with AnsweringServer(TollBooth()) as server:
        yield server


@pytest.fixture
def keyring(desktop: DesktopSession) -> KeyringSession:
    return KeyringSession(desktop)


def words(server: AnsweringServer) -> tuple[str, ...]:
    return ("link", "generic", "--url", server.url, *OPTIONS, "--secret-stdin", "--name", "Work")


def test_a_key_lives_in_the_real_keyring_until_it_is_unlinked(keyring: KeyringSession, server: AnsweringServer) -> None:
    keyring.start()
    linked = keyring.tankful(*words(server), key=KEY)
    assert linked.stdout.startswith("Linked as alice@example.com, $197.83 of $600 left"), linked.stderr
    listed = keyring.tankful("accounts")
    assert (listed.returncode, "$197.83 of $600 left" in listed.stdout) == (0, True), listed.stdout
    assert not _holding(keyring.desktop.home, KEY)
    assert keyring.tankful("unlink", "Work").returncode == 0
    again = keyring.tankful(*words(server), key="sk-canary-wrong")
    assert again.returncode == 2
    assert keyring.tankful("accounts").stdout.startswith("No account is linked.")


def test_two_data_folders_have_keys_of_their_own(keyring: KeyringSession, server: AnsweringServer) -> None:
    keyring.start()
    assert keyring.tankful(*words(server), key=KEY).returncode == 0
    elsewhere = keyring.desktop.home / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "links.toml").write_bytes((keyring.data / "links.toml").read_bytes())
    other = keyring.desktop.programs.run(PROGRAM, "accounts", "--data", elsewhere)
    assert "No key is kept for Work." in other.stdout


def test_a_script_never_brings_up_the_keyrings_window_and_somebody_who_links_does(keyring: KeyringSession, server: AnsweringServer) -> None:
    keyring.start()
    assert keyring.tankful(*words(server), key=KEY).returncode == 0
    keyring.lock()
    listed = keyring.tankful("accounts")
    assert "The keyring is locked." in listed.stdout
    assert keyring.prompt() is None
    linking = keyring.start_tankful(*words(server), key=KEY)
    keyring.type_password(PASSWORD)
    assert linking.wait(30) == 0
    assert "$197.83 of $600 left" in keyring.tankful("accounts").stdout


def test_ctrl_c_while_the_keyring_asks_leaves_nothing_half_linked(keyring: KeyringSession, server: AnsweringServer) -> None:
    keyring.start()
    keyring.lock()
    linking = keyring.start_tankful(*words(server), key=KEY)
    wait_until("the keyring asks for its password", keyring.prompt)
    linking.send_signal(signal.SIGINT)
    assert linking.wait(30) == 130
    assert LinksFile(keyring.data / "links.toml").read() == ()


def test_a_desktop_without_a_keyring_keeps_nothing_and_says_so(keyring: KeyringSession, server: AnsweringServer) -> None:
    assert keyring.state() == "There is no keyring"
    linked = keyring.tankful(*words(server), key=KEY)
    assert linked.returncode == 2
    assert linked.stderr.splitlines()[-1].startswith("tankful: There is no keyring. Start GNOME Keyring")
    assert LinksFile(keyring.data / "links.toml").read() == ()
    assert not _holding(keyring.desktop.home, KEY)


def _holding(folder: Path, text: str) -> list[Path]:
    """Return the files that hold a text; the keyring's own are encrypted."""
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]
