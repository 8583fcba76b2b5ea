"""`tankful ask`: a request for more, printed, copied, mailed or sent, by the user's own hand alone."""

from argparse import Namespace
from collections.abc import Callable

from tankful.commands.answers import agreed
from tankful.commands.asking import ask_gateways
from tankful.commands.known import known
from tankful.commands.terminal import Terminal
from tankful.core.errors import TankfulError
from tankful.engine.addressees import addressed
from tankful.engine.spending import spending_in
from tankful.engine.usable_settings import usable
from tankful.present.request import mailto, period_of, request
from tankful.store.settings_file import SettingsFile
from tankful.system.paths import Folders


class NowhereToSend(TankfulError):
    """No address is set, or nothing here can copy or mail."""


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Print the request; with a word more, pass exactly this on."""
    settings = addressed(usable(SettingsFile(folders.settings)), folders.policy)
    with known(folders, settings, terminal) as reading:
        ask_gateways(reading, folders, terminal)
        seen, zone = reading.snapshot(), reading.zone
        with reading.ledger.history() as history:
            spending = spending_in(history, *period_of(seen))
    asked = request(seen, settings, zone, spending, names=not words.no_projects, reason=words.reason)
    for line in asked.text.splitlines():
        terminal.say(line)
    terminal.out.flush()
    if words.copy:
        from tankful.system.clipboard import copied  # noqa: PLC0415 - hardly ever needed

        if not copied(asked.text, terminal.environ):
            raise NowhereToSend("Nothing here can copy to the clipboard", "Copy the text above by hand, or use `tankful ask` in a pipe.")
        terminal.tell("It is on the clipboard.")
    elif words.mail:
        _browse(terminal)(mailto(settings.ask_for_more_mail, asked, asked.text))
        terminal.tell("Your mail program has it now; it is sent when you send it there.")
    elif words.send:
        _send(settings.ask_for_more_url, asked.text, terminal, yes=words.yes)
    return 0


def _browse(terminal: Terminal) -> Callable[[str], object]:
    if terminal.browse is not None:
        return terminal.browse
    from tankful.system.browser import open_browser  # noqa: PLC0415 - hardly ever needed

    def browse(url: str) -> None:
        if not open_browser(url, terminal.environ):
            raise NowhereToSend("No mail program can be opened from here", "Copy the text above by hand.")

    return browse


def _send(url: str, text: str, terminal: Terminal, *, yes: bool) -> None:
    if not url:
        raise NowhereToSend("No address to send it to is set", "Set [budget] ask_url in the settings, or use --copy or --mail.")
    agreed(f"Send exactly this to {url}?", "nothing was sent", terminal, yes=yes)
    from tankful.engine.sending import send  # noqa: PLC0415 - it brings what talks to other machines

    send(url, text)
    terminal.tell(f"It was sent to {url}.")
