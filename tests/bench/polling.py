"""What a company's gateway gets to hear from everybody's client, in virtual time and by the product's own polling policy."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import partial
from multiprocessing import get_context

from context import Bench
from crowd import NOON, Answer, Client, Crowd, Life
from measure import Figure, claim, percentile

from tankful.core.polling import Circumstances, Policy, Reason

ONLINE = 0.75
SPENDING = 0.2
"""Of those who are online."""
TABLE = ((6_000, 27.0), (30_000, 134.0), (100_000, 446.0))
"""Users, and the questions per second that their gateway was planned for."""
USERS = 100_000
CAPACITY = 2_000
"""Questions per second that the gateway of so many users can answer; three times those online by this is less than the first delay."""
WARM_UP_S = 600
STEADY_S = 1_200
OUTAGE_S = 600
RESTART_S = 30
AFTER_S = 600
LEAST_S = 15


def polling(bench: Bench) -> list[Figure]:
    """Lead whole companies through an ordinary half hour, an outage, a restart that drops everybody, and everything that can happen."""
    parts = [*(partial(steady, users=users, planned=planned) for users, planned in TABLE), pausing, outage, restart, everything]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        return [figure for figures in [processes.submit(part, bench) for part in parts] for figure in figures.result()]


def steady(bench: Bench, users: int, planned: float) -> list[Figure]:
    crowd = Crowd(_company(bench.size(users)), lambda _: Answer(), Policy(), seed=1)
    crowd.run(WARM_UP_S + STEADY_S)
    rate = crowd.tally.rate(WARM_UP_S, WARM_UP_S + STEADY_S) / bench.scale
    what = f"{users:,} users: questions per second against {planned:g}"
    note = f"{rate:.1f}/s over {STEADY_S // 60} min, {crowd.tally.polls:,} questions"
    return [Figure("polling", what, abs(rate / planned - 1) * 100, "% off", 2, note), *_manners(f"{users:,} users", crowd)]


def pausing(bench: Bench) -> list[Figure]:
    """Let agents pause between calls, half of the time for longer than ten seconds: many a turn seems to end."""
    users = TABLE[0][0]
    chances = random.Random(6)  # noqa: S311 - the same company every time
    crowd = Crowd(_company(bench.size(users), lambda: _turn(chances), spending=0, living=SPENDING), lambda _: Answer(), Policy(), seed=6)
    crowd.run(WARM_UP_S + STEADY_S)
    rate = crowd.tally.rate(WARM_UP_S, WARM_UP_S + STEADY_S) / bench.scale
    note = f"{rate / TABLE[0][1] - 1:.0%} more than the plan, which knows no ends of turns"
    return [Figure("polling", f"{users:,} users whose agents pause: questions per second", rate, "/s", None, note)]


def outage(bench: Bench) -> list[Figure]:
    """Let the gateway be gone for ten minutes."""
    capacity, end = bench.size(CAPACITY), WARM_UP_S + OUTAGE_S
    crowd = Crowd(_company(bench.size(USERS)), _limited(capacity, WARM_UP_S, end), Policy(), seed=2)
    crowd.run(end)
    for client in crowd.clients:
        client.answered_t = None
    crowd.run(end + AFTER_S)
    during = crowd.tally.peak(WARM_UP_S, end) / capacity
    return [
        _peak("10 min outage", crowd, end, capacity, f"during it {during:.2f}, {_back(crowd, end)}"),
        *_manners("10 min outage", crowd),
    ]


def restart(bench: Bench) -> list[Figure]:
    """Let everybody ask at the same instant and nobody be answered for half a minute: the worst case for a first delay."""
    capacity, begin = bench.size(CAPACITY), WARM_UP_S
    at_once = _company(bench.size(USERS), lambda: iter([(float(begin), Life.REFRESH)]))
    crowd = Crowd(at_once, _limited(capacity, begin, begin + RESTART_S), Policy(), seed=3)
    crowd.run(begin + RESTART_S)
    for client in crowd.clients:
        client.answered_t = None
    crowd.run(begin + AFTER_S)
    dropped = crowd.tally.by_second[begin]
    note = f"{dropped:,} dropped at once, {_back(crowd, begin + RESTART_S)}"
    return [_peak("30 s restart", crowd, begin + 1, capacity, note), *_manners("30 s restart", crowd)]


def everything(bench: Bench) -> list[Figure]:
    """Let agents pause, users click, screens lock, clocks be set back and gateways refuse in every way."""
    chances = random.Random(4)  # noqa: S311 - the same company every time
    capacity, end = bench.size(CAPACITY), WARM_UP_S + STEADY_S
    good = _limited(capacity, WARM_UP_S + 300, WARM_UP_S + 600)

    def answer(t: float) -> Answer:
        match chances.random():
            case chance if chance < 0.01:
                return Answer(good=False, retry_after_s=chances.choice((0, 1, 30, 120, 900)))
            case chance if chance < 0.012:
                return Answer(good=False, rejected=True)
            case chance if chance < 0.03:
                return Answer(good=True, server_s=chances.choice((-1, 5, 30, 120, 10**7)))
            case _:
                return good(t)

    crowd = Crowd(_company(bench.size(USERS), lambda: _day(chances), spending=0), answer, Policy(), seed=5)
    crowd.run(end)
    reasons = ", ".join(f"{reason.name.lower()} {count / crowd.tally.polls:.0%}" for reason, count in crowd.tally.by_reason.most_common(5))
    share = crowd.tally.rate(WARM_UP_S, end) / bench.scale
    heard = set(Reason) - {Reason.AWAY} - crowd.tally.by_reason.keys()
    return [
        Figure("polling", "a day of pauses, clicks, locks and refusals: questions per second", share, "/s", None, reasons),
        claim("polling", "that day had every reason to ask", holds=not heard, note=", ".join(heard)),
        *_manners("that day", crowd),
    ]


def _company(
    users: int, life: Callable[[], Iterator[tuple[float, Life]]] | None = None, spending: float = SPENDING, living: float = 1
) -> Iterator[Client]:
    """Yield a company's clients; `living` is the share of those online that has a life. Whoever is not online is behind a locked screen."""
    chances = random.Random(users)  # noqa: S311 - the same company every time
    for number in range(users):
        begun = NOON + timedelta(seconds=chances.random() * 300)
        seen = Circumstances(begun, begun, away=number >= users * ONLINE)
        client = Client(seen, chances.random(), spends_always=number < users * ONLINE * spending)
        if life is not None and number < users * ONLINE * living:
            client.life = life()
        yield client


def _limited(capacity: int, gone_from: float, gone_to: float) -> Callable[[float], Answer]:
    """Return a gateway that is gone for a while, and answers only so many questions per second."""
    second = asked = 0

    def answer(t: float) -> Answer:
        nonlocal second, asked
        if int(t) != second:
            second, asked = int(t), 0
        asked += 1
        return Answer(good=asked <= capacity and not gone_from <= t < gone_to)

    return answer


def _turn(chances: random.Random, t: float = 0) -> Iterator[tuple[float, Life]]:
    """Yield calls without end."""
    while True:
        yield t, Life.SPENT
        t += chances.lognormvariate(2.3, 0.8)  # half of the pauses are longer than ten seconds


def _day(chances: random.Random) -> Iterator[tuple[float, Life]]:
    """Yield what happens to one client: turns with pauses between calls, clicks, locks, and a clock that is set back."""
    t = chances.random() * 600
    while True:
        turn = _turn(chances, t)
        for _ in range(1 + int(chances.expovariate(0.1))):
            t, what = next(turn)
            yield t, what
        what = chances.random()
        if what < 0.1:
            yield t, Life.CLOCK_BACK
        elif what < 0.3:
            for _ in range(3):
                yield t, Life.REFRESH
                t += chances.random() * 5
        elif what < 0.6:
            yield t, Life.LOCK
            t += chances.expovariate(1 / 400)
            yield t, Life.UNLOCK
        t += chances.expovariate(1 / 400)


def _peak(what: str, crowd: Crowd, from_t: int, capacity: int, note: str) -> Figure:
    peak = crowd.tally.peak(from_t, int(max(crowd.tally.by_second)))
    return Figure(
        "polling", f"{what}: worst second after it by capacity", peak / capacity, "of it", 1.5, f"{peak:,} of {capacity:,}/s; {note}"
    )


def _back(crowd: Crowd, since_t: float) -> str:
    online = [client for client in crowd.clients if not client.seen.away]
    waits = [client.answered_t - since_t for client in online if client.answered_t is not None]
    missing = len(online) - len(waits)
    return f"99 % have numbers after {percentile(waits, 0.99):.0f} s" + (f", {missing:,} NEVER" if missing else "")


def _manners(what: str, crowd: Crowd) -> list[Figure]:
    tally = crowd.tally
    rude = tally.least_gap_s < LEAST_S - 1e-5 or tally.while_locked or tally.too_early
    note = f"least {tally.least_gap_s:.3f} s between two questions, {tally.while_locked} while locked, {tally.too_early} too early"
    return [
        claim("polling", f"{what}: nobody oftener than every {LEAST_S} s, while locked, or before Retry-After", holds=not rude, note=note)
    ]
