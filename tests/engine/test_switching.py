"""Which account a model is had from, and what an agent is told of it."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from gateway_rig import AnsweringServer, Seen
from linking_rig import opened_desk
from tankful.core.allocation import OfferedModel
from tankful.core.links import Link, Method
from tankful.engine.linking import Linking
from tankful.engine.switching import Found, NoSuchModel, asked_for_models, choose, key_of, key_words, offer_of
from tankful.system.paths import folders

WORK = Link("work", "litellm", "https://llm.example.com/", Method.KEY)
ROUTER = Link("router", "openrouter", "https://openrouter.ai", Method.KEY)
QUOTA = Link("quota", "claude-quota", "https://api.anthropic.com", Method.FILE)
LOCAL = Link("desk", "generic", "http://127.0.0.1:4000", Method.LOCAL)
OFFERED = {"work": (OfferedModel("house-coder-2", Decimal(1), Decimal(2)), OfferedModel("anthropic/claude-x-20260101"))}


def refused(model: str, *links: Link, account: str = "") -> str:
    with pytest.raises(NoSuchModel) as why:
        choose(model, links, OFFERED, account)
    return f"{why.value.title}. {why.value.hint}"


def test_a_model_is_had_from_the_account_that_offers_it_by_any_of_its_names() -> None:
    assert choose("house-coder-2", (QUOTA, ROUTER, WORK), OFFERED).link is WORK
    assert choose("claude-x", (WORK,), OFFERED).model == OFFERED["work"][1]
    assert choose("house-coder-2", (ROUTER, WORK), OFFERED, "WORK").link is WORK


def test_an_account_that_lists_no_models_is_taken_at_the_users_word() -> None:
    assert choose("anything", (WORK, ROUTER), OFFERED, "router") == Found(ROUTER, None)


def test_what_is_not_to_be_had_says_what_is() -> None:
    assert refused("x").startswith("No account is linked. Link your company's gateway first")
    assert refused("x", QUOTA).startswith("None of the linked accounts passes agents' calls on.")
    assert refused("house-koder", WORK) == "No linked account offers 'house-koder'. There is house-coder-2."
    assert "There is anthropic/claude-x-20260101, house-coder-2." in refused("zzz", WORK)
    assert "name the account too" in refused("x", ROUTER)
    assert "is called 'quota'. There are work." in refused("x", WORK, QUOTA, account="quota")


def test_an_offer_names_the_model_as_the_gateway_does_and_the_way_to_its_key(tmp_path: Path) -> None:
    at = folders(tmp_path)
    offer = offer_of(choose("claude-x", (WORK,), OFFERED), "claude-x", at)
    assert (offer.model, offer.address, offer.openai_address) == (
        "anthropic/claude-x-20260101",
        "https://llm.example.com",
        "https://llm.example.com/v1",
    )
    assert offer.key_words[-4:] == ("key", "work", "--data", str(tmp_path))
    assert offer_of(Found(ROUTER, None), "a/b", at).address == "https://openrouter.ai/api"
    assert not offer_of(Found(LOCAL, None), "m", at).needs_key
    assert key_words("work", folders(None))[-2:] == ("key", "work")


def test_gateways_of_which_nothing_is_known_are_asked_and_one_that_does_not_answer_offers_nothing(tmp_path: Path) -> None:
    def models(seen: Seen) -> tuple[int, dict[str, str], object]:
        assert seen.headers["authorization"] == "Bearer sk-1"
        return 200, {}, {"data": [{"model_name": "house-mini", "model_info": {"in_house": True}}]}

    with AnsweringServer({("GET", "/model/info"): models}) as server, opened_desk(tmp_path) as desk:
        desk.ring.kept.update({"new": "sk-1", "old": "sk-2"})
        new, silent = replace(WORK, name="new", url=server.url), replace(WORK, name="silent", url=server.url)

        async def ask(linking: Linking) -> tuple[object, str]:
            every = await asked_for_models(linking, (WORK, QUOTA, new, silent), OFFERED)
            return every, await key_of(linking, new)

        every, key = desk.do(ask)
    assert every == {**OFFERED, "new": (OfferedModel("house-mini", in_house=True),), "silent": ()}
    assert key == "sk-1"
