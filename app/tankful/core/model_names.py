"""Knows what tells the name of one model from that of another, and what in a name only says which build of it or how it is to work."""

import re
from functools import lru_cache

_NAME_MAX = 200
_UNTOLD = frozenset(
    {"latest", "default", "preview", "exp", "experimental", "thought", "thinking", "minimal", "low", "medium", "high", "xhigh", "free"}
    | {"paygo", ""}
)
"""Words behind a name that say how a model is to work, or which build of it, and not which model it is."""


def are_one(one: str, other: str) -> bool:
    """Say whether two names may mean the same model, as far as names tell."""
    return one == other or meant(one) == meant(other)


@lru_cache(512)
def meant(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what tells a model from others: its words in any order (`claude-3-7-sonnet`, `claude-sonnet-3.7`), and its numbers.

    Left out are a path, Bedrock's preamble (`us.anthropic.`) and revision (`-v1:0`), a window (`[1m]`), dates and numbers of builds.
    """
    text = name.strip().lower()[:_NAME_MAX].rsplit("/", 1)[-1]
    for useless in (
        r"\[\d+[km]\]$",
        r"^(?:[a-z][a-z-]*\.)+(?=[a-z])",
        r"(?:(?<=\d)-v\d(?::\d)?|-v\d:\d)(?::\d+k)?$",
        r"[-@]20\d\d-?(?:0[1-9]|1[0-2])(?:-?[0-3]\d)?(?=$|-)",
        r"-(?:preview|exp)-\d\d-(?:\d\d|20\d\d)$",
    ):
        text = re.sub(useless, "", text)
    words: list[str] = []
    numbers: list[str] = []
    for part in re.split(r"[-_.:@ ]", text):
        if not part.isdigit():
            words.append(part)
        elif len(part) < 3 or (len(part) == 3 and part[0] != "0"):  # `0613`, `2411` and `002` are builds
            numbers.append(part)
    while numbers and numbers[-1] == "0":  # `claude-sonnet-4-0`
        numbers.pop()
    while words and words[-1] in _UNTOLD:
        words.pop()
    return tuple(sorted(words)), tuple(numbers)
