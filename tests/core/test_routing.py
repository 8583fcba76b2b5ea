from datetime import UTC, datetime, timedelta

import pytest

from tankful.core.allocation import Via
from tankful.core.links import Link, Method
from tankful.core.routing import OUTSIDE, Led, Routing, Shown, origin

WORK = Link("work", "litellm", "https://llm.example.com", Method.KEY)
KEY = Link("work key", "litellm", "https://LLM.example.com:443/sub", Method.KEY)
HERE = Link("here", "litellm", "http://127.0.0.1:4000", Method.KEY)
LINKS = (WORK, KEY, HERE)


def through(route: str, agent: str = "claude-code", project: str = "/code/app", **chosen: str) -> tuple[str, ...]:
    return Routing.of(LINKS, chosen).accounts(agent=agent, project=project, route=route)


@pytest.mark.parametrize(
    ("route", "accounts"),
    [
        ("https://llm.example.com/v1", ("work", "work key")),
        ("https://LLM.EXAMPLE.COM:443", ("work", "work key")),
        ("http://llm.example.com", ()),
        ("https://llm.example.com:8443", ()),
        ("http://127.0.0.1:4000/anthropic", ("here",)),
        ("http://127.0.0.1", ()),
        ("", ()),
        ("litellm", ()),
        ("https://[", ()),
        ("https://x:99999999", ()),
    ],
)
def test_calls_go_through_the_accounts_at_the_address_they_were_sent_to(route: str, accounts: tuple[str, ...]) -> None:
    assert through(route) == accounts


def test_an_agent_or_its_provider_can_be_said_to_go_through_an_account() -> None:
    assert through("", codex="work", agent="codex") == ("work",)
    assert through("litellm", litellm="work key", codex="work", agent="codex") == ("work key",)
    assert through("http://127.0.0.1:4000", codex="work", agent="codex") == ("here",)
    assert through("", codex="unlinked", agent="codex") == ()
    assert through("", codex=OUTSIDE, agent="codex") == ()


@pytest.mark.parametrize("folder", ["/code/app", "/code/app/", "/code", "\\code\\app"])
def test_a_folder_can_be_said_to_go_through_an_account_whatever_its_address_says(folder: str) -> None:
    assert through("http://127.0.0.1:4000", **{folder: "work"}) == ("work",)
    assert through("http://127.0.0.1:4000", **{folder: OUTSIDE}) == ()


def test_the_nearest_folder_counts_and_a_like_named_neighbour_does_not() -> None:
    assert through("", project="C:\\code\\app\\src", **{"C:\\code": "work", "C:/code/app": "here"}) == ("here",)
    assert through("", project="/code/application", **{"/code/app": "work"}) == ()
    assert through("", project="work", work="work") == ()


def test_an_address_that_is_none_has_no_origin() -> None:
    assert origin("https://[") == ("", "", 0)
    assert origin("ftp://x") == ("ftp", "x", 0)


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
THERE = "https://llm.example.com"


def led(route: str = THERE, chosen: dict[str, str] | None = None, **shown: Via) -> Led:
    listed = {name.replace("_", " "): Shown(via, NOON) for name, via in shown.items()}
    return Routing.of(LINKS, chosen).led(agent="claude-code", project="/code/app", route=route, shown=listed)


def test_of_several_accounts_at_one_address_the_first_one_has_a_call_until_something_decides() -> None:
    assert led() == Led("work", ("work key",))
    assert led("http://127.0.0.1:4000") == Led("here")
    assert led("") == Led("")


def test_the_account_whose_list_shows_a_session_with_its_own_key_has_it() -> None:
    assert led(work_key=Via.KEY) == Led("work key")
    assert led(work_key=Via.KEY, work=Via.USER) == Led("work key")
    assert led(work=Via.USER) == Led("work key")
    assert led(work=Via.USER, work_key=Via.PURSE) == Led("work key")
    assert led("", here=Via.USER) == Led("here")
    assert led("", here=Via.USER, work_key=Via.KEY) == Led("work key")


def test_of_two_lists_with_the_own_key_the_later_one_decides() -> None:
    shown = {"work": Shown(Via.KEY, NOON), "work key": Shown(Via.KEY, NOON + timedelta(minutes=1))}
    assert Routing.of(LINKS).led(agent="codex", project="", route=THERE, shown=shown) == Led("work key")


def test_what_was_chosen_for_a_folder_decides_and_for_an_agent_where_nothing_better_is_known() -> None:
    agent = {"claude-code": "work key"}
    assert led(chosen=agent) == Led("work key")
    assert led(chosen=agent, work=Via.KEY) == Led("work")
    assert led(chosen={"claude-code": "here"}) == Led("work", ("work key",))
    assert led(chosen={"/code": "work key"}, work=Via.KEY) == Led("work key")
    assert led(chosen={"/code": OUTSIDE}) == Led("")
    assert led(chosen={"/code": OUTSIDE}, here=Via.KEY) == Led("here")
