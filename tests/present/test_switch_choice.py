"""Which agent may be given which model."""

from tankful.core.accounts import AccountState
from tankful.core.allocation import OfferedModel
from tankful.core.health import Condition, FeedHealth
from tankful.core.links import Link, Method
from tankful.present.switch_choice import switch_choice
from tankful.switch.registry import SWITCHERS

WORK, SPARE = (Link(name, "litellm", f"https://{name}.example.com", Method.KEY) for name in ("work", "spare"))
MODELS = (OfferedModel("zeta"), OfferedModel("Alpha"), OfferedModel("house-coder-2", in_house=True))
STATE = AccountState(WORK, FeedHealth("work", Condition.OK), models=MODELS)


def test_the_models_of_the_house_stand_first_and_accounts_that_list_none_last() -> None:
    choice = switch_choice(SWITCHERS[:1], (STATE,), (SPARE, WORK))
    assert choice.agents == (("claude-code", "Claude Code"),)
    assert [source.link.name for source in choice.sources] == ["work", "spare"]
    assert [text for text, _ in choice.sources[0].models] == ["house-coder-2 · in-house", "Alpha", "zeta"]
    assert choice.sources[1].models == ()
    assert choice.missing == ""


def test_what_is_missing_is_said_the_agent_first() -> None:
    assert switch_choice((), (), ()).missing.startswith("None of the agents")
    nothing = switch_choice(SWITCHERS, (STATE,), ())
    assert nothing.missing == "No linked account passes agents' calls on"
    assert "Accounts" in nothing.hint
