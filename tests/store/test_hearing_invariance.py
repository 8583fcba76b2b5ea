"""However reports and logs of the same calls are interleaved, repeated and interrupted, each call is one response with its own counts."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from hearing_rig import call, counted, hear, line, log, seconds
from ledger_rig import NOW, opened, total
from tankful.core.usage import TokenUsage

LOGGED = 1000


@dataclass(frozen=True, slots=True)
class Made:
    """A call that was really made."""

    number: int
    tokens: TokenUsage
    by_request: bool
    is_heard: bool
    is_logged: bool


@some.composite
def sessions(draw: some.DrawFn) -> tuple[list[Made], list[tuple[str, int]]]:
    """Some calls, many of them alike, and an order in which they are told; calls without a request id are told both ways in the end."""
    made: list[Made] = []
    for number in range(1, draw(some.integers(1, 7)) + 1):
        by_request = draw(some.booleans())
        ways = draw(some.sampled_from(("both", "report", "log"))) if by_request else "both"
        tokens = TokenUsage(draw(some.sampled_from((10, 20))), draw(some.sampled_from((1, 2))), draw(some.sampled_from((0, 5))))
        made.append(Made(number, tokens, by_request, is_heard=ways != "log", is_logged=ways != "report"))
    told = [("hear", each.number) for each in made if each.is_heard] + [("log", each.number) for each in made if each.is_logged]
    again = draw(some.lists(some.sampled_from([*told, ("restart", 0), ("sums", 0)]), max_size=5))
    return made, draw(some.permutations(told + again))


@given(sessions())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_call_is_one_response(session: tuple[list[Made], list[tuple[str, int]]]) -> None:
    made, order = session
    with TemporaryDirectory() as folder:
        ledger = opened(Path(folder))
        for what, number in order:
            match what:
                case "restart":
                    ledger.close()
                    ledger = opened(Path(folder))
                case "sums":
                    counted(ledger)
                case _:
                    each = made[number - 1]
                    at, request = NOW + seconds(number), LOGGED * 2 + number if each.by_request else 0
                    if what == "hear":
                        hear(ledger, call(number, at, request=request, tokens=each.tokens))
                    else:
                        log(ledger, line(LOGGED + number, at, request=request, tokens=each.tokens))
        assert counted(ledger) == len(made)
        assert total(ledger)[1] == sum((each.tokens for each in made), TokenUsage())
        ledger.close()
