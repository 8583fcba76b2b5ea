"""A real LiteLLM falls back to another model, and what Claude Code logs beside its list of calls says so."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.waiting import wait_until
from gateway.administrator import Administrator
from gateway.claude_caller import ClaudeCaller
from gateway.linked_account import LinkedAccount
from gateway.running_litellm import CLAUDE, CLAUDE_DEAR, RunningLiteLLM
from tankful.core.allocation import BookedCalls
from tankful.core.settings import Settings
from tankful.engine.reading import open_reading
from tankful.gateways.litellm import GATEWAY
from tankful.system.paths import folders


def test_a_fallback_is_a_change_of_the_model_and_other_calls_are_none(
    litellm: RunningLiteLLM, administrator: Administrator, tmp_path: Path
) -> None:
    account = LinkedAccount(litellm.url, administrator.new_key(administrator.new_person()))
    with account.caller() as http:
        caller = ClaudeCaller(http, tmp_path / "claude" / "projects" / "orchard" / "one.jsonl")
        fine = [caller.call(model=model, streamed=True) for model in (CLAUDE, CLAUDE_DEAR)]
        fallen = caller.call(model=CLAUDE_DEAR, streamed=True, busy=CLAUDE_DEAR)
        whole = caller.call(model=CLAUDE_DEAR, busy=CLAUDE_DEAR)
    assert [answer.body["model"] for answer in (*fine, fallen)] == [CLAUDE, CLAUDE_DEAR, CLAUDE_DEAR], "it streams what was asked"
    assert whole.body["model"] == CLAUDE, "without streaming nobody can tell"

    def listed() -> BookedCalls | None:
        calls = account.ask(lambda asked: GATEWAY.calls(asked, datetime.now(UTC) - timedelta(minutes=10)))
        return calls if calls is not None and len(calls.calls) == 4 else None

    calls = wait_until("all four are booked", listed)
    models = account.ask(GATEWAY.models)
    assert models is not None
    environ = {"HOME": str(tmp_path), "CLAUDE_CONFIG_DIR": str(tmp_path / "claude")}
    reading = open_reading(folders(tmp_path / "data"), Settings(timezone="UTC"), lambda: datetime.now(UTC), environ)
    reading.scan()
    with reading.ledger.account_recorder() as recorder:
        recorder.keep_offered("orchard", models, datetime.now(UTC), reading.price)
        recorder.keep_booked("orchard", calls, datetime.now(UTC), reading.price)
    (change,) = reading.snapshot().changes
    reading.close()
    assert (change.asked, change.served, change.calls, change.account) == (CLAUDE_DEAR, CLAUDE, 1, "orchard")
    assert change.difference is not None
    assert change.difference < 0
