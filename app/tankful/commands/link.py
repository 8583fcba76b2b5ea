"""`tankful link`: links an account, once its gateway has accepted the key or the sign-in."""

import asyncio
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from tankful.commands.linked_accounts import linked_accounts, tell_running
from tankful.commands.terminal import Terminal
from tankful.core.errors import TankfulError, WrongWords
from tankful.core.links import Method
from tankful.engine.linking import Linked, Linking
from tankful.gateways.gateway import Detected, Machine, SignInStep
from tankful.present.accounts import linked_words
from tankful.present.accounts_report import named_words, sign_in_words
from tankful.system.paths import Folders
from tankful.system.zone import zone_named

AUTO = "auto"
_LONGEST_KEY = 100_000
_KEY_ONLY = "It takes keys only; leave --sign-in out."


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Link the account and print what its gateway says."""
    options = options_of(words.option)
    kind = "" if words.kind == AUTO else words.kind
    if not kind and not words.url:
        raise WrongWords("There is no address", "Write --url https://llm.example.com, the address that your agents use.")
    with linked_accounts(folders, terminal) as linking:
        detected = asyncio.run(linking.find(words.url, kind))
        title = linking.title(detected.kind)
        terminal.tell(f"Found {title} at {detected.url}." if detected.url else f"Linking {title}.")
        # The key is asked for between two loops: within one, Ctrl+C would wait for the prompt.
        linked = _linked(linking, detected, words, options, folders, terminal)
    tell_running(folders)
    terminal.say(f"{linked_words(linked.link, linked.statement, zone_named(''))}.")
    terminal.say(named_words(linked.statement))
    return 0


def options_of(pairs: Sequence[str]) -> dict[str, str]:
    """Return what `--option NAME=VALUE` says. Raises `WrongWords`."""
    options: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not name.strip() or not equals:
            raise WrongWords(f"--option {pair} says nothing", "Write --option NAME=VALUE.")
        options[name.strip()] = value
    return options


def _linked(
    linking: Linking, detected: Detected, words: Namespace, options: dict[str, str], folders: Folders, terminal: Terminal
) -> Linked:
    local = next((method for method in detected.methods if not method.keeps_secret), None)
    signing_in = next((method for method in detected.methods if method.keeps_secret and method is not Method.KEY), None)
    takes_keys = Method.KEY in detected.methods
    if words.read_file or (local and not words.secret_stdin and not words.sign_in and not takes_keys and not signing_in):
        if local is None:
            raise WrongWords("It reads no file of another program", "Leave --read-file out.")
        _agree(linking, detected, local, words, options, folders, terminal)
        return asyncio.run(linking.sign_in(detected, local, lambda _: None, name=words.name, options=options))
    if words.sign_in or (signing_in and not takes_keys and not words.secret_stdin):
        if signing_in is None:
            raise WrongWords("There is no sign-in at this gateway", _KEY_ONLY)
        return asyncio.run(
            linking.sign_in(detected, signing_in, lambda step: _show(step, terminal), name=words.name, options=options),
        )
    if not takes_keys:
        raise WrongWords("This gateway takes no keys", "Use --sign-in." if signing_in else "Use --read-file.")
    return asyncio.run(linking.with_key(detected, _key(words, terminal), name=words.name, options=options))


def _agree(
    linking: Linking, detected: Detected, method: Method, words: Namespace, options: dict[str, str], folders: Folders, terminal: Terminal
) -> None:
    """Say which file would be read, and go on only if that was agreed to."""
    machine = Machine(Path(terminal.environ.get("HOME") or Path.home()), terminal.environ, sys.platform, folders.state)
    file = linking.file(detected.kind, machine, method)
    if file is not None:
        options.setdefault("file", str(file))
    named = options.get("file", "a file of that program")
    if not words.read_file:
        raise WrongWords(f"{linking.title(detected.kind)} would read {named}", "Add --read-file if that is all right.")
    terminal.tell(f"It reads {named}.")


def _show(step: SignInStep, terminal: Terminal) -> None:
    terminal.tell(sign_in_words(step.url, step.code, step.until, zone_named("")))


def _key(words: Namespace, terminal: Terminal) -> str:
    """Return the key as it was piped in or typed; it is never a word of the command, which everybody on the machine can see."""
    if words.secret_stdin:
        return terminal.inp.read(_LONGEST_KEY)
    if not terminal.inp.isatty():
        raise WrongWords("No key was given", "Pipe it in with --secret-stdin, or use --sign-in where the gateway has that.")
    if terminal.ask is not None:
        return terminal.ask("Key: ")
    import getpass  # noqa: PLC0415 - only a prompt needs it

    try:
        return getpass.getpass("Key: ", terminal.err)
    except EOFError as ended:
        raise TankfulError("No key was given", "Type or paste it, then press Enter.") from ended
