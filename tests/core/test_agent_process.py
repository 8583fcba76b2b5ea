"""Which process runs a session is told by what ties them together, and never guessed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tankful.core.agent_process import Seen, Sign, fitting, is_of, shown_command
from tankful.core.at_work import SessionAtWork, at_work
from tankful.core.presence import WorkingSession
from tankful.core.spike import Cause, Channel, Evidence, Spike
from tankful.sources.programs import PROGRAMS, programs_of
from tankful.sources.registry import by_id

NOW = datetime(2026, 11, 20, 13, tzinfo=UTC)
ID = "9f3c1a77-0d1e-4b7a-9b7e-5f1f8f1f0a11"
SESSION = SessionAtWork("claude-code", ID, "/src/shop", NOW, Decimal("14.20"))
CLAUDE = programs_of("claude-code")


def seen(pid: int = 7, *words: str, folder: str = "/src/shop", files: tuple[str, ...] = (), hours: float = 1, parent: int = 1) -> Seen:
    return Seen(pid, NOW.timestamp() - hours * 3600, parent, "", words or ("claude",), folder, files)


def fit(*processes: Seen, session: SessionAtWork = SESSION) -> list[tuple[int, Sign]]:
    return [(each.pid, each.sign) for each in fitting(processes, session, CLAUDE)]


def test_the_process_that_works_in_the_folder_is_it() -> None:
    assert fit(seen(7), seen(8, folder="/src/other"), seen(9, "vim")) == [(7, Sign.FOLDER)]


def test_several_in_the_folder_stay_several_the_oldest_first() -> None:
    assert fit(seen(7), seen(8, hours=2)) == [(8, Sign.FOLDER), (7, Sign.FOLDER)]


def test_an_open_log_or_the_id_in_the_words_leaves_out_all_others() -> None:
    assert fit(seen(7), seen(8, files=(f"/home/a/.claude/projects/x/{ID}.jsonl",))) == [(8, Sign.LOG)]
    assert fit(seen(7), seen(8, "claude", "--resume", ID, folder="/src/other")) == [(8, Sign.NAMED)]
    short = SESSION._replace(session="s1")
    assert fit(seen(7), seen(8, files=("/logs/s1.jsonl",), folder="/elsewhere"), session=short) == [(7, Sign.FOLDER)]


def test_a_process_that_began_after_the_session_was_last_seen_is_another_ones() -> None:
    later = SESSION._replace(last=NOW - timedelta(hours=2))
    assert fit(seen(7), session=later) == []
    assert fit(seen(7), session=SESSION._replace(last=None)) == [(7, Sign.FOLDER)]


def test_a_folder_that_is_not_known_speaks_neither_for_nor_against() -> None:
    assert fit(seen(7, folder="")) == [(7, Sign.PROGRAM)]
    assert fit(seen(7, folder=""), seen(8)) == [(8, Sign.FOLDER)]
    assert fit(seen(7), seen(8, folder="/elsewhere"), session=SESSION._replace(project="")) == [(7, Sign.PROGRAM), (8, Sign.PROGRAM)]


def test_the_script_that_only_launched_the_program_is_not_listed_beside_it() -> None:
    script = seen(7, "/usr/bin/node", "/usr/bin/claude")
    began = script.started_s
    assert fit(script, seen(8, parent=7)._replace(started_s=began + 0.2)) == [(8, Sign.FOLDER)]
    assert fit(script, seen(8, parent=7)._replace(started_s=began + 60)) == [(7, Sign.FOLDER), (8, Sign.FOLDER)]
    assert fit(seen(7), seen(8, parent=7)._replace(started_s=began + 0.2)) == [(7, Sign.FOLDER), (8, Sign.FOLDER)]


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("/home/a/.local/share/claude/versions/2.1.0", ("claude", "--continue")),
        ("/usr/bin/claude", ()),
        ("C:\\bin\\claude.exe", ("C:\\bin\\claude.exe",)),
        ("/usr/bin/node", ("node", "--max-old-space-size=4096", "/usr/lib/node_modules/@anthropic-ai/claude-code/cli.js")),
        ("/usr/bin/node", ("node", "C:\\n\\node_modules\\@anthropic-ai\\claude-code\\cli.js")),
        ("/usr/bin/python3.12", ("python3", "-m", "claude")),
    ],
)
def test_an_agent_is_known_by_its_program_or_by_the_script_an_interpreter_runs(program: str, words: tuple[str, ...]) -> None:
    assert is_of(Seen(1, 0, 0, program, words, ""), CLAUDE)


@pytest.mark.parametrize(
    "words",
    [
        ("vim", "claude"),
        ("node",),
        ("node", "server.js"),
        ("node", "-e"),
        ("python3", "-m"),
        ("grep", "-r", "claude"),
        ("tail", "-f", "claude.log"),
        (),
    ],
)
def test_what_only_names_an_agent_is_none(words: tuple[str, ...]) -> None:
    assert not is_of(Seen(1, 0, 0, "", words, ""), CLAUDE)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("/usr/bin/claude", "--continue"), "claude --continue"),
        (("claude", "-p", "hello"), "claude -p …"),
        (("claude", "mend the till and tell Grace"), "claude …"),
        (("claude", "--print=hello", "x" * 80), "claude --print=… …"),
        (("claude", "--api-key", "abc", "--model", "opus"), "claude --api-key … --model opus"),
        (("claude", "--api-key=abc", "--verbose"), "claude --api-key=… --verbose"),
        (("claude", "--token", "--verbose"), "claude --token --verbose"),
        (("claude", "sk-ant-api03-abcdefgh"), "claude …"),
        (("claude", "OPENAI=sk-ant-api03-abcdefgh"), "claude OPENAI=…"),
        (("claude", "two words=x y"), "claude =…"),
        (("claude", "https://a:b@example.com/", "https://example.com/x"), "claude … https://example.com/x"),
        (("claude --api-key abc",), "…"),
        (("node", "/" + "long/" * 20 + "cli.js"), "node /" + "long/" * 20 + "cli.js"),
        ((), ""),
    ],
)
def test_a_command_is_shown_without_secrets_and_without_what_was_said(words: tuple[str, ...], shown: str) -> None:
    assert shown_command(words) == shown


def test_a_short_id_proves_nothing_in_words() -> None:
    assert fit(seen(7, "claude", "s1"), session=SESSION._replace(session="s1")) == [(7, Sign.FOLDER)]


def test_a_process_says_when_it_began() -> None:
    (process,) = fitting((seen(7),), SESSION, CLAUDE)
    assert process.since == NOW - timedelta(hours=1)


def test_every_program_is_of_an_agent_that_is_read() -> None:
    assert all(by_id(agent) is not None for agent in PROGRAMS)
    assert programs_of("cursor") == frozenset()


def working(session: str, **more: datetime | None) -> WorkingSession:
    times = {"spent_at": NOW, "prompted_at": None} | more
    return WorkingSession("codex", "Codex CLI", session, "/src", times["spent_at"], times["prompted_at"], Decimal(3))


SPIKE = Spike(
    at=NOW,
    start=NOW - timedelta(hours=1),
    channel=Channel.VOLUME,
    cause=Cause.MANY_REQUESTS,
    evidence=Evidence(),
    agent="codex",
    session="two",
    project="/src",
    model="gpt",
    actual=Decimal(9),
    expected=Decimal(1),
)


def test_the_session_of_a_spike_comes_first_and_only_once() -> None:
    assert [(each.session, each.spike) for each in at_work((working("one"), working("two")), (SPIKE,))] == [("two", SPIKE.key), ("one", "")]


def test_a_spikes_session_that_rests_is_there_with_what_the_spike_cost() -> None:
    (session,) = at_work((), (SPIKE,))
    assert session == SessionAtWork("codex", "two", "/src", None, Decimal(9), SPIKE.key)


def test_a_session_was_last_seen_when_it_spent_or_was_typed_to() -> None:
    (one,) = at_work((working("one", spent_at=NOW - timedelta(minutes=3), prompted_at=NOW - timedelta(minutes=1)),), ())
    (none,) = at_work((working("one", spent_at=None),), ())
    assert (one.last, none.last) == (NOW - timedelta(minutes=1), None)
