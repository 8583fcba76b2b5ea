"""OpenCode's and Kilo's messages are each one response, wherever and however often they are kept."""

# ruff: noqa: S608 - the databases are the tests' own

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sources.stores_reading import NOW, RECORDED, TIMES, book, flaws, made, places, read, read_home, readings, tokens
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources import kilo_cli_source, opencode_source
from tankful.sources.source import Root
from tankful.sources.stored import PIECE
from tankful.sources.way import written

SOURCE = opencode_source.SOURCE
CREATED = 1_790_841_600_000
AT = datetime.fromtimestamp(CREATED / 1000, UTC)
TABLES = """
    CREATE TABLE session (id TEXT, directory TEXT, parent_id TEXT);
    CREATE TABLE message (id TEXT, session_id TEXT, time_created INTEGER, time_updated INTEGER, data TEXT);
"""


def answer(**more: Any) -> dict[str, Any]:
    counts = {"input": 10, "output": 20, "reasoning": 5, "cache": {"read": 30, "write": 4}}
    time = {"created": CREATED, "completed": CREATED + 900}
    return {"role": "assistant", "modelID": "m", "providerID": "p", "cost": 0.5, "tokens": counts, "time": time} | more


def row(name: str, data: object, session: str = "s", changed: int | None = 1) -> str:
    text = (data if isinstance(data, str) else json.dumps(data)).replace("'", "''")
    return f"INSERT INTO message VALUES ('{name}', '{session}', {CREATED}, {'NULL' if changed is None else changed}, '{text}');"


def store(folder: Path, *rows: str, tables: str = TABLES) -> Path:
    return made(folder / "opencode.db", tables + "".join(rows))


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the shared recordings are not here")
def test_recorded_messages_give_the_totals_they_are_known_to_give_and_the_databases_word_counts() -> None:
    found = read_home(SOURCE, places(Path("/nobody"), {"OPENCODE_DATA_DIR": str(RECORDED / "opencode" / "inline-ccusage")}))
    events = book(found)
    assert tokens(events) == TokenUsage(240, 120, 12, 24)
    assert [event.recorded_cost for event in events] == [Decimal("0.03")] * 2
    assert not found.problems


def test_reasoning_is_billed_beside_output_and_cached_input_is_beside_input(tmp_path: Path) -> None:
    found, _ = read(SOURCE, store(tmp_path, row("a", answer()), "INSERT INTO session VALUES ('s', '/home/grace/work', NULL);"))
    (event,) = found.events
    assert event.tokens == TokenUsage(10, 25, 30, 4, 0, 5)
    assert (event.at, event.model, event.provider, event.session, event.project) == (AT, "m", "p", "s", "/home/grace/work")
    assert (event.recorded_cost, event.second_hand) == (Decimal("0.5"), 0)


def test_a_total_may_say_that_reasoning_is_inside_output(tmp_path: Path) -> None:
    counts = {"input": 10, "output": 20, "reasoning": 5, "total": 30}
    found, _ = read(SOURCE, store(tmp_path, row("a", answer(tokens=counts)), row("b", answer(tokens=counts | {"total": 35}))))
    assert [event.tokens for event in found.events] == [TokenUsage(10, 20, reasoning=5), TokenUsage(10, 25, reasoning=5)]


def test_a_cost_of_nothing_is_no_cost_and_a_message_without_anything_is_no_response(tmp_path: Path) -> None:
    nothing = answer(cost=0, tokens={"input": 0})
    found, _ = read(
        SOURCE,
        store(
            tmp_path, row("a", answer(cost=0)), row("b", nothing), row("c", answer(tokens=None)), row("d", {"role": "tool", "tokens": {}})
        ),
    )
    (event,) = found.events
    assert event.recorded_cost is None
    assert not found.problems


def test_a_cost_without_tokens_is_booked(tmp_path: Path) -> None:
    found, _ = read(SOURCE, store(tmp_path, row("a", answer(tokens={}))))
    (event,) = found.events
    assert (event.tokens, event.recorded_cost) == (TokenUsage(), Decimal("0.5"))


def test_forks_copy_messages_under_new_ids_and_they_count_once(tmp_path: Path) -> None:
    found, _ = read(SOURCE, store(tmp_path, row("a", answer()), row("b", answer(), "fork"), row("c", answer(cost=0.6), "other")))
    first, other = book(found)
    assert (first.session, other.session) == ("s", "other")


def test_sub_agents_belong_to_the_session_that_asked_them_and_nobody_typed_what_they_were_asked(tmp_path: Path) -> None:
    asked = {"role": "user", "time": {"created": CREATED}}
    sessions = "INSERT INTO session VALUES ('s', '/home/grace/work', NULL), ('sub', '/home/grace/work', 's');"
    found, _ = read(SOURCE, store(tmp_path, sessions, row("a", asked), row("b", asked, "sub"), row("c", answer(), "sub")))
    assert [event.session for event in found.events] == ["s"]
    (prompt,) = found.prompts
    assert (prompt.at, prompt.session, prompt.project) == (AT, "s", "/home/grace/work")


def test_a_copied_prompt_is_the_same_prompt_and_one_without_a_time_goes_by_its_id(tmp_path: Path) -> None:
    dated: dict[str, object] = {"role": "user", "time": {"created": CREATED}}
    undated: dict[str, object] = {"role": "user", "time": {}}
    rows = [row("a", dated), row("b", dated, "fork"), row("c", undated), row("d", undated)]
    found, _ = read(SOURCE, store(tmp_path, *rows))
    assert len({prompt.key for prompt in found.prompts}) == 3
    assert flaws(found) == [Flaw.BAD_TIME] * 2


def test_tasks_that_kilo_took_over_from_its_extension_are_counted_there(tmp_path: Path) -> None:
    taken_over = {"modelID": "legacy", "providerID": "legacy"}
    nothing = {"input": 0, "output": 0, "reasoning": 0, "cache": {"read": 0, "write": 0}}
    asked = {"role": "user", "time": {"created": 1_790_000_000_000}, "agent": "user", "model": taken_over}
    rows = [row("a", asked), row("b", answer(**taken_over, cost=0, tokens=nothing)), row("c", answer())]
    found, _ = read(kilo_cli_source.SOURCE, store(tmp_path, *rows))
    assert (len(found.prompts), [event.model for event in found.events]) == (0, ["m"])


def test_the_second_version_has_a_table_of_its_own_and_both_may_hold_a_message(tmp_path: Path) -> None:
    two = "CREATE TABLE session_message (id TEXT, session_id TEXT, type TEXT, time_created INTEGER, time_updated INTEGER, data TEXT);"
    data = answer(model={"id": "m", "providerID": "p"}, modelID=None, providerID=None, role=None)
    rows = [
        f"INSERT INTO session_message VALUES ('{kind}', 's', '{kind}', {CREATED}, 1, '{json.dumps(data)}');"
        for kind in ("assistant", "user", "shell")
    ]
    found, _ = read(SOURCE, store(tmp_path, *rows, row("other id", answer()), tables=TABLES + two))
    (event,) = book(found)
    assert (event.model, event.provider) == ("m", "p")
    assert len(found.prompts) == 1


def test_old_and_odd_databases_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    bare = made(
        tmp_path / "bare.db",
        f"CREATE TABLE message (id, session_id, data); INSERT INTO message VALUES ('a', 's', '{json.dumps(answer())}');",
    )
    typeless = made(
        tmp_path / "typeless.db",
        f"CREATE TABLE session_message (id, session_id, data); INSERT INTO session_message VALUES ('a', 's', '{json.dumps(answer())}');",
    )
    for path in (bare, typeless):
        found, fields = read(SOURCE, path)
        assert len(found.events) == 1
        again, _ = read(SOURCE, path, fields)
        assert len(book(found, again)) == 1
    found, _ = read(SOURCE, made(tmp_path / "foreign.db", "CREATE TABLE message (id, text);"))
    assert flaws(found) == [Flaw.OTHER_SHAPE]


def test_only_what_changed_is_read_again_and_grows(tmp_path: Path) -> None:
    path = store(tmp_path, row("a", answer(), changed=10), row("b", answer(cost=0.6), changed=20), row("c", answer(cost=0.7), changed=None))
    first, fields = read(SOURCE, path)
    made(path, f"UPDATE message SET time_updated = 30, data = '{json.dumps(answer(cost=0.8))}' WHERE id = 'a';")
    second, _ = read(SOURCE, path, fields)
    assert [event.recorded_cost for event in second.events] == [Decimal("0.8"), Decimal("0.6"), Decimal("0.7")]
    assert [event.recorded_cost for event in book(first, second)] == [Decimal("0.8"), Decimal("0.6"), Decimal("0.7")]
    third, _ = read(SOURCE, path, read(SOURCE, path)[1])
    assert [event.recorded_cost for event in third.events] == [Decimal("0.8"), Decimal("0.7")]


def test_a_reading_may_end_after_any_piece(tmp_path: Path) -> None:
    times = [{"created": CREATED + number, "completed": CREATED + number} for number in range(PIECE + 5)]
    path = store(tmp_path, *(row(f"{number}", answer(time=time), changed=number) for number, time in enumerate(times)))
    assert {len(book(found)) for found in readings(SOURCE, path)} == {PIECE + 5}


def test_values_of_a_wrong_type_cost_no_more_than_themselves(tmp_path: Path) -> None:
    odd = answer(modelID=7, path=["x"], model="m", cost="much", tokens={"input": -1, "output": 20}, time={"created": "soon"})
    found, _ = read(
        SOURCE, store(tmp_path, row("a", odd), row("b", "{broken"), row("c", []), "INSERT INTO message VALUES (X'00', 's', 1, 1, NULL);")
    )
    (event,) = found.events
    assert (event.tokens, event.model, event.at) == (TokenUsage(0, 20), None, TIMES.modified)
    assert set(flaws(found)) == {Flaw.WRONG_SHAPE, Flaw.BAD_COUNT, Flaw.BAD_TIME, Flaw.NOT_JSON}


def test_a_message_of_an_old_file_gives_way_to_the_database_and_needs_no_id(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(answer(id="a", sessionID="s", path={"cwd": "/home/grace/work"}, cost=9)))
    from_file, fields = read(SOURCE, path)
    assert (from_file.events[0].session, from_file.events[0].project, fields) == ("s", "/home/grace/work", b"")
    from_database, _ = read(SOURCE, store(tmp_path, row("a", answer())))
    (event,) = book(from_file, from_database)
    assert event.recorded_cost == Decimal("0.5")
    path.write_text(json.dumps({"tokens": {"output": 3}, "path": {"root": "/home/grace/work"}}))
    (nameless,) = read(SOURCE, path)[0].events
    assert (len(nameless.keys), nameless.project, nameless.at) == (1, "/home/grace/work", TIMES.modified)
    path.write_text("{")
    assert flaws(read(SOURCE, path)[0]) == [Flaw.NOT_JSON]


def test_records_lie_in_the_data_folder_on_every_system() -> None:
    home = Path("/home/grace")
    usual = home / ".local" / "share" / "opencode"
    assert [root.path for root in SOURCE.roots(places(home))] == [usual, usual / "storage" / "message"]
    shared = places(
        home, {"XDG_DATA_HOME": "/data", "OPENCODE_DB": "/elsewhere/my.db"}, extra={"opencode": (Path("/x"), Path("/y/message"))}
    )
    assert [str(root.path) for root in SOURCE.roots(shared)][::2] == ["/data/opencode", str(usual), "/elsewhere", "/x/storage/message"]
    assert SOURCE.roots(places(home, platform="darwin"))[2].path == home / "Library" / "Application Support" / "opencode"
    assert SOURCE.roots(places(home, platform="win32"))[2].path == home / "AppData" / "Local" / "opencode"
    assert SOURCE.roots(places(home, {"LOCALAPPDATA": "/local"}, "win32"))[2].path == Path("/local/opencode")
    assert [root.path for root in SOURCE.roots(places(home, {"OPENCODE_DATA_DIR": "~/a,/b"}))][::2] == [home / "a", Path("/b")]
    assert kilo_cli_source.SOURCE.roots(places(home))[0].path == home / ".local" / "share" / "kilo"


def test_databases_of_all_channels_are_records_and_other_json_is_none() -> None:
    data, old = Root(Path("/d"), "", 0), Root(Path("/d/storage/message"), "", 1)
    assert list(SOURCE.logs(data, ["/d/opencode.db", "/d/opencode-beta.db", "/d/auth.json"])) == ["/d/opencode.db", "/d/opencode-beta.db"]
    assert list(SOURCE.logs(old, ["/d/storage/message/s/a.json", "/d/storage/message/s/b.db"])) == ["/d/storage/message/s/a.json"]


def settings(folder: Path, name: str, **given: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"// hand-made\n{json.dumps(given)}")


def test_the_address_of_the_chosen_provider_is_the_route(tmp_path: Path) -> None:
    (root,) = SOURCE.roots(places(tmp_path))[:1]
    assert SOURCE.route(places(tmp_path), root) == ""
    gateway = {"options": {"baseURL": "https://key@llm.example.org/v1"}}
    settings(tmp_path / ".config" / "opencode", "opencode.jsonc", provider={"company": gateway, "own": {}})
    assert SOURCE.route(places(tmp_path), root) == "https://llm.example.org/v1"
    settings(tmp_path / "xdg" / "opencode", "opencode.json", model="own/model", provider={"company": gateway, "own": {}})
    assert SOURCE.route(places(tmp_path, {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}), root) == ""
    other = {"options": {"baseURL": "https://other.example.org"}}
    settings(tmp_path, "mine.json", provider={"company": gateway, "own": other})
    assert SOURCE.route(places(tmp_path, {"OPENCODE_CONFIG": str(tmp_path / "mine.json")}), root) == ""


def test_each_message_went_where_its_provider_is_said_to_be(tmp_path: Path) -> None:
    data = tmp_path / ".local" / "share" / "opencode"
    data.mkdir(parents=True)
    path = store(data, row("a", answer(providerID="company")), row("b", answer()))
    assert [event.route for event in read(SOURCE, path, route="https://llm.example.org")[0].events] == ["https://llm.example.org"] * 2
    settings(
        tmp_path / ".config" / "opencode", "opencode.json", provider={"company": {"options": {"baseURL": "https://llm.example.org/v1"}}}
    )
    assert [event.route for event in read(SOURCE, path, route="x")[0].events] == ["https://llm.example.org/v1", ""]


def test_all_settings_together_say_where_a_provider_is_called(tmp_path: Path) -> None:
    def at(url: str) -> dict[str, Any]:
        return {"options": {"baseURL": url}}

    given = {"one": at("https://one.example"), "two": at("https://two.example"), "three": at("{env:THREE}/v1"), "four": at("{file:~/url}")}
    settings(tmp_path / ".config" / "opencode", "opencode.json", provider=given)
    settings(tmp_path, "mine.json", provider={"two": at("https://mine.example")})
    environ = {"OPENCODE_CONFIG": str(tmp_path / "mine.json"), "THREE": "https://k@three.example"}
    (root,) = SOURCE.roots(places(tmp_path))[:1]
    urls = SOURCE.addresses(places(tmp_path, environ), root)
    assert urls == {"one": "https://one.example", "two": "https://mine.example", "three": "https://three.example/v1", "four": "four"}
    assert SOURCE.addresses(places(tmp_path), root)["three"] == "three"
    (tmp_path / "work" / ".git").mkdir(parents=True)
    settings(tmp_path, "opencode.json", provider={"anthropic": at("https://no.example")})
    settings(tmp_path / "work", "opencode.json", provider={"one": at("https://far.example"), "own": at("{env:OWN}")})
    settings(tmp_path / "work" / "deep" / ".opencode", "opencode.jsonc", provider={"one": at("https://work.example")})
    here = {"cwd": str(tmp_path / "work" / "deep")}
    rows = [row(name, answer(providerID=name, path=here)) for name in ("one", "own", "two", "anthropic")]
    found, _ = read(SOURCE, store(tmp_path, *rows, row("five", answer(providerID="one", path={"cwd": "/none"}))), route=written("", urls))
    assert [event.route for event in found.events] == ["https://work.example", "own", "https://mine.example", "", "https://one.example"]


def test_the_checkpoint_stays_small(tmp_path: Path) -> None:
    _, fields = read(SOURCE, store(tmp_path, *(row(f"{number}", answer(), changed=number) for number in range(50))))
    assert msgspec.msgpack.decode(fields) == {"message": {"since": 49, "row": 0, "newest": 49}}
    assert NOW > AT
