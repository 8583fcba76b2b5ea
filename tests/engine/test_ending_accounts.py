"""However the asking of gateways ended, what was opened for it is closed."""

import asyncio
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine_rig import Machine
from rings import MemoryRing
from tankful.core.links import Link, Method
from tankful.core.settings import Settings
from tankful.engine.linked import LinkedAccounts
from tankful.engine.messages import GatewayMessage, LinksChanged
from tankful.store.links_file import LinksFile

WORDS = "what was received"


def test_a_mistake_while_asking_is_logged_by_its_place_and_the_keyring_is_closed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine(tmp_path)
    told: list[GatewayMessage | LinksChanged] = []

    def tell(message: GatewayMessage | LinksChanged) -> None:
        told.append(message)
        raise ArithmeticError(WORDS)

    async def live() -> None:
        LinksFile(machine.folders.links).put(Link("broker", "generic", "http://127.0.0.1:9", Method.KEY))
        accounts = LinkedAccounts(machine.folders, Settings(), lambda: datetime.now(UTC), machine.environ, tell, MemoryRing())
        accounts.begin()
        feed = next(task for task in asyncio.all_tasks() if task.get_name() == "tankful-gateways")
        await asyncio.wait([feed])
        assert _keyrings() == 1
        await accounts.end()

    asyncio.run(live())
    assert len(told) == 1
    assert _keyrings() == 0
    assert "ArithmeticError" in caplog.text
    assert "test_ending_accounts.py" in caplog.text
    assert WORDS not in caplog.text


def _keyrings() -> int:
    return sum(thread.name == "tankful-keyring" for thread in threading.enumerate())
