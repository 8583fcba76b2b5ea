"""Knows the ways in which logs write a model's name, and what of it can be left out without meaning another model."""

import re
from collections.abc import Iterator

NAME_MAX = 200
"""No model has a longer name; whatever is longer is not looked up."""

READ_SINCE = 3
"""Rises whenever a name is read otherwise than before, so that what was booked is priced again."""

LOCAL = frozenset({"ollama", "ollama_chat", "lmstudio", "lm_studio", "llamacpp", "llama.cpp", "llamafile", "localai", "local", "oss"})
"""Providers that run on the user's own machine: no list price is theirs."""

# The patterns below are compiled when the first name is looked up, which few commands do.

# What Claude Code puts behind a model with the long context window.
_WINDOW = r"\[\d+[km]\]$"
# How hard a model is to think, which some agents put behind its name: a token costs the same. Only of vendors that have no model so called.
_EFFORT = r"((?:^|[/.])(?:claude|gemini|gpt)-[^/]*?)(?:-(?:thinking|minimal|low|medium|high|xhigh))+$"
# Bedrock's revision of its own wrapping of a model: the first one, or any one of a dated build.
_REVISION = r"(?:(?<=\d{8})-v\d(?::\d)?|-v1:\d|(?<=\d)-v1)(?::\d+k)?$"
_DATE = (
    r"(?:[-@]20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    r"|-20\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    r"|-(?:preview|exp)-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]|20\d{2}))$"
)
# Google serves some models as previews only, and agents leave out the word (Antigravity's `gemini-3-pro-high`).
_GOOGLES = r"(?:.*/)?gemini-\d[\d.]*-(?:pro|flash|flash-lite)"
_NEWEST = r"[-@](?:latest|default)$"
# Bedrock's own ids: an optional region, the vendor, the model.
_BEDROCK = (
    r"(?:(?:us|us-gov|eu|apac|au|jp|in|ca|sa|global)\.)?"
    r"(?:ai21|amazon|anthropic|cohere|deepseek|meta|minimax|mistral|moonshot|moonshotai|nvidia|openai|qwen|writer|zai)\."
    r"(?=[a-z])"
)


def plain(name: str) -> str:
    """Return the name as it is compared: no surrounding space, lower case."""
    return name.strip().lower()


def trims(name: str) -> tuple[str, ...]:
    """Return the name and then what is left of it without window mark, effort, revision, date and `latest`, longest first.

    A date or a revision says which build of a model answered, an effort how; anything else in a name says which model, and stays.
    """
    forms = [name]
    for ending in (_WINDOW, _EFFORT, _REVISION, _DATE, _NEWEST):
        shorter = re.sub(ending, r"\1" if ending == _EFFORT else "", forms[-1])
        if shorter and shorter != forms[-1]:
            forms.append(shorter)
    return tuple(forms)


def preview_of(name: str) -> str:
    """Return what the preview of a model of Google's is called, for one that is not listed itself; empty for other names."""
    return f"{name}-preview" if re.fullmatch(_GOOGLES, name) else ""


def tails(name: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the name with ever more of its path taken off: what was taken off, outermost first, and what is left.

    `azure/openai/gpt-5` names two providers and a model. An id of Bedrock (`us.anthropic.claude-…`) names Bedrock
    without a path, and its model stands behind the last dot of that preamble.
    """
    taken: tuple[str, ...] = ()
    rest = name
    while True:
        preamble = re.match(_BEDROCK, rest)
        if preamble:
            yield (*taken, "bedrock"), rest
            yield (*taken, "bedrock"), rest[preamble.end() :]
            return
        yield taken, rest
        head, slash, rest = rest.partition("/")
        if not slash or not rest:
            return
        taken = (*taken, head)
