"""LiteLLM's models come with their prices and what the administrator says about them; its message is shown while there is one."""

import json
from decimal import Decimal
from hashlib import sha256

import pytest

from gateway_rig import Answer
from litellm_rig import LiteLLM, recorded, refusing
from tankful.core.allocation import Banner, OfferedModel, Wishes
from tankful.core.errors import GatewayConfused, GatewayUnreachable, LinkRejected
from tankful.gateways.litellm_models import message, models


def test_models_have_prices_and_what_the_administrator_says() -> None:
    gateway = LiteLLM({"/model/info": "models"})
    assert gateway.ask(models) == (
        OfferedModel("claude-sonnet-4-5", Decimal("0.000003"), Decimal("0.000015"), Decimal("3e-7"), Decimal("0.00000375")),
        OfferedModel(
            name="house-coder",
            input=Decimal("1e-7"),
            output=Decimal("4e-7"),
            in_house=True,
            alternative_to=("claude-sonnet-4-5",),
            good_for=("tests", "refactoring"),
            title="House Coder",
            documentation="https://wiki.example.org/house-coder",
        ),
        OfferedModel("house-odd", in_house=True),
        OfferedModel(
            "house-small",
            Decimal(0),
            Decimal(0),
            in_house=True,
            alternative_to=("claude-haiku-4-5",),
            good_for=("summaries",),
            title="House Small",
        ),
        OfferedModel("mystery"),
        OfferedModel("no-details"),
    )


def test_how_often_the_gateway_wants_to_be_asked_stands_with_any_model_and_a_slip_in_it_hides_none() -> None:
    def model(name: str, **own: object) -> dict[str, object]:
        return {"model_name": name, "model_info": {"tankful": own}}

    said = [model("a", poll_active_s=120, poll_idle_s="900"), model("b", first_delay_s=300, poll_idle_s="often"), model("c", in_house=True)]
    found = LiteLLM({"/model/info": (200, {}, {"data": said})}).ask(models)
    assert [each.wishes for each in found] == [Wishes(120, 900), Wishes(first_delay_s=300), None]


def test_where_a_model_runs_is_not_kept() -> None:
    gateway = LiteLLM({"/model/info": "models"})
    assert "gpu-7" in json.dumps(recorded("models"))
    assert "gpu-7" not in repr(gateway.ask(models))


def test_models_that_cannot_be_had_are_told() -> None:
    with pytest.raises(LinkRejected):
        LiteLLM({"/model/info": refusing("unknown_key")}).ask(models)
    with pytest.raises(GatewayConfused):
        LiteLLM({"/model/info": (200, {}, {"data": 7})}).ask(models)


def banner(**more: object) -> Answer:
    return 200, {}, recorded("banner") | more


def test_the_administrators_message_is_told() -> None:
    text = "**Heads up**: the budget year ends on 31 December."
    assert LiteLLM({"/get/user_banner": "banner"}).ask(message) == Banner(text, "warning", "3d1c5f")
    odd = LiteLLM({"/get/user_banner": banner(severity="red", revision=None)}).ask(message)
    assert odd == Banner(text, "info", sha256(text.encode()).hexdigest())


@pytest.mark.parametrize(
    "answer",
    [
        banner(enabled=False),
        banner(message=" "),
        banner(message=None),
        refusing("no_such_path"),
        refusing("coding_tool_key"),
        (200, {}, {}),
    ],
)
def test_no_message_is_none(answer: Answer) -> None:
    assert LiteLLM({"/get/user_banner": answer}).ask(message) is None


def test_a_message_that_cannot_be_had_is_told() -> None:
    with pytest.raises(GatewayUnreachable):
        LiteLLM({"/get/user_banner": refusing("no_database")}).ask(message)
