"""Compares what the product says of every agent with what was written for it."""

from collections.abc import Collection

import msgspec
from claude_session import Sum
from mixed_talk import WHOLE, Answers

USAGE = ("usage", "--json", "--by", "day,agent", "--timezone", "UTC")
"""The words after `tankful` that give the report to compare."""


class _Tokens(msgspec.Struct):
    input: int
    output: int
    cache_read: int
    cache_write: int
    cache_write_1h: int


class _Row(msgspec.Struct):
    day: str
    agent: str
    requests: int
    tokens: _Tokens
    cost_usd: str | None = None


class _Report(msgspec.Struct):
    rows: list[_Row]


def sums(output: bytes) -> dict[tuple[str, str], Sum]:
    """Read what `tankful usage --json` printed: sums by agent and day."""
    found: dict[tuple[str, str], Sum] = {}
    for row in msgspec.json.decode(output, type=_Report).rows:
        tokens = row.tokens
        used = Sum(row.requests, tokens.input, tokens.output, tokens.cache_read, tokens.cache_write, tokens.cache_write_1h)
        found[row.agent, row.day] = used
    return found


def differences(output: bytes, answers: Answers, without: Collection[str] = ()) -> list[str]:
    """Say where the product is wrong: by day for agents that record calls, over all days for those that keep sums.

    Agents in `without` must not be there. Nothing can be said of how many requests a sum is of.
    """
    found = sums(output)
    whole = {agent for agent, day in answers.sums if day == WHOLE}
    for agent, day in list(found):
        if agent in whole:
            part = found.pop((agent, day))
            part.requests = 0
            found.setdefault((agent, WHOLE), Sum()).add(part)
    wanted = {key: used for key, used in answers.sums.items() if key[0] not in without}
    wrong: list[str] = []
    for key in sorted(found.keys() | wanted.keys()):
        has, should = found.get(key, Sum()), wanted.get(key, Sum())
        if key[1] == WHOLE:
            should = Sum(0, should.input, should.output, should.cache_read, should.cache_write, should.cache_write_1h)
        if has != should and (has.input or has.output or should.requests or key[1] == WHOLE):
            wrong.append(f"{key[0]} {key[1]}: {has} instead of {should}")
    return wrong
