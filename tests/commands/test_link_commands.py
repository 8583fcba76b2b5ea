import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

import pytest

from gateway_rig import AnsweringServer
from schemas import check
from tankful.commands.link import options_of
from tankful.core.errors import WrongWords
from tankful.core.links import Link, Method
from tankful.store.links_file import LinksFile
from terminals import Answer, Machine
from toll_gateway import KEY, TollBooth

OPTIONS = ("--option", "path=/me", "--option", "spent=/spent", "--option", "limit=600", "--option", "who=/who", "--option", "period=month")


@pytest.fixture
def booth() -> TollBooth:
    return TollBooth()


@pytest.fixture
def server(booth: TollBooth) -> Iterator[AnsweringServer]:
    with AnsweringServer(booth) as server:
        yield server


def link(machine: Machine, server: AnsweringServer, *words: str, key: str = KEY) -> Answer:
    return machine.run("link", "generic", "--url", server.url, *OPTIONS, "--secret-stdin", *words, piped=f"{key}\n")


def links(machine: Machine) -> tuple[Link, ...]:
    return LinksFile(machine.data / "links.toml").read()


def test_linking_says_at_once_what_is_left(machine: Machine, server: AnsweringServer) -> None:
    answer = link(machine, server)
    name = server.url.removeprefix("http://")
    assert answer.code == 0
    assert answer.out == (
        "Linked as alice@example.com, $197.83 of $600 left, resets 1 Dec.\n"
        f"The account is called {name}; `tankful unlink '{name}'` undoes this.\n"
    )
    assert answer.err == ""
    assert list(machine.ring.kept.values()) == [KEY]
    assert [each.kind for each in links(machine)] == ["generic"]


def test_a_key_is_asked_for_without_showing_it(machine: Machine, server: AnsweringServer) -> None:
    answer = machine.run("link", "generic", "--url", server.url, *OPTIONS, "--name", "Work", screen=True, typed=f"export API_KEY={KEY}")
    assert answer.code == 0
    assert "Key: " in answer.err
    assert KEY not in answer.out + answer.err
    assert list(machine.ring.kept.values()) == [KEY]
    assert links(machine)[0].name == "Work"


def test_accounts_and_unlink_use_the_names_that_link_says(machine: Machine, server: AnsweringServer) -> None:
    link(machine, server, "--name", "Work")
    answer = machine.run("accounts")
    assert answer.code == 0
    assert answer.out.startswith("Work  ")
    assert "Linked as alice@example.com" in answer.out
    assert "$197.83 of $600 left, resets 1 Dec" in answer.out
    gone = machine.run("unlink", "work")
    assert (gone.code, gone.out) == (0, "Work is no longer linked, and its key is forgotten.\n")
    assert machine.ring.kept == {}
    assert machine.run("accounts").out == "No account is linked. Link one with `tankful link auto --url https://llm.example.com`.\n"


def test_accounts_for_programs_have_the_published_shape(machine: Machine, server: AnsweringServer) -> None:
    assert machine.run("accounts", "--json").json == {"schema": "tankful.accounts/1", "accounts": []}
    link(machine, server, "--name", "Work")
    LinksFile(machine.data / "links.toml").put(Link("New", "of-tomorrow", "https://t.example.com", Method.KEY))
    answer = machine.run("accounts", "--json")
    check("accounts", answer.json)
    assert answer.code == 1
    work, new = answer.json["accounts"]
    assert (work["account"], work["condition"], work["budgets"][0]["settled_usd"]) == ("Work", "ok", "402.17")
    assert (new["condition"], new["title"]) == ("failing", "Tankful knows no gateway of the kind 'of-tomorrow'")
    assert new["hint"]


def test_an_account_that_does_not_answer_says_why_and_the_others_answer(
    machine: Machine, server: AnsweringServer, booth: TollBooth
) -> None:
    link(machine, server, "--name", "Work")
    booth.keys = {"another"}
    link(machine, server, "--name", "Home", key="another")
    answer = machine.run("accounts")
    assert answer.code == 1
    assert "The gateway does not accept the key." in answer.out
    assert "Linked as alice@example.com" in answer.out


def test_what_means_nothing_in_the_file_is_said(machine: Machine) -> None:
    machine.data.mkdir()
    (machine.data / "links.toml").write_text('colour = "blue"\n')
    assert "colour in links.toml means nothing." in machine.run("accounts").out


def test_a_locked_keyring_is_opened_for_somebody_at_a_terminal_and_not_for_a_script(machine: Machine, server: AnsweringServer) -> None:
    link(machine, server)
    machine.ring.locked = True
    assert "The keyring is locked." in machine.run("accounts").out
    refused = machine.run("unlink", "127.0.0.1:" + server.url.rpartition(":")[2])
    assert (refused.code, refused.err.startswith("tankful: The keyring is locked")) == (2, True)
    assert "$197.83 of $600 left" in machine.run("accounts", screen=True).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("link", "auto"), "There is no address. Write --url"),
        (("link", "auto", "--url", "http://llm.example.com"), "The address is not encrypted."),
        (("link", "sluice", "--url", "https://llm.example.com"), "Tankful knows no gateway of the kind 'sluice'."),
        (("link", "generic", "--url", "{url}"), "No key was given. Pipe it in with --secret-stdin"),
        (("link", "generic", "--url", "{url}", "--sign-in"), "--sign-in is not possible with this kind. Use --secret-stdin instead."),
        (("link", "generic", "--url", "{url}", "--read-file"), "--read-file is not possible with this kind."),
        (("link", "generic", "--url", "{url}", "--secret", "x"), "Unrecognized arguments: --secret x."),
        (
            ("link", "generic", "--url", "{url}", "--sign-in", "--secret-stdin"),
            "Argument --secret-stdin: not allowed with argument --sign-in.",
        ),
        (("link", "generic", "--url", "{url}", "--option", "spent"), "--option spent says nothing. Write --option NAME=VALUE."),
        (("link", "generic", "--url", "{url}", "--secret-stdin"), "There is no key."),
        (("link",), "The following arguments are required: KIND."),
        (("unlink", "Work"), "No account is called 'Work'. No account is linked."),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(machine: Machine, server: AnsweringServer, words: tuple[str, ...], said: str) -> None:
    answer = machine.run(*(word.replace("{url}", server.url) for word in words))
    assert answer.code == 2
    assert said in answer.err.splitlines()[-1]
    assert answer.out == ""
    assert links(machine) == ()
    assert machine.ring.kept == {}


def test_a_refused_key_leaves_nothing_and_says_so(machine: Machine, server: AnsweringServer) -> None:
    answer = link(machine, server, key="sk-canary-wrong")
    assert answer.code == 2
    assert answer.err.splitlines()[-1] == "tankful: The gateway does not accept the key. Sign in again or paste a new key."
    assert machine.ring.kept == {}
    assert links(machine) == ()


def test_without_a_keyring_nothing_is_linked_and_the_way_out_is_said(machine: Machine, server: AnsweringServer) -> None:
    machine.ring.refuses = "There is no keyring"
    answer = link(machine, server)
    assert answer.code == 2
    assert answer.err.splitlines()[-1] == "tankful: There is no keyring. Do something about it."
    assert links(machine) == ()


def test_ctrl_c_leaves_nothing_half_linked(machine: Machine, server: AnsweringServer, booth: TollBooth) -> None:
    main = threading.main_thread().ident
    assert main is not None

    def press(_: BinaryIO, closing: threading.Event) -> None:
        signal.pthread_kill(main, signal.SIGINT)
        closing.wait(20)  # until the server closes: the program has gone long before

    booth.instead = {"/me": press}
    answer = link(machine, server)
    assert answer.code == 130
    assert answer.out == ""
    assert machine.ring.kept == {}
    assert links(machine) == ()


def test_the_key_is_in_the_keyring_and_nowhere_else(machine: Machine, server: AnsweringServer, booth: TollBooth) -> None:
    said = [link(machine, server), machine.run("accounts"), machine.run("accounts", "--json"), machine.run("accounts", screen=True)]
    for status, body in (
        (401, {"key": KEY}),
        (403, KEY),
        (429, KEY),
        (500, KEY),
        (200, f'{{"spent": "{KEY}"'),
        (200, {"spent": KEY, "who": "a"}),
    ):
        booth.instead = {"/me": (status, {"x-said": KEY}, body)}
        said += [
            link(machine, server, "--name", "again"),
            machine.run("accounts"),
            machine.run("accounts", "--json"),
            machine.run("doctor"),
        ]
    said.append(machine.run("link", "generic", "--url", f"https://alice:{KEY}@llm.example.com"))
    assert not any(KEY in answer.out + answer.err for answer in said)
    files = [path for path in machine.home.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"links.toml", "ledger.sqlite"}
    assert not any(KEY.encode() in path.read_bytes() for path in files)


def test_doctor_says_what_is_wrong_with_accounts_and_makes_nobody_ask(machine: Machine, server: AnsweringServer) -> None:
    link(machine, server, "--name", "Work")
    asked = len(server.requests)
    assert "Nothing is broken." in machine.run("doctor").out
    machine.ring.locked = True
    assert "The keyring is locked." in machine.run("doctor").out
    assert machine.ring.locked
    machine.ring.locked = False
    machine.ring.kept.clear()
    said = machine.run("doctor", "--json")
    check("doctor", said.json)
    assert said.json["accounts"]["names"] == ["Work"]
    assert said.json["troubles"] == [{"title": "No key is kept for Work", "hint": "Link it again."}]
    assert len(server.requests) == asked
    (machine.data / "links.toml").write_text("[[account]\n")
    assert "links.toml is not valid TOML" in machine.run("doctor").out


def test_another_programs_limits_are_linked_without_a_key(machine: Machine) -> None:
    answer = machine.run("link", "codex-quota")
    assert machine.ring.done == []
    assert "Codex" in answer.err + answer.out


def test_credentials_of_another_program_are_read_only_when_that_was_agreed_to(machine: Machine) -> None:
    machine.environ["HOME"] = str(machine.home)
    answer = machine.run("link", "claude-quota", "--read-file")
    assert answer.code == 2
    credentials = machine.home / "claude" / ".credentials.json"
    assert answer.err.splitlines()[0] == f"It reads {credentials}."
    assert "There is no .credentials.json." in answer.err
    chosen = machine.run("link", "claude-quota", "--read-file", "--option", f"file={machine.home}/other.json")
    assert chosen.err.splitlines()[0] == f"It reads {machine.home}/other.json."
    assert str(credentials) not in machine.run("link", "claude-quota").err
    assert links(machine) == ()


def test_what_is_typed_at_a_real_terminal_is_not_shown(machine: Machine, server: AnsweringServer) -> None:
    command = [sys.executable, "-m", "tankful", "link", "generic", "--url", server.url, *OPTIONS, "--data", str(machine.data)]
    environ = {"PATH": os.environ["PATH"], "HOME": str(machine.home), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    ours, theirs = os.openpty()
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environ, start_new_session=True) as program:
        os.close(theirs)
        shown = b""
        while b"Key: " not in shown:
            shown += os.read(ours, 1000)
        os.write(ours, f"{KEY}\n".encode())
        with suppress(OSError):  # the terminal is closed with the program
            while more := os.read(ours, 1000):
                shown += more
    os.close(ours)
    assert program.returncode == 2
    assert b"There is no keyring." in shown
    assert KEY.encode() not in shown
    assert [seen.headers["authorization"] for seen in server.asked("/me")] == [f"Bearer {KEY}"]


def test_whoever_has_no_accounts_waits_for_no_keyring(machine: Machine) -> None:
    look = "import sys; from tankful import main; main.main(sys.argv[1:]); print({'keyring', 'truststore'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", look, "accounts", "--data", machine.data], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"


def test_options_are_names_and_values() -> None:
    assert options_of(["spent=/a/b", "limit = =5", "empty="]) == {"spent": "/a/b", "limit": " =5", "empty": ""}
    with pytest.raises(WrongWords):
        options_of(["=x"])
