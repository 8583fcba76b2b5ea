"""A gateway that becomes another kind behind the same address is named as what it is now."""

from dataclasses import replace

from feed_rig import SMALL, Running, link, live, running
from gateway_rig import Answer, AnsweringServer, Seen
from tankful.core.links import Method
from tankful.engine.messages import FeedFailed, LookedAround, StatementFetched
from tankful.gateways.gateway import Detected, Gateway
from tankful.gateways.http import Http


def known_by(path: str, gateway: Gateway) -> Gateway:
    """Return this kind, recognised by an answer of 200 at this path."""

    async def detect(http: Http, url: str) -> Detected | None:
        reply = await http.get(url + path)
        return Detected(gateway.kind, url, (Method.KEY,)) if reply.status == 200 else None

    return replace(gateway, detect=detect)


OWN = known_by("/own", SMALL)
CLAUDE = known_by("/claude", replace(SMALL, kind="claude-gateway", title="Claude gateway"))
GONE: Answer = (404, {}, "no such page")


def failures(answers: dict[tuple[str, str], Answer], seconds: float = 0, own: Gateway = OWN) -> tuple[list[tuple[str, str]], list[Seen]]:
    async def story(feed: Running) -> None:
        await feed.time.all_asleep(1)
        if seconds:
            await feed.time.passes(seconds)

    with AnsweringServer(answers) as server:
        feed = live(running(link(server), gateways=(own, CLAUDE)), story)
        url = server.url
    told = [each.error if isinstance(each, FeedFailed) else each.other for each in feed.told if isinstance(each, FeedFailed | LookedAround)]
    return [(error.title, error.hint.replace(url, "URL")) for error in told if error is not None], server.requests


def test_the_new_kind_is_named_with_the_way_to_link_it() -> None:
    said, _ = failures({("GET", "/work/spend"): GONE, ("GET", "/claude"): (200, {}, "")})
    assert said == [
        ("The address has no such gateway", "Check the address and the kind."),
        (
            "This is a Claude gateway now",
            "It was linked as small. Link it as such in the settings, or with: tankful link claude-gateway --url URL",
        ),
    ]


def test_a_key_that_is_not_accepted_is_a_reason_to_look_too_and_goes_on_being_tried_hardly_ever() -> None:
    said, asked = failures({("GET", "/work/spend"): (401, {}, "who?"), ("GET", "/claude"): (200, {}, "")}, 800)
    assert [title for title, _ in said] == ["The gateway does not accept the key", "This is a Claude gateway now"]
    assert [seen.path for seen in asked].count("/work/spend") == 1


def test_beside_one_that_reads_anything_another_kind_is_no_news() -> None:
    said, _ = failures({("GET", "/work/spend"): GONE, ("GET", "/claude"): (200, {}, "")}, own=replace(OWN, is_any=True))
    assert said == [("The address has no such gateway", "Check the address and the kind.")]


def test_its_own_kind_or_nobody_known_is_as_it_was() -> None:
    both: dict[tuple[str, str], Answer] = {("GET", "/own"): (200, {}, ""), ("GET", "/claude"): (200, {}, "")}
    nobody: dict[tuple[str, str], Answer] = {}
    for answers in (both, nobody):
        said, _ = failures({("GET", "/work/spend"): GONE, **answers})
        assert [title for title, _ in said] == ["The address has no such gateway"]


def test_it_is_not_looked_at_every_failure() -> None:
    said, asked = failures({("GET", "/work/spend"): GONE, ("GET", "/claude"): (200, {}, "")}, 3000)
    paths = [seen.path for seen in asked]
    assert paths.count("/work/spend") > 5
    assert paths.count("/claude") == 1
    assert len(said) == paths.count("/work/spend") + 1
    assert {title for title, _ in said[1:]} == {"This is a Claude gateway now"}


def test_once_its_own_kind_answered_it_is_looked_again() -> None:
    async def story(feed: Running) -> None:
        await feed.time.all_asleep(1)
        server.answers = {("GET", "/work/spend"): (200, {}, {"spend": "1"})}
        await feed.time.passes(200)
        server.answers = answers
        await feed.time.passes(400)

    answers: dict[tuple[str, str], Answer] = {("GET", "/work/spend"): GONE, ("GET", "/claude"): (200, {}, "")}
    with AnsweringServer(answers) as server:
        feed = live(running(link(server), gateways=(OWN, CLAUDE)), story)
    assert feed.of(StatementFetched)
    assert [seen.path for seen in server.requests].count("/claude") == 2
