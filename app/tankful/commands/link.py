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


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Link the account and print what its gateway says."""
    options = options_of(words.option)
    kind = "" if words.kind == AUTO else words.kind
    if not kind and not words.url:
        raise WrongWords("There is no address", "Write --url https://llm.example.com, the address that your agents use.")
    with linked_accounts(folders, terminal) as linking:
        detected = asyncio.run(linking.find(words.url, kind))
        if not kind:
            terminal.tell(f"Found {linking.title(detected.kind)} at {detected.url}.")
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
    method = _method(detected, words)
    if method is Method.KEY:
        return asyncio.run(linking.with_key(detected, _key(words, terminal), name=words.name, options=options))
    if not method.keeps_secret:
        machine = Machine(Path(terminal.environ.get("HOME") or Path.home()), terminal.environ, sys.platform, folders.state)
        file = linking.file(detected.kind, machine, method)
        if file is not None:
            options.setdefault("file", str(file))
        if "file" in options and method is Method.FILE and not words.read_file:
            raise WrongWords(f"{linking.title(detected.kind)} would read {options['file']}", "Add --read-file if that is all right.")
        if "file" in options:
            terminal.tell(f"It reads {options['file']}.")
    return asyncio.run(linking.sign_in(detected, method, lambda step: _show(step, terminal), name=words.name, options=options))


def _method(detected: Detected, words: Namespace) -> Method:
    """Return the way to sign in that the words ask for; where they ask for none, what needs least: nothing kept, a key, a sign-in.

    Another program's credentials are read only if that is asked for, or if there is no other way and then it is said which.
    """
    ways = {
        "--secret-stdin": [each for each in detected.methods if each is Method.KEY],
        "--sign-in": [each for each in detected.methods if each.keeps_secret and each is not Method.KEY],
        "--read-file": sorted((each for each in detected.methods if not each.keeps_secret), key=lambda each: each is not Method.FILE),
    }
    asked = {"--secret-stdin": words.secret_stdin, "--sign-in": words.sign_in, "--read-file": words.read_file}
    for word, is_asked in asked.items():
        if is_asked and ways[word]:
            return ways[word][0]
        if is_asked:
            others = " or ".join(other for other, methods in ways.items() if methods)
            raise WrongWords(f"{word} is not possible with this kind", f"Use {others} instead." if others else "")
    order = (Method.LOCAL, Method.KEY, *ways["--sign-in"], Method.FILE)
    return next(each for each in order if each in detected.methods)


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
