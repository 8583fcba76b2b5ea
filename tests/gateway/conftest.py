"""Brings the real gateway up once for all tests of this folder, and gives each of them people and keys of its own."""

from collections.abc import Generator

import pytest

from gateway.administrator import Administrator, administrator_of
from gateway.installation import install, missing
from gateway.running_litellm import RunningLiteLLM, running_litellm


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Install before the first test's clock runs: the first time on a machine it takes minutes."""
    wanted = any("litellm" in getattr(item, "fixturenames", ()) for item in session.items)
    if wanted and not session.config.option.collectonly and not missing():
        install()


@pytest.fixture(scope="session")
def litellm() -> Generator[RunningLiteLLM]:
    """The one LiteLLM of this run."""
    if reason := missing():
        pytest.skip(reason)
    with running_litellm(install()) as gateway:
        with administrator_of(gateway.url, gateway.master_key) as administrator:
            administrator.move_in()
        yield gateway


@pytest.fixture
def administrator(litellm: RunningLiteLLM) -> Generator[Administrator]:
    """Whoever runs that LiteLLM; starts it again if a test left it dead."""
    litellm.revive()
    with administrator_of(litellm.url, litellm.master_key) as administrator:
        yield administrator
