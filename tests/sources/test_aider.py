"""Aider's messages are read out of what it writes for people, and dated as well as that allows."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.session_reading import NOW, TIMES, agrees, book, flaws, logs_of, places, read_lines
from tankful.core.parsing import FileTimes
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage, UsageEvent
from tankful.sources import aider_source
from tankful.sources.aider_words import as_dollars, as_written
from tankful.sources.source import Findings, LineParser, Log, Root
from tankful.sources.way import written

SOURCE = aider_source.SOURCE
FILE = "/home/grace/work/orchard/.aider.chat.history.md"
LOG = "aider-analytics.jsonl"
START = "# aider chat started at 2026-11-01 12:00:00"
STARTED = datetime(2026, 11, 1, 12).astimezone(UTC)
MODEL = "> Model: gpt-5 with diff edit format  "
SENT = "> Tokens: 4.5k sent, 429 received. Cost: $0.02 message, $0.02 session.  "
EXACT = (
    '{"event": "message_send", "properties": {"main_model": "openai/gpt-5", "prompt_tokens": 4512, "completion_tokens": 429,'
    ' "cost": 0.0196, "total_cost": 0.0196}, "user_id": "u", "time": %d}'
)


def read(*lines: str, cuts: tuple[int, ...] = (), times: FileTimes = TIMES, path: str = FILE, route: str = "") -> Findings:
    return read_lines(SOURCE, [line.encode("utf-8", "surrogateescape") for line in lines], path, *cuts, times=times, route=route)


def only(found: Findings) -> UsageEvent:
    (event,) = book(found)
    return event


def test_a_recorded_home_gives_what_it_is_known_to_give(tmp_path: Path) -> None:
    assert agrees(SOURCE, tmp_path)


def test_a_message_says_its_tokens_and_its_cost_and_its_run_the_model() -> None:
    event = only(read(START, MODEL, SENT))
    assert (event.tokens, event.recorded_cost, event.model) == (TokenUsage(input=4500, output=429), Decimal("0.02"), "gpt-5")
    assert (event.session, event.project) == ("aider 2026-11-01 12:00:00", "/home/grace/work/orchard")


@pytest.mark.parametrize(
    ("line", "tokens"),
    [
        ("> Tokens: 1,234 sent, 5 received.", TokenUsage(input=1234, output=5)),
        ("> Tokens: 12k sent, 1.5M received.", TokenUsage(input=12_000, output=1_500_000)),
        ("> Tokens: 10k sent, 8.0k cache hit, 5 received.", TokenUsage(input=2000, output=5, cache_read=8000)),
        ("> Tokens: 500 sent, 8.0k cache hit, 5 received.", TokenUsage(input=500, output=5, cache_read=8000)),
        ("> Tokens: 9.9k sent, 10k cache hit, 5 received.", TokenUsage(output=5, cache_read=10_000)),
        ("> Tokens: 5.0k sent, 2.0k cache write, 5 received.", TokenUsage(input=1000, output=5, cache_write=2000)),
        ("> Tokens: 2.1k sent, 2.0k cache write, 5 received.", TokenUsage(input=100, output=5, cache_write=2000)),
        ("> Tokens: 900 sent, 2.0k cache write, 9k cache hit, 5 received.", TokenUsage(output=5, cache_write=2000, cache_read=9000)),
    ],
)
def test_counts_are_told_apart_as_well_as_they_can_be(line: str, tokens: TokenUsage) -> None:
    assert only(read(START, line)).tokens == tokens


@pytest.mark.parametrize("words", ["message", "request", "send"])
def test_a_cost_is_in_the_same_line_or_in_the_next(words: str) -> None:
    counts = "> Tokens: 4.5k sent, 1k cache write, 2k cache hit, 429 received."
    cost = f"Cost: $1,234.50 {words}, $2,000.00 session."
    together, apart = only(read(START, f"{counts} {cost}")), only(read(START, counts, f"{cost}  "))
    assert together.recorded_cost == apart.recorded_cost == Decimal("1234.50")
    assert book(read(START, counts, cost, cuts=(1, 2))) == [apart]


@pytest.mark.parametrize(
    "cost", ["Cost: $. message, $1 session.", "Cost: $1.2.3 message, $1 session.", "Cost: free", "Cost: $0.00 message, $0.00 session."]
)
def test_a_cost_that_is_none_is_left_to_the_price_table(cost: str) -> None:
    found = read(START, "> Tokens: 4.5k sent, 429 received.", cost)
    assert only(found).recorded_cost is None
    assert not found.problems


def test_a_cost_without_counts_before_it_is_the_model_s_own_words() -> None:
    assert not read(START, "Cost: $5.00 message, $5.00 session.").events
    assert only(read(START, SENT, "Cost: $5.00 message, $5.00 session.")).recorded_cost == Decimal("0.02")


def test_equal_messages_count_each_and_copies_once() -> None:
    free = "> Tokens: 100 sent, 5 received."
    assert len(book(read(START, free, free), read(START, free, free, path="/elsewhere/.aider.chat.history.md"))) == 2
    assert len(book(read(START, free, START.replace("12:00", "13:00"), free))) == 2


@pytest.mark.parametrize(
    ("line", "model", "provider"),
    [
        ("> Main model: anthropic/claude-opus-4-5 with architect edit format", "anthropic/claude-opus-4-5", "anthropic"),
        ("> Models: gpt-4 with diff edit format, weak model gpt-3.5-turbo", "gpt-4", ""),
        ("> Weak model: gpt-5-mini", None, ""),
        ("> Model: none", None, ""),
    ],
)
def test_the_model_is_the_main_one(line: str, model: str | None, provider: str) -> None:
    event = only(read(START, line, SENT))
    assert (event.model, event.provider) == (model, provider)


def test_a_new_run_names_its_own_model() -> None:
    found = read(START, MODEL, SENT, START.replace("12:00", "13:00"), SENT)
    assert [event.model for event in found.events] == ["gpt-5", None]


def test_a_call_goes_to_the_address_in_openai_s_place_if_it_is_for_openai() -> None:
    def routes(*models: str) -> list[str]:
        return [only(read(START, f"> Model: {model} with x", SENT, route="https://g.example")).route for model in models]

    assert routes("gpt-5", "openai/team") == ["https://g.example"] * 2
    assert routes("claude-opus-4-5", "deepseek/deepseek-chat") == ["", ""]


def test_what_was_there_before_is_dated_by_its_run() -> None:
    event = only(read(START, SENT))
    assert (event.at, event.undated) == (STARTED, True)
    soon = FileTimes(STARTED + timedelta(minutes=50), NOW)
    event = only(read(START, SENT, times=soon))
    assert (event.at, event.undated) == (soon.modified, False)


def test_what_comes_while_we_look_is_dated_by_the_file() -> None:
    def later(*lines: str, after: timedelta) -> UsageEvent:
        known = [START.encode(), b"> Tokens: 1 sent, 1 received."]
        parser = cast("LineParser", SOURCE.parser(Log("aider", FILE), None))
        parser.read(known, 1, TIMES, Findings())
        found = Findings()
        times = FileTimes(TIMES.modified + after, TIMES.now + after)
        reader = cast("LineParser", SOURCE.parser(Log("aider", FILE), parser.fields()))
        reader.read([line.encode() for line in lines], 3, times, found)
        return only(found)

    soon, late = timedelta(minutes=5), timedelta(days=2)
    event = later(SENT, after=soon)
    assert (event.at, event.undated) == (TIMES.modified + soon, False)
    event = later(SENT, after=late)
    assert (event.at, event.undated) == (TIMES.modified + late, True)
    event = later(START.replace("11-01", "11-21"), SENT, after=late)
    assert (event.at, event.undated) == (datetime(2026, 11, 21, 12).astimezone(UTC), True)
    event = later(SENT, after=timedelta())
    assert (event.at, event.undated) == (STARTED, True)


@pytest.mark.parametrize("started", ["yesterday evening", "2026-99-99 12:00:00", "0001-01-01 00:00:00"])
def test_an_impossible_start_leaves_the_file_s_time(started: str) -> None:
    event = only(read(f"# aider chat started at {started}", SENT))
    assert event.undated
    assert event.at <= TIMES.modified


def test_messages_before_any_heading_belong_to_no_run() -> None:
    event = only(read(SENT))
    assert (event.session, event.at, event.undated) == ("aider", TIMES.modified, True)


def test_lines_typed_together_are_one_prompt_and_commands_are_none() -> None:
    found = read(
        START, "#### one  ", "#### two  ", "answer", "####", "#### /add x.py", "", "#### /ask why?", "x", "#### /architect", "#### three"
    )
    assert len(found.prompts) == 2
    assert found.prompts[0].session == "aider 2026-11-01 12:00:00"
    lines = (START, "#### one", "#### two", SENT, "#### three", "> Tokens: 1 sent, 2 received.")
    assert read(*lines, cuts=(1, 2, 3, 4, 5)) == read(*lines)


@pytest.mark.parametrize(
    "line",
    [
        "> Tokens: many",
        "> Tokens: 1.2.3 sent, 5 received.",
        "> Tokens: . sent, 5 received.",
        "> Tokens: 9999999M sent, 5 received.",
        "> Tokens: 5 sent, 99999999999999999999 received.",
    ],
)
def test_a_bad_line_costs_no_more_than_itself(line: str) -> None:
    found = read(START, line, SENT)
    assert flaws(found) == [Flaw.WRONG_SHAPE]
    assert len(found.events) == 1


def test_carriage_returns_and_broken_characters_do_no_harm() -> None:
    assert read(START + "\r", MODEL + "\r", SENT + "\r") == read(START, MODEL, SENT)
    assert only(read(START, "> Model: m\udcff with x", SENT)).model == "m\ufffd"


@given(st.lists(st.binary()))
def test_no_line_raises(lines: list[bytes]) -> None:
    read_lines(SOURCE, [b"> Tokens: " + line for line in lines] + lines, FILE)
    read_lines(SOURCE, lines, LOG)


def analytics(line: str) -> Findings:
    return read(line, path=LOG)


def at(moment: datetime) -> str:
    return EXACT % int(moment.timestamp())


def test_a_log_of_analytics_is_exact() -> None:
    event = only(analytics(at(STARTED)))
    assert (event.tokens, event.recorded_cost, event.at) == (TokenUsage(input=4512, output=429), Decimal("0.0196"), STARTED)
    assert (event.model, event.provider) == ("openai/gpt-5", "openai")
    hidden = only(analytics(at(STARTED).replace("gpt-5", "REDACTED")))
    assert (hidden.model, hidden.provider) == (None, "openai")
    plain = only(analytics(at(STARTED).replace("openai/", "")))
    assert (plain.model, plain.provider) == ("gpt-5", "")


def test_a_message_that_both_tell_of_counts_once_and_at_its_time() -> None:
    exact = analytics(at(STARTED + timedelta(minutes=7)))
    event = only(Findings(events=read(START, MODEL, SENT).events + exact.events))
    assert (event.at, event.undated, event.session) == (STARTED + timedelta(minutes=7), False, "aider 2026-11-01 12:00:00")
    assert len(book(read(START, MODEL, SENT), analytics(at(STARTED + timedelta(hours=24))))) == 1
    assert len(book(read(START, MODEL, SENT), analytics(at(STARTED + timedelta(days=9))))) == 2


def test_what_cost_nothing_is_left_to_the_histories() -> None:
    free = at(STARTED).replace("0.0196", "0")
    other = (
        '{"event": "message_send", "properties": null}',
        '{"event": "x", "properties": {"a": "message_send"}}',
        '{"event": "launched"}',
    )
    for line in (free, *other):
        assert analytics(line) == Findings()
    assert flaws(analytics(at(STARTED)[:-1] + ",}")) == [Flaw.NOT_JSON]


def test_figures_are_written_as_aider_writes_them() -> None:
    assert [as_written(count) for count in (0, 999, 1_000, 9_949, 10_000, 45_678)] == ["0", "999", "1.0k", "9.9k", "10k", "46k"]
    assert [as_dollars(cost) for cost in (0, 1.239, 0.01, 0.0018, 0.00041)] == ["0.00", "1.24", "0.01", "0.0018", "0.00041"]


def test_histories_are_found_where_agents_worked_and_where_the_settings_say(tmp_path: Path) -> None:
    for name in ("orchard/.aider.chat.history.md", "orchard/deep/.aider.chat.history.md", "repos/a/b/.aider.chat.history.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    for name in ("orchard/aider.jsonl", "repos/aider.jsonl", "repos/other.jsonl"):
        (tmp_path / name).touch()
    where = places(tmp_path, projects=(tmp_path / "orchard",), extra={"aider": (tmp_path / "repos",)})
    assert [(root.path.name, root.depth) for root in SOURCE.roots(where)] == [("repos", 3), ("orchard", 0)]
    assert [Path(path).relative_to(tmp_path).as_posix() for _, path in logs_of(SOURCE, where)] == [
        "repos/a/b/.aider.chat.history.md",
        "repos/aider.jsonl",
        "orchard/.aider.chat.history.md",
        "orchard/aider.jsonl",
    ]


def test_a_repository_s_history_is_found_from_any_folder_in_it(tmp_path: Path) -> None:
    (tmp_path / "orchard" / ".git").mkdir(parents=True)
    inside = tmp_path / "orchard" / "pears" / "ripe"
    inside.mkdir(parents=True)
    where = places(tmp_path, projects=(inside, tmp_path / "alone"))
    assert [root.path for root in SOURCE.roots(where)] == [inside, tmp_path / "alone", tmp_path / "orchard"]


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_variables_and_aider_s_own_settings_name_files(platform: str, tmp_path: Path) -> None:
    (tmp_path / ".aider.conf.yml").write_text("# mine\nmodel: gpt-5\nanalytics-log: ~/logs/aider.jsonl # exact\n")
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / ".aider.conf.yml").write_text('analytics-log: "logs/here.jsonl"\n')
    environ = {"AIDER_CHAT_HISTORY_FILE": "~/chats/mine.chat.history.md", "AIDER_ANALYTICS_LOG": "/var/aider/log.jsonl"}
    where = places(tmp_path, environ, platform=platform, projects=(tmp_path / "work",))
    assert [(root.path, root.origin) for root in SOURCE.roots(where)] == [
        (tmp_path / "chats", "AIDER_CHAT_HISTORY_FILE, mine.chat.history.md"),
        (Path("/var/aider"), "AIDER_ANALYTICS_LOG, log.jsonl"),
        (tmp_path / "logs", "AIDER_ANALYTICS_LOG, aider.jsonl"),
        (tmp_path / "work" / "logs", "AIDER_ANALYTICS_LOG, here.jsonl"),
        (tmp_path / "work", "work"),
    ]
    assert SOURCE.roots(places(tmp_path / "nobody")) == ()


def test_a_file_that_is_named_is_read_whatever_it_is_called_and_nothing_else_beside_it(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    for name in ("pears.md", "cider.md", "counts.jsonl", "other.jsonl", "mine.md"):
        (tmp_path / "notes" / name).touch()
    (tmp_path / ".aider.conf.yml").write_text("chat-history-file: notes/mine.md\nanalytics-log: notes/counts.jsonl\n")
    where = places(tmp_path, {"AIDER_CHAT_HISTORY_FILE": "~/notes/pears.md"})
    assert [Path(path).name for _, path in logs_of(SOURCE, where)] == ["counts.jsonl", "mine.md", "pears.md"]
    assert only(read(START, MODEL, SENT, path=str(tmp_path / "notes" / "pears.md"))).model == "gpt-5"


def test_the_nearest_settings_say_where_openai_is_called(tmp_path: Path) -> None:
    work = Root(tmp_path / "work", "work", 0)
    work.path.mkdir()

    def route(**environ: str) -> str:
        return SOURCE.route(places(tmp_path, environ), work)

    assert not route()
    assert route(OPENAI_API_BASE="https://me:key@one.example/v1?k=1") == "https://one.example/v1"
    assert route(OPENAI_API_BASE=" ", OPENAI_BASE_URL="https://two.example") == "https://two.example"
    (tmp_path / ".env").write_text("export OPENAI_API_BASE='https://three.example'\nnothing\n")
    assert route(OPENAI_API_BASE="https://one.example") == "https://three.example"
    (work.path / ".env").mkdir()
    (work.path / ".aider.conf.yml").write_text("openai-api-base: https://four.example\n")
    assert route() == "https://four.example"
    assert not SOURCE.route(places(Path("a\0b")), Root(Path("a\0b"), "work"))


def test_other_providers_are_called_where_the_settings_say(tmp_path: Path) -> None:
    work = Root(tmp_path / "work", "work", 0)
    work.path.mkdir()
    assert SOURCE.addresses(places(tmp_path), work) == {}
    (tmp_path / ".aider.conf.yml").write_text("set-env: [ANTHROPIC_API_BASE=https://k@one.example]\nmodel: x\n- OPENAI_API_BASE=no\n")
    (work.path / ".aider.conf.yml").write_text(
        "set-env:\n\n  - LITELLM_PROXY_API_BASE=https://two.example\n  - 'OPENAI_API_BASE=https://three.example'\nmodel: x\n"
    )
    assert SOURCE.addresses(places(tmp_path), work) == {"anthropic": "https://one.example", "litellm_proxy": "https://two.example"}
    assert SOURCE.route(places(tmp_path), work) == "https://three.example"
    way = written("https://three.example", SOURCE.addresses(places(tmp_path), work))
    routes = {
        model: only(read(START, f"> Model: {model} with x", SENT, route=way)).route
        for model in ("gpt-5", "claude-opus-4-5", "anthropic/claude-opus-4-5", "litellm_proxy/team", "deepseek/x")
    }
    assert routes == {
        "gpt-5": "https://three.example",
        "claude-opus-4-5": "https://one.example",
        "anthropic/claude-opus-4-5": "https://one.example",
        "litellm_proxy/team": "https://two.example",
        "deepseek/x": "",
    }
    assert only(read(START, "> Model: litellm_proxy/team with x", SENT)).route == "litellm_proxy"


@given(st.binary())
def test_unknown_fields_of_an_earlier_version_begin_anew(fields: bytes) -> None:
    assert SOURCE.parser(Log("aider", FILE), fields).fields()
    assert SOURCE.parser(Log("aider", LOG), fields).fields() == b""
