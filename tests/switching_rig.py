"""Configurations as people have them, with comments and quirks, for every agent that can be given another model."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tankful.switch.machine import Machine
from tankful.switch.models import Offer

OFFER = Offer(
    "house-coder-2",
    "work",
    "https://llm.example.com",
    ("/opt/tankful/tankful", "key", "work"),
    input=Decimal("0.0000006"),
    output=Decimal("0.0000024"),
)


def machine_at(home: Path, platform: str = "linux", **environ: str) -> Machine:
    return Machine(home, environ, platform, home / "root")


@dataclass(frozen=True, slots=True)
class Config:
    """One agent's file, and an edit that somebody makes meanwhile: the text at the left becomes the one at the right."""

    agent: str
    path: str
    text: str
    meanwhile: tuple[str, str]


CONFIGS = (
    Config(
        "claude-code",
        ".claude/settings.json",
        '{\n  "$schema": "https://json.schemastore.org/claude-code-settings.json",\n  "model": "opus",\n'
        '  "env": {\n    "DISABLE_TELEMETRY": "1"\n  },\n  "permissions": {"allow": ["Bash(git diff:*)"]}\n}\n',
        ('"opus"', '"opusplan"'),
    ),
    Config(
        "gemini-cli",
        ".gemini/settings.json",
        '{\n\t// looks\n\t"ui": {"theme": "GitHub"},\n\t"security": {"auth": {"selectedType": "gemini-api-key"}},\n'
        '\t"model": {"name": "gemini-2.5-pro", /* long */ "maxSessionTurns": 40}\n}',
        ('"GitHub"', '"Ayu"'),
    ),
    Config(
        "opencode",
        ".config/opencode/opencode.jsonc",
        '{\n  "$schema": "https://opencode.ai/config.json",\n  // the big one\n  "model": "anthropic/claude-sonnet-5-5", // usual\n'
        '  "provider": {\n    "ollama": { "npm": "@ai-sdk/openai-compatible" }, // at home\n  },\n}\n',
        ("at home", "in the cellar"),
    ),
    Config(
        "goose",
        ".config/goose/config.yaml",
        "# goose\nGOOSE_PROVIDER: anthropic   # at work\nGOOSE_MODE:   'auto'\n\nextensions:\n    developer:\n"
        "        enabled: true   # yes\n        args: [a,   b]\n\n# the end\n",
        ("enabled: true ", "enabled: false"),
    ),
    Config(
        "crush",
        ".config/crush/crush.json",
        '{\n  "$schema": "https://charm.land/crush.json",\n  "lsp": {"go": {"command": "gopls"}},\n'
        '  "models": {"large": {"provider": "anthropic", "model": "claude-sonnet-5-5"}}\n}\n',
        ("gopls", "gopls-2"),
    ),
    Config(
        "aider",
        ".aider.conf.yml",
        "##########\n# mine\n\n#model: xxx\nmodel:  'sonnet'\ndark-mode:  true # eyes\nread: [CONVENTIONS.md,  STYLE.md]\n",
        ("# eyes", "# my eyes"),
    ),
    Config(
        "continue",
        ".continue/config.yaml",
        "name: My Config\nversion: 0.0.1\nschema: v1\nmodels:\n"
        "  - name: Sonnet   # one\n    provider: anthropic\n    model: 'claude-sonnet-5-5'\n"
        "    roles: [chat]\n\n# rules follow\nrules:\n- be kind\n",
        ("be kind", "be very kind"),
    ),
    Config(
        "zed",
        ".config/zed/settings.json",
        '// Zed settings\n{\n  "vim_mode": true,\n  "agent": {\n    "default_profile": "write", // mine\n'
        '    "default_model": {"provider": "zed.dev", "model": "claude-sonnet-5-5"},\n  },\n  "theme": {"mode": "system",},\n}\n',
        ("// mine", "// mine alone"),
    ),
)
"""Codex is not here: a file of ours is written beside its own."""


def put(home: Path, config: Config) -> Path:
    """Write an agent's file and return its path."""
    path = home / config.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(config.text)
    return path
