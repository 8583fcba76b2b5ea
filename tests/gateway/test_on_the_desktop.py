"""A new user on a real desktop: link the real gateway in the settings window, spend through it, watch the gauge move and settle."""

from collections.abc import Generator
from decimal import Decimal

import httpx
import pytest

from desktop.gauge_program import PROGRAM, GaugeProgram
from desktop.keyring_session import KeyringSession
from desktop.pictures import keep_for_readme
from desktop.screen import Window, differs
from desktop.session import SCREEN, DesktopSession, desktop_session
from desktop.waiting import wait_until
from gateway.administrator import Administrator
from gateway.claude_caller import ClaudeCaller
from gateway.running_litellm import RunningLiteLLM

pytestmark = pytest.mark.desktop

CALLS, GIVEN, MADE = 5, 1_000_000, 1_500_000
SPENT = CALLS * (GIVEN * Decimal("0.000003") + MADE * Decimal("0.000015"))
LIMIT = Decimal(600)


@pytest.fixture
def desktop() -> Generator[DesktopSession]:
    with desktop_session() as session:
        session.start_backdrop()
        session.start_compositing_manager()
        KeyringSession(session).start()
        session.start_xembed_tray()
        yield session


def keep(desktop: DesktopSession, name: str, window: Window, above: int = 8) -> None:
    """Keep a picture of a window with some pixels around it."""
    left, top, right, bottom = window.box
    desktop.screen.keep(name, (left - 8, top - above, min(right + 8, SCREEN[0]), min(bottom + 8, SCREEN[1])))
    keep_for_readme(name)


def wide(program: GaugeProgram) -> Window | None:
    """Return the settings window, the widest there is."""
    return next((window for window in program.windows() if window.width > 600), None)


def meter(program: GaugeProgram) -> dict[str, object]:
    [binding] = [each for each in program.status()["meters"] if each["binding"]]
    return binding


def link(program: GaugeProgram, url: str, key: str) -> Window:
    """Link an account as a person does, with mouse and keyboard."""
    screen = program.desktop.screen
    done = program.desktop.programs.run(PROGRAM, "settings", "--data", program.data)
    assert done.returncode == 0, done.stderr
    window = wait_until("the settings are open", lambda: wide(program))
    screen.still_picture(window.box)
    screen.click((window.left + window.width - 100, window.top + 34))  # Link an account…
    screen.still_picture(window.box)
    screen.type(url)
    before = screen.still_picture(window.box)
    screen.press("Return")
    wait_until("the gateway is found", lambda: differs(before, screen.picture(window.box)))
    screen.still_picture(window.box)
    screen.press("Tab", "space")  # past the browser, to the key
    screen.still_picture(window.box)
    screen.type(key)
    screen.press("Return")
    wait_until("the account is linked", lambda: program.data.joinpath("links.toml").exists())
    screen.still_picture(window.box)
    return window


def test_a_new_user_links_spends_and_sees_it_settle(litellm: RunningLiteLLM, administrator: Administrator, desktop: DesktopSession) -> None:
    key = administrator.new_key(administrator.new_person(max_budget=float(LIMIT), budget_duration="30d"))
    program = GaugeProgram(desktop)
    desktop.programs.environment["ANTHROPIC_BASE_URL"] = litellm.url
    program.data.mkdir()
    program.data.joinpath("first-start-done").touch()
    program.start()
    icon = program.wait_for_icon()

    window = link(program, litellm.url, key)
    keep(desktop, "settings", window, above=26)
    desktop.screen.press("Escape")
    wait_until("the settings are closed", lambda: wide(program) is None)
    wait_until("the gateway's budget binds", lambda: meter(program)["limit_usd"] == f"{LIMIT}.00")
    empty = desktop.screen.still_picture(icon.box)

    with httpx.Client(base_url=litellm.url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as http:
        caller = ClaudeCaller(http, program.log)
        for _ in range(CALLS):
            assert not caller.call(GIVEN, MADE).refused_for
    wait_until("the gauge in the tray moves", lambda: differs(empty, desktop.screen.picture(icon.box)))
    desktop.screen.click(icon.centre)
    panel = wait_until("the panel opens", lambda: next((each for each in program.windows() if 80 < each.width < 600), None))
    desktop.screen.still_picture(panel.box)
    keep(desktop, "allocation", panel)

    settled = wait_until(
        "all is booked", lambda: found if Decimal(str((found := meter(program))["pending_usd"])) == 0 else None, within_s=90
    )
    assert (Decimal(str(settled["settled_usd"])), Decimal(str(settled["headroom_usd"]))) == (SPENT, LIMIT - SPENT)
    told = desktop.programs.run("grep", "-rlF", key, desktop.home)
    assert not [line for line in told.stdout.splitlines() if "keyrings" not in line], "the key is in the keyring's own file alone"
