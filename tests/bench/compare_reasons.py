"""Why other tools differ: the known reasons by tool and records, each only for the buckets that it explains.

Our own answer is right by the rule that the docstring of our source names: plain records are written with a known answer, and the
odd cases of our own data have theirs in `expected.json`. A reason follows from both answers and the records; where the other tool
may have come to its answer in another way as well, it says "presumably".
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase

ANY = frozenset({"input", "output", "cache_read", "cache_write", "requests", "cost", "nothing", "failed"})
_NOTHING, _COST = frozenset({"nothing"}), frozenset({"cost"})
_OUTPUT = frozenset({"output"})
_OUT_AND_REQUESTS = frozenset({"output", "requests"})
_REQUESTS = frozenset({"requests"})
_CACHE = frozenset({"cache_read", "cache_write"})

_BY_ANOTHER_TABLE = "its price table has another price for a model, or ours has none"
_NO_REASONING = "leaves out reasoning, which the agent counts beside the output and is paid for as output"
_UNREAD = "does not read this agent"
_UNSEEN = "reads this agent, but finds nothing in these records"
_DOUBLED = "adds the writes that last an hour to a sum that holds them already; the cost is right"
_SUMS = "counts a session as one request; ours is dated by its messages, in several pieces"
_ODD = "takes what our data have of nonsense or copies at face value, or passes over the odd places"

Reason = tuple[str, frozenset[str], str]
"""Pattern of the records' name, the buckets it explains, and the words."""

_OF: dict[str, tuple[Reason, ...]] = {
    "ccusage": (
        ("claude-code: plain records", ANY, "counts every line of a response that has no request id (behind a gateway)"),
        ("claude-code: streaming", _NOTHING, "presumably finds nothing in a log of one session that has no folder of its own"),
        ("claude-code: streaming-without-request-id", ANY, "counts every line of a response that has no request id"),
        ("claude-code: constant-id-relay", ANY, "counts every line of a response that has no request id"),
        ("claude-code: fork-copy", ANY, "counts what a fork copied once more: no request ids tell it"),
        ("claude-code: sub-agents", ANY, "reads the journal of a workflow, which repeats a response"),
        ("claude-code: cache-writes", ANY, "presumably passes over a line whose counts are null"),
        ("claude-code: tiers-and-regions", _COST, "knows no price for regions and web searches"),
        ("claude-code: nothing-to-book", ANY, "counts stand-ins for answers (`<synthetic>`) that no model gave"),
        ("claude-code: old-logs", ANY, "presumably passes over old lines without a version or with nulls"),
        ("claude-code: bad-lines", _NOTHING, "presumably gives up a file with bytes that are no text"),
        ("codex: bad-lines", ANY, "gives up all of Codex at the first odd time"),
        ("codex: capture*", ANY, "presumably adds a captured stream to the log of the same session, and counts its cached input twice"),
        ("codex: ends-copied", ANY, "presumably knows a copied prefix by its times only"),
        ("codex: *last-only-copies", _NOTHING, "reads no counts without a running total"),
        ("codex: nameless-copies", _NOTHING, "reads no counts without a running total"),
        ("codex: late-model", _COST, "takes an unnamed model for gpt-5, where we wait for the name that follows"),
        ("codex: plain", _COST, "prices cache writes as input"),
        ("codex: replies", ANY, "presumably subtracts cached tokens by fewer of the names that they have had"),
        ("codex: siblings-without-parent", ANY, "presumably does not see that two children copied the same lost parent"),
        ("codex: snapshots", ANY, "counts a snapshot that is repeated once more"),
        ("codex: tiers", _COST, "prices all tiers as the settings have them now"),
        ("codex: totals-only", ANY, "presumably books a total that fell"),
        ("codex: twins", ANY, "presumably counts a copy under another name once more, or loses one of the same name"),
        ("codex: recorded, *harness-smoke*", _COST, _BY_ANOTHER_TABLE),
        ("codex: recorded, *33ce*", _COST, _BY_ANOTHER_TABLE),
        ("opencode: *", _OUTPUT, _NO_REASONING),
        ("kilo-cli: *", _OUTPUT, _NO_REASONING),
        ("opencode: odd cases", ANY, "presumably counts a fork's copies once more, reads one of two databases, leaves out reasoning"),
        ("kilo-cli: odd cases", ANY, "presumably counts a fork's copies once more, reads one of two databases, leaves out reasoning"),
        ("gemini-cli: *", _OUTPUT, "shows thoughts in no bucket, but prices them"),
        ("droid: *", _OUTPUT, _NO_REASONING),
        ("droid: *", _COST, _BY_ANOTHER_TABLE),
        ("qwen-code: plain records", frozenset({"input"}), "counts cached input twice: `promptTokenCount` holds it"),
        ("qwen-code: *", ANY, "presumably counts cached input twice (`promptTokenCount` holds it), and a fork's copies once more"),
        ("amp: *", ANY, "counts cache writes twice: the ledger's input holds them"),
        ("goose: *", ANY, "knows no cache in Goose: what it gave is counted as new input; reads sums, not the ledger of calls"),
        ("antigravity: odd cases", ANY, "gives up at a damaged row"),
        ("antigravity: *", _OUTPUT, _NO_REASONING),
        ("codebuff: *", _COST, "prices the tokens; Codebuff charges credits, a cent each"),
        ("codebuff: odd cases", ANY, "presumably counts cached input twice where the vendor counts as OpenAI does; prices tokens"),
        ("copilot-cli: recorded, inline-tokscale", _NOTHING, "does not read the CLI's own database"),
        ("copilot-cli: *", _COST, _BY_ANOTHER_TABLE),
        ("copilot-cli: odd cases", ANY, "presumably does not read the CLI's own database, and counts the sums of all its telemetry"),
        ("grok-build: plain records", _NOTHING, _UNSEEN),
        ("grok-build: odd cases", ANY, "presumably reads turns of one session only, and not the log of all programs"),
        ("hermes: plain records", _COST, "prices the tokens; Hermes states a cost"),
        ("hermes: odd cases", ANY, "presumably does not read profiles; prices tokens where Hermes states a cost"),
        ("kimi: *", _COST, _BY_ANOTHER_TABLE),
        ("kimi: odd cases", ANY, "presumably passes over sub-agents that are told in their parent's log"),
        ("openclaw: odd cases", ANY, "presumably counts what the database and sessions set aside say again, and nonsense at face value"),
        ("pi: odd cases", ANY, "presumably counts a branch's copies once more, and no summaries"),
        *(
            (f"{agent}: *", _NOTHING, _UNREAD)
            for agent in (
                "aider", "cline", "continue", "copilot-visualstudio", "copilot-vscode", "crush", "junie", "kilo-code", "kiro",
                "mistral-vibe", "omp", "roo-code", "warp", "zed",
            )
        ),
    ),
    "agentsview": (
        ("claude-code: constant-id-relay", ANY, "takes the one id that a relay gives every response for one response"),
        ("claude-code: cache-writes", ANY, "presumably takes the whole of a line's writes where its parts say more"),
        ("claude-code: tiers-and-regions", _COST, "charges nothing for web searches"),
        ("claude-code: advisor", ANY, "passes over the calls of an advisor, which are not in the usage of the response"),
        ("claude-code: old-logs", ANY, "presumably knows no recorded costs and counts a response without an id once more"),
        ("claude-code: bad-lines", _NOTHING, "presumably gives up a file with bytes that are no text"),
        ("claude-code: recorded, ccusage-cli-test/projects", _NOTHING, "passes over lines without a type"),
        ("codex: plain", ANY, "presumably keeps one count a turn"),
        ("codex: *", _NOTHING, "presumably keeps no session in which nothing was said"),
        ("codex: recorded, *33ce*", _COST, _BY_ANOTHER_TABLE),
        ("gemini-cli: recorded*", _NOTHING, "presumably keeps no session in which nothing was said"),
        ("gemini-cli: *", ANY, "presumably subtracts cached input in some messages only: sums are told apart by another rule"),
        ("copilot-cli: recorded*", _NOTHING, "reads neither the CLI's telemetry nor its database"),
        ("copilot-cli: *", ANY, "presumably reads sums of sessions alone, of which it keeps the last, and prices by credits alone"),
        ("copilot-vscode: odd cases", ANY, "presumably passes over requests to models of one's own, and changes made later"),
        ("copilot-vscode: *", _COST, _BY_ANOTHER_TABLE),
        ("copilot-visualstudio: odd cases", _NOTHING, _UNSEEN),
        ("crush: *", ANY, "shows the tokens of the last step as those of the session, and adds a child's cost to its parent's"),
        ("amp: odd cases", ANY, "presumably passes over what the ledger alone knows of"),
        ("kimi: recorded*", _NOTHING, "presumably keeps no session in which nothing was said"),
        ("kimi: *", ANY, "reads the output only"),
        ("mistral-vibe: *", ANY, "presumably passes over sessions of older versions; knows no price of the model"),
        ("junie: odd cases", ANY, "presumably counts a replay once more, and sums without sub-agents"),
        ("junie: *", _COST, _BY_ANOTHER_TABLE),
        ("omp: *", _COST, "prices the tokens; the agent states a cost"),
        ("omp: odd cases", ANY, "presumably passes over profiles; prices tokens where the agent states a cost"),
        ("openclaw: *", _COST, "prices the tokens; the agent states a cost"),
        ("openclaw: odd cases", ANY, _ODD),
        ("pi: recorded*", _NOTHING, "presumably keeps no session in which nothing was said"),
        ("pi: *", _COST, "prices the tokens; the agent states a cost"),
        ("pi: odd cases", ANY, "presumably passes over summaries and totals that are not split"),
        ("qwen-code: recorded*", _NOTHING, "presumably keeps no session in which nothing was said"),
        ("qwen-code: *", _COST, _BY_ANOTHER_TABLE),
        ("qwen-code: odd cases", ANY, "presumably passes over sub-agents and telemetry, and counts a fork's copies once more"),
        ("zed: plain records", _NOTHING, _UNSEEN),
        ("zed: odd cases", ANY, "knows only the last request of each message, where the thread's sum has all"),
        *((f"{agent}: *", _NOTHING, _UNSEEN) for agent in ("opencode", "kilo-cli", "droid", "goose", "hermes", "antigravity", "warp")),
        *(
            (f"{agent}: *", _NOTHING, _UNREAD)
            for agent in ("aider", "cline", "codebuff", "continue", "grok-build", "kilo-code", "kiro", "roo-code")
        ),
        ("grok-build: odd cases", ANY, "presumably reads turns of one session only, and not the log of all programs"),
    ),
    "observer": (
        ("claude-code: constant-id-relay", ANY, "takes the one id that a relay gives every response for one response"),
        ("claude-code: fork-copy", ANY, "presumably counts what a fork copied once more"),
        ("claude-code: sub-agents", ANY, "reads the journal of a workflow, which repeats a response"),
        ("claude-code: cache-writes", ANY, _DOUBLED),
        ("claude-code: tiers-and-regions", _COST, "has other surcharges for regions and searches"),
        ("claude-code: advisor", ANY, "passes over the calls of an advisor, which are not in the usage of the response"),
        ("claude-code: old-logs", ANY, "knows no recorded costs and passes over lines without a type"),
        ("claude-code: bad-lines", ANY, "believes any number of tokens"),
        ("claude-code: recorded, *", _NOTHING, "presumably passes over lines without a type or an id"),
        ("claude-code: *", frozenset({"cache_write"}), _DOUBLED),
        ("codex: plain records", _OUTPUT, _NO_REASONING),
        ("codex: bad-lines", ANY, "believes any number of tokens"),
        ("codex: recorded, superbased", ANY, "reads a shape of its own tests that Codex does not write"),
        ("codex: *", _NOTHING, _UNSEEN),
        ("codex: *", ANY, "presumably counts what forks, copies and snapshots repeat, leaves out reasoning and cache writes"),
        ("opencode: *", _OUTPUT, _NO_REASONING),
        ("kilo-cli: *", _OUTPUT, _NO_REASONING),
        ("gemini-cli: plain records", _OUTPUT, "shows thoughts in no bucket, but prices them"),
        ("gemini-cli: *", ANY, "presumably passes over sub-agents, old chats and tokens of tools, and shows thoughts in no bucket"),
        ("qwen-code: plain records", _OUTPUT, _NO_REASONING),
        ("qwen-code: odd cases", ANY, "presumably passes over sub-agents, old chats and what other lines say of calls"),
        ("copilot-cli: plain records", ANY, "counts cache writes as input too, and messages as requests"),
        ("copilot-vscode: odd cases", ANY, "presumably passes over changes that come later, and counts a snapshot once more"),
        ("copilot-vscode: *", _COST, _BY_ANOTHER_TABLE),
        ("droid: plain records", _OUT_AND_REQUESTS, f"{_NO_REASONING}; {_SUMS}"),
        ("droid: odd cases", ANY, f"{_NO_REASONING}; believes a negative count"),
        ("goose: odd cases", ANY, "presumably reads the ledger of calls alone, not the sums of sessions from before it, and doubles some"),
        ("grok-build: odd cases", ANY, "presumably reads turns of one session only, and not the log of all programs"),
        ("junie: odd cases", ANY, "presumably counts a replay once more"),
        ("kiro: plain records", _CACHE, "reads no cache counts"),
        ("kiro: odd cases", ANY, "presumably reads stated counts alone, without the measured share of the context window"),
        ("mistral-vibe: *", _REQUESTS | _COST, f"{_SUMS}; knows no price of the model"),
        ("mistral-vibe: odd cases", ANY, "adds a negative count"),
        ("openclaw: *", _COST, "prices the tokens; the agent states a cost"),
        ("openclaw: odd cases", ANY, "presumably counts what the database and sessions set aside say again"),
        ("pi: *", _COST, "prices the tokens; the agent states a cost"),
        ("pi: recorded*", ANY, "presumably passes over totals that are not split"),
        ("pi: odd cases", ANY, "presumably counts a branch's copies once more, and no summaries"),
        ("zed: plain records", _NOTHING, _UNSEEN),
        ("zed: odd cases", ANY, "knows only the last request of each message, where the thread's sum has all"),
        ("aider: plain records", _NOTHING, "reads histories of projects, not the log of analytics"),
        ("aider: odd cases", ANY, "reads histories of projects, not the log of analytics"),
        *(
            (f"{agent}: *", _NOTHING, _UNSEEN)
            for agent in (
                "antigravity", "cline", "copilot-cli", "crush", "droid", "goose", "grok-build", "hermes", "junie", "kilo-cli", "kilo-code",
                "kimi", "opencode", "qwen-code",
            )
        ),
        *(
            (f"{agent}: *", _NOTHING, _UNREAD)
            for agent in ("amp", "codebuff", "continue", "copilot-visualstudio", "omp", "roo-code", "warp")
        ),
    ),
}  # fmt: skip


def reason_for(tool: str, case: str, differs: Sequence[str]) -> str:
    """Return why a tool differs in these buckets on these records; empty when nobody knows. Narrower reasons come first."""
    fitting = [reason for reason in _OF[tool] if fnmatchcase(case, reason[0]) and reason[1].issuperset(differs)]
    return min(fitting, key=lambda reason: len(reason[1]))[2] if fitting else ""
