"""Gives what agents reported live the keys that the ledger knows it by."""

from collections.abc import Iterable

from tankful.core.heard import Heard, HeardCall, HeardPrompt
from tankful.core.making import made
from tankful.core.usage import Prompt, UsageEvent
from tankful.sources.identity import key_of
from tankful.store.hearing import Keyed


def keyed_calls(heard: Iterable[Heard]) -> list[Keyed]:
    """Return the calls with their keys: that of the request where the log has it too, else the report's own."""
    return [_keyed(call) for each in heard for call in each.calls]


def keyed_prompts(heard: Iterable[Heard]) -> list[Prompt]:
    """Return the prompts with their keys."""
    return [_named(prompt) for each in heard for prompt in each.prompts]


def _keyed(call: HeardCall) -> Keyed:
    key = key_of(*call.request) if call.request else key_of("heard", *call.identity)
    event = call.event
    return Keyed(call, made(UsageEvent, (event[0], (key,), *event[2:])))


def _named(heard: HeardPrompt) -> Prompt:
    return heard.prompt._replace(key=key_of("heard", *heard.identity))
