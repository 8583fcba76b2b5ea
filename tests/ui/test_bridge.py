"""Snapshots cross from the engine's thread to the windows."""

import threading
from dataclasses import replace
from datetime import timedelta

from pytestqt.qtbot import QtBot

from pictured import CALM, NOW, WATCH
from tankful.core.inbox import NoticeAction
from tankful.core.snapshot import Snapshot
from tankful.ui.bridge import Bridge


def test_a_snapshot_shown_on_another_thread_arrives_on_the_one_of_the_windows(qtbot: QtBot) -> None:
    bridge = Bridge()
    arrived: list[tuple[object, threading.Thread]] = []
    bridge.shown.connect(lambda snapshot: arrived.append((snapshot, threading.current_thread())))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] - signals carry any object
    engine = threading.Thread(target=bridge.show, args=(WATCH,))

    engine.start()
    engine.join()
    qtbot.waitUntil(lambda: bool(arrived))

    assert arrived == [(WATCH, threading.main_thread())]


def test_of_a_storm_only_the_newest_is_delivered(qtbot: QtBot) -> None:
    bridge = Bridge()
    arrived: list[Snapshot] = []
    bridge.shown.connect(arrived.append)

    for second in range(1000):
        bridge.show(replace(WATCH, as_of=NOW + timedelta(seconds=second)))
    bridge.show(CALM)
    qtbot.waitUntil(lambda: bool(arrived))

    assert arrived == [CALM]


def test_after_a_delivery_the_next_one_comes_too(qtbot: QtBot) -> None:
    bridge = Bridge()
    arrived: list[Snapshot] = []
    bridge.shown.connect(arrived.append)

    for snapshot in (WATCH, CALM):
        with qtbot.waitSignal(bridge.shown):
            bridge.show(snapshot)

    assert arrived == [WATCH, CALM]


def test_what_is_asked_for_at_a_notice_arrives_on_the_thread_of_the_windows(qtbot: QtBot) -> None:
    bridge = Bridge()
    arrived: list[tuple[object, threading.Thread]] = []
    bridge.summoned.connect(lambda action: arrived.append((action, threading.current_thread())))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] - signals carry any object
    engine = threading.Thread(target=bridge.summon, args=(NoticeAction.OPEN,))
    engine.start()
    engine.join()
    qtbot.waitUntil(lambda: bool(arrived))
    assert arrived == [(NoticeAction.OPEN, threading.main_thread())]
