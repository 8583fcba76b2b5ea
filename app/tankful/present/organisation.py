"""What the settings say of the organisation's word: at each setting that it comes before, and on the page about this installation."""

from collections.abc import Mapping

from tankful.core.errors import TankfulError
from tankful.core.organisation import Policy
from tankful.present import format as words
from tankful.present.settings import Fact

_TITLE = "Your organisation"


def overruled(policy: Policy | TankfulError) -> Mapping[str, str]:
    """Return by setting the sentence that its word comes before what is set."""
    if isinstance(policy, TankfulError):
        return {}
    models = ", ".join(said.title or name for name, said in policy.in_house.items())
    said = {
        "ask_for_more_url": policy.ask_url and f"Your organisation's address comes first: {policy.ask_url}",
        "ask_for_more_mail": policy.ask_mail and f"Your organisation's address comes first: {policy.ask_mail}",
        "in_house": models and f"Named by your organisation, whose word on them comes first: {models}.",
    }
    return {field: sentence for field, sentence in said.items() if sentence}


def policy_facts(policy: Policy | TankfulError, path: str) -> tuple[Fact, ...]:
    """Return what there is to say of the policy's file as a whole; nothing where it says nothing."""
    if isinstance(policy, TankfulError):
        return (Fact(_TITLE, f"{policy.title.rstrip('.')}. {policy.hint}"),)
    says = (
        f"names {words.counted(len(policy.in_house), 'model')} of its own" if policy.in_house else "",
        "says where requests for more go" if policy.ask_url or policy.ask_mail else "",
    )
    said = " and ".join(each for each in says if each)
    return (Fact(_TITLE, f"{path}, which only your administrator may write, {said}."),) if said else ()
