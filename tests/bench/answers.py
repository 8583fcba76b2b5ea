"""Compares what the product says with what the generator wrote."""

import msgspec
from claude_session import Answer, Sum


class _Tokens(msgspec.Struct):
    input: int
    output: int
    cache_read: int
    cache_write: int
    cache_write_1h: int


class _Row(msgspec.Struct):
    requests: int
    tokens: _Tokens
    cost_usd: str | None
    day: str = ""
    model: str = ""


class Report(msgspec.Struct):
    """The part of `tankful usage --json` that is compared."""

    rows: list[_Row]
    totals: _Row

    def sums(self) -> dict[tuple[str, str], Sum]:
        """Return what each day and model used."""
        return {(row.day, row.model): _sum(row) for row in self.rows}

    @property
    def total(self) -> Sum:
        """Return the sum of everything."""
        return _sum(self.totals)


USAGE = ("usage", "--json", "--by", "day,model", "--timezone", "UTC")
"""The words after `tankful` that give the report to compare."""


def report(output: bytes) -> Report:
    """Read what `tankful usage --json` printed."""
    return msgspec.json.decode(output, type=Report)


def difference(output: bytes, answer: Answer) -> str:
    """Say where the product is wrong; empty when every day and model is exact."""
    found = report(output).sums()
    for key in sorted(found.keys() | answer.by_day_and_model.keys()):
        has, should = found.get(key, Sum()), answer.by_day_and_model.get(key, Sum())
        if has != should:
            return f"{key[0]} {key[1]}: {has} instead of {should}"
    return ""


def _sum(row: _Row) -> Sum:
    tokens = row.tokens
    return Sum(row.requests, tokens.input, tokens.output, tokens.cache_read, tokens.cache_write, tokens.cache_write_1h)
