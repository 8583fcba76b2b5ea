"""Says line by line what Claude Code would log of a session, and keeps count of what a right reading of it must find."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from random import Random

MODELS = ("claude-opus-4-5-20251101", "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001")
TOOLS = ("Read", "Bash", "Edit", "Write", "Grep", "Glob", "Task", "TodoWrite")
TEXT = (
    "return self value import from class def None True for in if not path lines result test error the a of to and with total count index "
    "config request response user model data parse write open close file stream buffer offset naïve größe → ✓ 東京 assert raise while "
    'match case async await yield lambda "quoted" C:\\temp\\new <b>html</b> 0x1f 3.14159 https://example.org/a?b=c'
)


@dataclass(slots=True)
class Sum:
    """Requests and tokens of one day and model."""

    requests: int = 0
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    cache_write_1h: int = 0

    def add(self, other: "Sum") -> None:
        """Add the other sum to this one."""
        self.requests += other.requests
        self.input += other.input
        self.output += other.output
        self.cache_read += other.cache_read
        self.cache_write += other.cache_write
        self.cache_write_1h += other.cache_write_1h


@dataclass(slots=True)
class Answer:
    """What a right reading finds: sums by UTC day and model; besides, what was written."""

    by_day_and_model: dict[tuple[str, str], Sum] = field(default_factory=dict[tuple[str, str], Sum])
    prompts: int = 0
    files: int = 0
    lines: int = 0
    size: int = 0

    def book(self, day: str, model: str, response: Sum) -> None:
        """Count one response, or a sum of them."""
        self.by_day_and_model.setdefault((day, model), Sum()).add(response)

    def merge(self, other: "Answer") -> None:
        """Add what another set of logs holds; the two share nothing."""
        for (day, model), part in other.by_day_and_model.items():
            self.book(day, model, part)

    @property
    def total(self) -> Sum:
        """The sum over all days and models."""
        total = Sum()
        for part in self.by_day_and_model.values():
            total.add(part)
        return total

    def as_json(self) -> Mapping[str, object]:
        """Return rows, totals and what was written, as plain values."""
        rows = [{"day": day, "model": model} | asdict(part) for (day, model), part in sorted(self.by_day_and_model.items())]
        written = {"prompts": self.prompts, "files": self.files, "lines": self.lines, "size": self.size}
        return {"rows": rows, "totals": asdict(self.total)} | written


class Texts:
    """Pieces of text and code, already JSON-encoded with their quotes, made once and used over and over."""

    def __init__(self, random: Random) -> None:
        """Make the pools."""
        self._random = random
        self._words = TEXT.split()
        self.prose = [self._piece(20, 160) for _ in range(300)]
        self.code = [self._piece(60, 700) for _ in range(300)]
        self.result = [self._piece(30, 300) for _ in range(200)] + [self._piece(200, 1200) for _ in range(60)]
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        self.signature = ["".join(random.choices(alphabet, k=random.randint(300, 1100))) + "==" for _ in range(100)]

    def _piece(self, least: int, most: int) -> str:
        words = self._random.choices(self._words, k=self._random.randint(least, most))
        text = "".join(word + ("\n    " if position % 11 == 10 else " ") for position, word in enumerate(words))
        if self._random.random() < 0.02:
            text += '{"type":"assistant","message":{"usage":{"input_tokens":12}}}'  # people do work on such logs
        return json.dumps(text, ensure_ascii=False)


def uuid_of(random: Random) -> str:
    """Return 36 characters in the shape of a version 4 UUID."""
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def rfc3339(moment: datetime) -> str:
    """Return the time as Claude Code writes it: milliseconds and Z."""
    return f"{moment.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


class Session:
    """One log file's worth of conversation: yields groups of lines for ever and books every response in the answer."""

    def __init__(
        self,
        *,
        texts: Texts,
        random: Random,
        answer: Answer,
        cwd: str,
        start: datetime,
        session_id: str | None = None,
        agent_id: str = "",
        with_request_id: bool = True,
        constant_id: bool = False,
        one_hour: bool = True,
        model: str = MODELS[0],
        pause_s: float = 20.0,
    ) -> None:
        """Begin; `agent_id` makes it a sub-agent of `session_id`; `pause_s` is the mean time between responses."""
        self.session_id = session_id or uuid_of(random)
        self.now = start
        self._texts = texts
        self._random = random
        self._answer = answer
        self._model = model
        self._pause_s = pause_s
        self._with_request_id = with_request_id and not constant_id
        self._constant_id = f"msg_{random.getrandbits(96):024x}" if constant_id else ""
        self._one_hour = one_hour
        self._context = random.randint(9_000, 22_000)
        self._parent = "null"
        agent = f',"agentId":"{agent_id}"' if agent_id else ""
        side = "true" if agent_id else "false"
        branch = random.choice(("main", "develop", "feature/tail", "HEAD"))
        self._head = (
            f'"isSidechain":{side}{agent},"userType":"external","cwd":{json.dumps(cwd)},"sessionId":"{self.session_id}",'
            f'"version":"2.1.{random.randint(10, 80)}","gitBranch":"{branch}","slug":"quiet-river"'
        )

    def groups(self) -> Iterator[tuple[str, ...]]:
        """Yield lines without their line ends: prompts, responses, tool results; all lines of one response come together."""
        random = self._random
        yield (self._snapshot(),)
        while True:
            yield (self._prompt(),)
            for _ in range(random.randint(2, 14)):
                self._rest(self._pause_s)
                yield self.response()
                if random.random() < 0.12:
                    break
                yield (self._tool_result(),)
            yield (self._system(),)
            if random.random() < 0.3:
                yield (self._snapshot(),)
            if random.random() < 0.02:
                yield (self._synthetic(),)
            self._rest(self._pause_s * 3)

    def response(self) -> tuple[str, ...]:
        """Return the one to four block lines of one response and book its usage."""
        random = self._random
        if (self.now + timedelta(seconds=60)).date() != self.now.date():
            self.now += timedelta(seconds=90)  # no response straddles midnight: its day is beyond doubt
        blocks = random.choice((1, 1, 2, 2, 2, 3, 4))
        output = random.randint(120, 1600)
        write = random.randint(200, 4_000)
        usage = Sum(1, random.randint(1, 12), output, self._context, write, write if self._one_hour else 0)
        self._context = self._context + write if self._context < 160_000 else random.randint(15_000, 30_000)
        self._answer.book(self.now.date().isoformat(), self._model, usage)
        identity = self._constant_id or f"msg_01{random.getrandbits(88):022x}"
        request = f'"requestId":"req_011{random.getrandbits(84):021x}",' if self._with_request_id else ""
        partial = sorted(random.choices(range(1, 9), k=blocks - 1))
        lines: list[str] = []
        for block, so_far in enumerate((*partial, output)):
            last = block == blocks - 1
            lines.append(self._assistant(identity, request, self._content(block, last=last), usage, so_far, last=last))
            self._rest(min(1.5, self._pause_s / 5))
        return tuple(lines)

    def _assistant(self, identity: str, request: str, content: str, usage: Sum, output: int, *, last: bool) -> str:
        five_minutes = usage.cache_write - usage.cache_write_1h
        stop = '"tool_use"' if last else "null"
        return self._line(
            "assistant",
            f'"message":{{"model":"{self._model}","id":"{identity}","type":"message","role":"assistant","content":[{content}],'
            f'"stop_reason":{stop},"stop_sequence":null,"usage":{{"input_tokens":{usage.input},"cache_creation_input_tokens":{usage.cache_write},'
            f'"cache_read_input_tokens":{usage.cache_read},"output_tokens":{output},'
            f'"server_tool_use":{{"web_search_requests":0,"web_fetch_requests":0}},"service_tier":"standard",'
            f'"cache_creation":{{"ephemeral_1h_input_tokens":{usage.cache_write_1h},"ephemeral_5m_input_tokens":{five_minutes}}}}}}},{request}',
        )

    def _content(self, block: int, *, last: bool) -> str:
        random, texts = self._random, self._texts
        if last:
            call = f'"id":"toolu_01{random.getrandbits(88):022x}","name":"{random.choice(TOOLS)}"'
            where = f'"file_path":"/home/dev/src/module_{random.randint(1, 99)}.py"'
            return f'{{"type":"tool_use",{call},"input":{{{where},"content":{random.choice(texts.code)}}}}}'
        if block == 0:
            return f'{{"type":"thinking","thinking":{random.choice(texts.prose)},"signature":"{random.choice(texts.signature)}"}}'
        return f'{{"type":"text","text":{random.choice(texts.prose)}}}'

    def _tool_result(self) -> str:
        random, text = self._random, self._random.choice(self._texts.result)
        call = f"toolu_01{random.getrandbits(88):022x}"
        if random.random() < 0.04:  # a sub-agent's report repeats its last usage; it is not a response of its own
            usage = '{"input_tokens":4,"cache_creation_input_tokens":311,"cache_read_input_tokens":90210,"output_tokens":977}'
            result = f'{{"status":"completed","agentId":"a{random.getrandbits(28):07x}","totalTokens":91502,"usage":{usage}}}'
        elif random.random() < 0.5:
            result = f'{{"stdout":{text},"stderr":"","interrupted":false,"isImage":false}}'
        else:
            path = f"/home/dev/src/module_{random.randint(1, 99)}.py"
            result = f'{{"type":"text","file":{{"filePath":"{path}","numLines":40,"startLine":1,"totalLines":212}}}}'
        content = f'[{{"tool_use_id":"{call}","type":"tool_result","content":{text},"is_error":false}}]'
        return self._line("user", f'"message":{{"role":"user","content":{content}}},"toolUseResult":{result},')

    def _prompt(self) -> str:
        self._answer.prompts += 1
        text = self._random.choice(self._texts.prose)
        return self._line("user", f'"message":{{"role":"user","content":{text}}},"permissionMode":"default",')

    def _system(self) -> str:
        return self._line("system", f'"subtype":"turn_duration","durationMs":{self._random.randint(900, 90_000)},"isMeta":false,')

    def _synthetic(self) -> str:
        usage = '{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0}'
        return self._line(
            "assistant",
            f'"message":{{"id":"{uuid_of(self._random)}","model":"<synthetic>","role":"assistant","type":"message","stop_reason":"stop_sequence",'
            f'"usage":{usage},"content":[{{"type":"text","text":"API Error: 529 overloaded"}}]}},"isApiErrorMessage":true,',
        )

    def _snapshot(self) -> str:
        random = self._random
        backups = ",".join(
            f'"src/module_{number}.py":{{"backupFileName":"{random.getrandbits(64):016x}@v{number}","version":{number},'
            f'"backupTime":"{rfc3339(self.now)}"}}'
            for number in range(1, random.randint(2, 25))
        )
        identity = uuid_of(random)
        return (
            f'{{"type":"file-history-snapshot","messageId":"{identity}","snapshot":{{"messageId":"{identity}",'
            f'"trackedFileBackups":{{{backups}}},"timestamp":"{rfc3339(self.now)}"}},"isSnapshotUpdate":false}}'
        )

    def _line(self, kind: str, body: str) -> str:
        identity = uuid_of(self._random)
        line = f'{{"parentUuid":{self._parent},{self._head},{body}"type":"{kind}","uuid":"{identity}","timestamp":"{rfc3339(self.now)}"}}'
        self._parent = f'"{identity}"'
        return line

    def _rest(self, mean_s: float) -> None:
        self.now += timedelta(seconds=self._random.uniform(0.2, 1.8) * mean_s)


def seeded(seed: int) -> Random:
    """Return a source of repeatable numbers."""
    return Random(seed)  # noqa: S311  # nothing here is a secret; repeating is the point
