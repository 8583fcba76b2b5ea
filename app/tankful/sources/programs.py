"""What the program of each agent is called, for finding the process of a session."""

PROGRAMS: dict[str, frozenset[str]] = {
    "claude-code": frozenset({"claude", "@anthropic-ai/claude-code"}),
    "codex": frozenset({"codex", "@openai/codex"}),
    "gemini-cli": frozenset({"gemini", "@google/gemini-cli"}),
    "copilot-cli": frozenset({"copilot", "@github/copilot"}),
    "opencode": frozenset({"opencode", "opencode-ai"}),
    "cline": frozenset({"cline"}),
    "kilo-cli": frozenset({"kilo", "kilocode", "@kilocode/cli"}),
    "qwen-code": frozenset({"qwen", "@qwen-code/qwen-code"}),
    "kimi": frozenset({"kimi"}),
    "amp": frozenset({"amp", "@sourcegraph/amp"}),
    "goose": frozenset({"goose", "goosed"}),
    "droid": frozenset({"droid"}),
    "crush": frozenset({"crush", "@charmland/crush"}),
    "aider": frozenset({"aider"}),
    "continue": frozenset({"cn", "@continuedev/cli"}),
    "pi": frozenset({"pi", "@mariozechner/pi-coding-agent"}),
    "omp": frozenset({"omp"}),
    "openclaw": frozenset({"openclaw"}),
    "hermes": frozenset({"hermes"}),
    "mistral-vibe": frozenset({"vibe"}),
    "junie": frozenset({"junie"}),
    "grok-build": frozenset({"grok"}),
    "codebuff": frozenset({"codebuff"}),
    "kiro": frozenset({"kiro-cli", "kiro-cli-chat"}),
}
"""By source id: names of files, modules and npm packages. An agent that is not here runs inside an editor, which is not to be stopped."""


def programs_of(agent: str) -> frozenset[str]:
    """Return the names of an agent's program; none where it has no program of its own."""
    return PROGRAMS.get(agent, frozenset())
