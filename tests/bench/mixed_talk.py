"""Knows what a conversation with any agent is: when it was, what each call used, and how the records of it fill a file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from claude_session import Sum, Texts, rfc3339, uuid_of

CALLS_A_PROMPT = 5
"""A human says something before every so-manieth call, and what tools answered leads to the others: as in Claude Code's sessions."""
CALL_BYTES = 7_000
"""What agents write about a call and its tools, more or less."""
WHOLE = ""
"""Stands for the day where an agent keeps sums only, so that nobody can say which day is right to the token."""


class Call(NamedTuple):
    """One call of a model; counts are disjoint, but reasoning is a part of the output."""

    id: str
    at: datetime
    input: int
    output: int
    reasoning: int
    read: int
    written: int
    cost: float
    """Dollars, to the millionth."""

    @property
    def prompt(self) -> int:
        """Everything that went in."""
        return self.input + self.read + self.written

    @property
    def total(self) -> int:
        """Everything that went in or came out."""
        return self.prompt + self.output

    @property
    def ms(self) -> int:
        """Milliseconds since 1970."""
        return round(self.at.timestamp() * 1000)

    @property
    def iso(self) -> str:
        """The time in RFC 3339."""
        return rfc3339(self.at)


@dataclass(slots=True)
class Answers:
    """What a right reading finds, by agent and UTC day (`WHOLE`: whatever day), and what was written for each agent."""

    sums: dict[tuple[str, str], Sum] = field(default_factory=dict[tuple[str, str], Sum])
    size: dict[str, int] = field(default_factory=dict[str, int])
    files: dict[str, int] = field(default_factory=dict[str, int])

    def book(self, agent: str, day: str, used: Sum) -> None:
        """Count what one call used, or a sum of calls."""
        self.sums.setdefault((agent, day), Sum()).add(used)

    def wrote(self, agent: str, size: int, files: int = 1) -> None:
        """Count files and their bytes."""
        self.size[agent] = self.size.get(agent, 0) + size
        self.files[agent] = self.files.get(agent, 0) + files

    def of(self, agent: str) -> Sum:
        """Return the sum of an agent over all days."""
        total = Sum()
        for (whose, _), part in self.sums.items():
            if whose == agent:
                total.add(part)
        return total


@dataclass(slots=True)
class Talk:
    """One conversation: the texts in it and the calls that it takes, one after the other."""

    id: str
    cwd: str
    model: str
    began: datetime
    now: datetime
    pause_s: float
    random: Random
    texts: Texts
    reads: bool
    """Whether the agent tells cached tokens apart."""
    writes: bool
    """Whether it tells apart what was written to the cache."""
    context: int = 12_000
    used: Sum = field(default_factory=Sum)
    """By all calls so far."""
    reasoned: int = 0
    """Tokens of reasoning so far."""
    paid: float = 0.0
    """Dollars so far."""

    @property
    def is_asked(self) -> bool:
        """Whether a human said something just before the latest call."""
        return self.used.requests % CALLS_A_PROMPT == 1

    @property
    def prose(self) -> str:
        """A text of the model or a human, as JSON."""
        return self.random.choice(self.texts.prose)

    @property
    def code(self) -> str:
        """A text that goes into a tool, as JSON."""
        return self.random.choice(self.texts.code)

    @property
    def result(self) -> str:
        """A text that comes out of a tool, as JSON."""
        return self.random.choice(self.texts.result)

    @property
    def slug(self) -> str:
        """The folder as a name."""
        return self.cwd.replace("/", "-")

    @property
    def ms(self) -> int:
        """When it began, in milliseconds since 1970."""
        return round(self.began.timestamp() * 1000)

    def next_call(self) -> Call:
        """Let some time pass and return what was called then."""
        random = self.random
        step = timedelta(milliseconds=random.randint(400, max(500, int(self.pause_s * 2000))))
        self.now += step
        fresh, read, written = random.randint(3, 900), self.context, random.randint(100, 2_500)
        self.context = 9_000 if self.context > 160_000 else self.context + written
        output = random.randint(20, 1_200)
        if not self.reads:
            fresh, read, written = fresh + read + written, 0, 0
        elif not self.writes:
            fresh, written = fresh + written, 0
        cost = round((fresh * 3 + read * 0.3 + written * 3.75 + output * 15) / 1e6, 6)
        reasoning = random.randint(0, output // 2)
        self.used.add(Sum(1, fresh, output, read, written))
        self.reasoned += reasoning
        self.paid += cost
        return Call(uuid_of(random), self.now, fresh, output, reasoning, read, written, cost)


Turn = Callable[[Talk, Call], Sequence[str]]


def _none(_: Talk) -> Sequence[str]:
    return ()


def _nothing(_talk: Talk, _calls: Sequence[Call]) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Shape:
    """How an agent keeps a conversation in a file: pieces of JSON between a beginning and an end."""

    agent: str
    path: Callable[[Talk], str]
    """Where the file is, below the home."""
    turn: Turn
    """What it writes about one call and what goes with it."""
    head: Callable[[Talk], Sequence[str]] = _none
    beside: Callable[[Talk, Sequence[Call]], Mapping[str, str]] = _nothing
    """Other files with what is in them."""
    begin: Callable[[Talk], str] = lambda _: ""
    end: Callable[[Talk, Sequence[Call]], str] = lambda _talk, _calls: "\n"
    joint: str = "\n"
    models: tuple[str, ...] = ("claude-sonnet-4-5-20250929",)
    mean: int = 500_000
    """Bytes of a usual file."""
    reads: bool = True
    writes: bool = True
    sums_only: bool = False


class Scribe:
    """Writes conversations below a home, and the answer as it goes."""

    def __init__(self, home: Path, until: date, random: Random, answers: Answers, smaller: int = 0) -> None:
        """All happens in the thirty days before `until`; `smaller`: bytes of a usual file where they are to be small."""
        self._smaller = smaller
        self.home = home
        self.random = random
        self.answers = answers
        self._texts = Texts(random)
        self._until = datetime.combine(until, time(), UTC)

    def talk(self, size: int, models: Sequence[str], *, reads: bool = True, writes: bool = True) -> Talk:
        """Return a conversation that will fill so many bytes."""
        random = self.random
        lasts_s = random.uniform(0.2, 1.0) * 6 * 3600
        began = self._until - timedelta(milliseconds=round(1000 * (random.uniform(lasts_s, 29 * 86400) + 600)))
        pause_s = min(25.0, lasts_s / max(1, size / CALL_BYTES * 2) / 2)
        cwd = f"/home/dev/work/project-{random.randrange(12)}"
        return Talk(uuid_of(random), cwd, random.choice(models), began, began, pause_s, random, self._texts, reads, writes)

    def sizes(self, size: int, mean: int) -> Iterator[int]:
        """Deal bytes out to files, as unequal in size as they are."""
        while size > 0:
            some = min(size, int((self._smaller or mean) * self.random.lognormvariate(-0.5, 1.0)) + 2_000)
            yield some
            size -= some

    def book(self, agent: str, call: Call, *, whole: bool = False) -> None:
        """Count a call."""
        day = WHOLE if whole else call.at.date().isoformat()
        self.answers.book(agent, day, Sum(1, call.input, call.output, call.read, call.written))

    def fill(self, shape: Shape, size: int) -> None:
        """Write so many bytes of an agent's conversations."""
        for budget in self.sizes(size, shape.mean):
            talk = self.talk(budget, shape.models, reads=shape.reads, writes=shape.writes)
            pieces = [*shape.head(talk)]
            held = sum(map(len, pieces))
            calls: list[Call] = []
            while held < budget or not calls:
                call = talk.next_call()
                calls.append(call)
                some = shape.turn(talk, call)
                held += sum(map(len, some))
                pieces += some
                self.book(shape.agent, call, whole=shape.sums_only)
            text = shape.begin(talk) + shape.joint.join(pieces) + shape.end(talk, calls)
            for path, content in ((shape.path(talk), text), *shape.beside(talk, calls).items()):
                self.write(shape.agent, path, content)

    def write(self, agent: str, path: str, text: str) -> None:
        """Write a file below the home, or more of one that there is."""
        file = self.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab") as out:
            self.answers.wrote(agent, out.write(text.encode()))
