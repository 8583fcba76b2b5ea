"""`tankful settings`."""

# pyright: reportUnknownMemberType=false
# What a signal carried is not typed.

import threading

from pytestqt.qtbot import QtBot

from tankful.system import doorbell
from tankful.ui.single_instance import claim
from terminals import Answer, Machine


def test_without_a_running_gauge_it_says_what_to_do(machine: Machine) -> None:
    done = machine.run("settings")
    assert done.code == 2
    assert done.err.startswith("tankful: Tankful is not running. Start it with `tankful`, or edit ")
    assert done.err.endswith("settings.toml.\n")


def test_the_running_gauge_is_asked_for_its_window(machine: Machine, qtbot: QtBot) -> None:
    running = claim(machine.data)
    assert running is not None
    assert running.listen()
    answers: list[Answer] = []
    with qtbot.waitSignal(running.asked) as heard:
        caller = threading.Thread(target=lambda: answers.append(machine.run("settings")))
        caller.start()
    qtbot.waitUntil(lambda: not caller.is_alive())
    running.release()
    assert heard.args == [doorbell.PREFERENCES]
    assert [answer.code for answer in answers] == [0]
    assert answers[0].out.startswith("The settings are open.")
