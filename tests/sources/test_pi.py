"""Pi's and Oh My Pi's sessions are read entry by entry: forks, summaries, routers, and whatever else is written."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.session_reading import SHARED, TIMES, agrees, book, flaws, logs_of, places, read_home, read_lines, tokens
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources import omp_source, pi_source
from tankful.sources.source import AgentSource, Findings, Log

PI, OMP = pi_source.SOURCE, omp_source.SOURCE
LOG = "sessions/--home-grace--/2026-10-01T09-00-00-000Z_abc.jsonl"
HEADER = b'{"type":"session","id":"s","cwd":"/home/grace/work/orchard","timestamp":"2026-10-01T09:00:00Z"}'
ANSWER = (
    b'{"type":"message","id":"0a","timestamp":"2026-10-01T09:00:20Z","message":{"role":"assistant","model":"gpt-5",'
    b'"provider":"openai","timestamp":1790845210000,"usage":{"input":10,"output":5,"cost":{"total":0.5}}}}'
)
PROMPT = b'{"type":"message","id":"0b","timestamp":"2026-10-01T09:00:01Z","message":{"role":"user","timestamp":1790845201000}}'


def read(*lines: bytes, source: AgentSource = PI, path: str = LOG) -> Findings:
    return read_lines(source, lines, path)


@pytest.mark.parametrize("source", [PI, OMP], ids=lambda source: source.id)
def test_recorded_sessions_give_what_they_are_known_to_give(source: AgentSource, tmp_path: Path) -> None:
    assert agrees(source, tmp_path)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared recordings are not here")
def test_a_cost_is_taken_as_recorded_and_a_lonely_total_counts_as_output() -> None:
    where = places(Path("/nobody"), {"PI_AGENT_DIR": str(SHARED / "pi" / "inline-ccusage")})
    first, second = book(read_home(PI, where))
    assert (first.model, first.tokens, first.recorded_cost) == ("unknown-model-xyz", TokenUsage(input=100, output=200), Decimal("0.05"))
    assert (second.model, second.tokens, second.recorded_cost) == ("gpt-5", TokenUsage(output=333), None)
    assert {first.session, second.session} == {"session-a"}


def test_a_session_is_called_as_its_header_says_else_as_its_file() -> None:
    assert [event.session for event in read(ANSWER, HEADER, ANSWER).events] == ["abc", "s"]
    assert read(ANSWER, path="elsewhere/plain.jsonl").events[0].session == "plain"


def test_a_fork_that_copies_entries_counts_them_once() -> None:
    fork = HEADER.replace(b'"s"', b'"fork"')
    (event,) = book(read(HEADER, ANSWER), read(fork, ANSWER))
    assert event.session == "s"


def test_an_entry_that_is_given_its_id_later_counts_once() -> None:
    assert len(book(read(ANSWER.replace(b'"id":"0a",', b"")), read(ANSWER))) == 1


def test_entries_without_times_are_told_apart_by_their_ids() -> None:
    timeless = ANSWER.replace(b',"timestamp":"2026-10-01T09:00:20Z"', b"").replace(b',"timestamp":1790845210000', b"")
    found = read(timeless, timeless, timeless.replace(b'"0a"', b'"0c"'))
    assert len(book(found)) == 2
    assert {event.at for event in found.events} == {TIMES.modified}
    assert flaws(found) == [Flaw.BAD_TIME] * 3


def test_the_time_of_the_entry_counts_else_that_of_the_message() -> None:
    (event,) = read(ANSWER).events
    assert event.at.isoformat() == "2026-10-01T09:00:20+00:00"
    (event,) = read(ANSWER.replace(b"2026-10-01T09:00:20Z", b"soon")).events
    assert event.at.isoformat() == "2026-10-01T09:00:10+00:00"


def test_reasoning_is_a_part_of_the_output_and_long_writes_of_the_writes() -> None:
    usage = b'"output":5,"reasoning":9,"cacheWrite":4,"cacheWrite1h":7'
    assert read(ANSWER.replace(b'"output":5', usage)).events[0].tokens == TokenUsage(10, 5, 0, 4, 4, 5)


def test_a_response_of_nothing_is_none() -> None:
    nothing = ANSWER.replace(b"10", b"0").replace(b":5", b":0").replace(b"0.5", b"0")
    assert read(nothing, ANSWER.replace(b'"usage":{', b'"usage":null,"other":{')) == Findings()


def test_a_cost_that_is_no_object_or_zero_is_left_to_the_price_table() -> None:
    assert read(ANSWER.replace(b'{"total":0.5}', b"0.5")).events[0].recorded_cost is None
    assert read(ANSWER.replace(b"0.5", b"0.0")).events[0].recorded_cost is None


@pytest.mark.parametrize(
    ("change", "provider", "model"),
    [
        (b'{"type":"model_change","provider":"anthropic","modelId":"claude-opus-4-5"}', "anthropic", "claude-opus-4-5"),
        (b'{"type":"model_change","model":"anthropic/claude-opus-4-5"}', "anthropic", "claude-opus-4-5"),
        (b'{"type":"model_change","model":"claude-opus-4-5","provider":"anthropic"}', "anthropic", "claude-opus-4-5"),
        (b'{"type":"custom","customType":"model-snapshot","data":{"provider":"x","modelId":"y"}}', "x", "y"),
        (b'{"type":"custom","customType":"model-of-a-house"}', "", None),
    ],
)
def test_a_change_of_model_holds_for_what_does_not_name_its_own(change: bytes, provider: str, model: str | None) -> None:
    nameless = ANSWER.replace(b'"model":"gpt-5","provider":"openai",', b"")
    (event,) = read_lines(PI, [change, nameless], LOG, 1).events
    assert (event.provider, event.model) == (provider, model)


def test_a_summary_costs_a_response_of_the_model_in_use() -> None:
    summary = b'{"type":"branch_summary","id":"0d","timestamp":"2026-10-01T09:01:00Z","usage":{"input":7,"output":3}}'
    event = read(ANSWER, summary).events[1]
    assert (event.model, event.provider, event.tokens) == ("gpt-5", "openai", TokenUsage(input=7, output=3))


def test_a_human_is_told_from_the_agent_s_own_words() -> None:
    synthetic = PROMPT.replace(b'"user"', b'"user","synthetic":true')
    agents = PROMPT.replace(b'"user"', b'"user","attribution":"agent"')
    (prompt,) = read(HEADER, PROMPT, synthetic, agents).prompts
    assert (prompt.agent, prompt.session, prompt.project, prompt.at.second) == ("pi", "s", "/home/grace/work/orchard", 1)


def test_what_is_said_to_a_sub_agent_is_no_prompt() -> None:
    below = "sessions/--home-grace--/2026-10-01T09-00-00-000Z_abc/0-Survey.jsonl"
    assert not read(PROMPT, source=OMP, path=below).prompts
    assert read(PROMPT, source=OMP).prompts
    assert read(PROMPT, source=OMP, path="kept/elsewhere/very/deep.jsonl").prompts


def test_a_session_taken_over_by_the_other_agent_counts_once() -> None:
    assert len(book(read(ANSWER), read(ANSWER, source=OMP))) == 1


def test_a_call_goes_where_the_agent_s_settings_send_its_provider(tmp_path: Path) -> None:
    log = tmp_path / "agent" / "sessions" / "x" / "s.jsonl"
    log.parent.mkdir(parents=True)
    assert not read(ANSWER, path=str(log)).events[0].route
    (tmp_path / "agent" / "models.json").write_text('{"providers":{"openai":{"baseUrl":"https://me:secret@gateway.example/v1?key=1"}}}')
    assert read(ANSWER, path=str(log)).events[0].route == "https://gateway.example/v1"


@pytest.mark.parametrize(
    ("line", "flaw"),
    [
        (b'{"type":"message","message":{"role":"assistant","usage":[]}}', Flaw.WRONG_SHAPE),
        (b'{"type":"message","usage"}', Flaw.NOT_JSON),
        (b"and then the lights went out", Flaw.NOT_JSON),
        (ANSWER.replace(b"10,", b"-10,"), Flaw.BAD_COUNT),
        (ANSWER.replace(b'"gpt-5"', b"5"), Flaw.WRONG_SHAPE),
        (ANSWER.replace(b"0.5", b'"free"'), Flaw.WRONG_SHAPE),
        (ANSWER.replace(b"gpt-5", b"gpt-\xff"), Flaw.BAD_TEXT),
    ],
)
def test_a_bad_line_costs_no_more_than_itself(line: bytes, flaw: Flaw) -> None:
    found = read(HEADER, line, PROMPT)
    assert flaws(found) == [flaw]
    assert len(found.prompts) == 1


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\0\0\0",
        b'{"type":"message","message":"usage"}',
        b'{"type":["session"],"usage":{"input":1}}',
        b'{"type":"message","message":{"role":"toolResult","content":"a \\"user\\" and a \\"usage\\""}}',
    ],
)
def test_what_is_no_usage_is_passed_over_in_silence(line: bytes) -> None:
    assert read(line) == Findings()


def test_a_byte_order_mark_and_a_crash_s_zeros_do_no_harm() -> None:
    assert len(read(b"\xef\xbb\xbf" + ANSWER + b"\0\0\r").events) == 1


@given(st.binary())
def test_unknown_fields_of_an_earlier_version_begin_anew(fields: bytes) -> None:

    parser = PI.parser(Log("pi", LOG), fields)
    assert parser.fields()


def test_reading_in_pieces_gives_the_same() -> None:
    lines = [HEADER, PROMPT, ANSWER, ANSWER.replace(b"0a", b"0c").replace(b":20Z", b":30Z").replace(b"5210", b"5230")]
    assert read_lines(PI, lines, LOG, 1, 2, 3) == read_lines(PI, lines, LOG)
    assert tokens(read(*lines).events) == TokenUsage(input=20, output=10)


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_sessions_are_below_the_user_s_home_on_every_system(platform: str, tmp_path: Path) -> None:
    assert [root.path for root in PI.roots(places(tmp_path, platform=platform))] == [tmp_path / ".pi" / "agent" / "sessions"]
    assert [root.path for root in OMP.roots(places(tmp_path, platform=platform))] == [tmp_path / ".omp" / "agent" / "sessions"]
    assert not PI.route(places(tmp_path), PI.roots(places(tmp_path))[0])


def test_variables_say_where_pi_keeps_its_sessions(tmp_path: Path) -> None:
    def found(**environ: str) -> list[Path]:
        return [root.path for root in PI.roots(places(tmp_path, environ))]

    assert found(PI_CODING_AGENT_DIR="~/pi", PI_AGENT_DIR="/srv/pi") == [tmp_path / "pi" / "sessions", Path("/srv/pi/sessions")]
    assert found(PI_CODING_AGENT_SESSION_DIR="/srv/all", PI_CODING_AGENT_DIR="/srv/pi") == [Path("/srv/all")]
    assert found(PI_CODING_AGENT_DIR="~/.omp/agent") == [tmp_path / ".pi" / "agent" / "sessions"]


def test_variables_and_profiles_say_where_oh_my_pi_keeps_its_sessions(tmp_path: Path) -> None:
    (tmp_path / ".omp" / "profiles" / "garden").mkdir(parents=True)
    (tmp_path / "data" / "omp" / "profiles" / "work").mkdir(parents=True)
    environ = {"PI_CODING_AGENT_DIR": "~/.omp/other", "XDG_DATA_HOME": str(tmp_path / "data")}
    assert [(root.path.relative_to(tmp_path).as_posix(), root.origin) for root in OMP.roots(places(tmp_path, environ))] == [
        (".omp/other/sessions", "PI_CODING_AGENT_DIR"),
        (".omp/agent/sessions", "~/.omp"),
        (".omp/profiles/garden/agent/sessions", "~/.omp"),
        ("data/omp/sessions", "XDG_DATA_HOME"),
        ("data/omp/profiles/work/sessions", "XDG_DATA_HOME"),
    ]
    (root,) = OMP.roots(places(tmp_path, {"PI_CONFIG_DIR": ".mine", "PI_CODING_AGENT_DIR": "/srv/pi"}))
    assert root.path == tmp_path / ".mine" / "agent" / "sessions"


def test_a_folder_from_the_settings_may_be_the_agent_s_or_hold_sessions(tmp_path: Path) -> None:
    (tmp_path / "one" / "agent" / "sessions").mkdir(parents=True)
    (tmp_path / "two" / "sessions" / "deep").mkdir(parents=True)
    (tmp_path / "two" / "sessions" / "deep" / "x_y.jsonl").write_bytes(ANSWER)
    extra = {"pi": (tmp_path / "one", tmp_path / "two", tmp_path / "three")}
    where = places(tmp_path, extra=extra)
    assert [root.path for root in PI.roots(where)[1:]] == [
        tmp_path / "one" / "agent" / "sessions",
        tmp_path / "two" / "sessions",
        tmp_path / "three",
    ]
    assert [Path(path).name for _, path in logs_of(PI, where)] == ["x_y.jsonl"]
