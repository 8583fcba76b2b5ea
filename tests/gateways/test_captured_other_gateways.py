"""Answers that were captured from real servers, where they are at hand: MLflow 3.17 and any-llm 1.13."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from gateway_rig import Answer
from kinds_rig import detected, fetched, refused
from tankful.core.errors import LinkRejected
from tankful.gateways import generic, mlflow

SAMPLES = Path(__file__).parent.parent.parent.parent / "shared" / "gateway" / "samples"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the captured answers are not at hand")

LIST, WINDOWS = (f"/api/3.0/mlflow/gateway/budgets/{name}" for name in ("list", "windows"))
ALICE = "alice:word-that-nobody-may-see"


def captured(*path: str) -> Answer:
    response = json.loads(SAMPLES.joinpath(*path).read_bytes())["response"]
    named = {name: value for name, value in response["headers"].items() if name.lower() in {"content-type", "www-authenticate"}}
    return response["status"], named, response["body"]


def test_mlflow_is_known_and_tells_alice_her_day_and_the_month_of_all() -> None:
    refusal = captured("mlflow-ai-gateway", "error_401.json")
    assert detected(mlflow.GATEWAY, {WINDOWS: refusal}) is not None
    assert isinstance(refused(mlflow.GATEWAY, {LIST: refusal, WINDOWS: refusal}, ALICE), LinkRejected)
    answers = {
        LIST: captured("mlflow-ai-gateway", "budget_list_alice.json"),
        WINDOWS: captured("mlflow-ai-gateway", "budget_windows_alice.json"),
    }
    everybody, day = fetched(mlflow.GATEWAY, answers, ALICE).allocations
    assert (everybody.scope, everybody.limit, everybody.enforced) == ("everybody, a month", Decimal(1000), False)
    assert (day.scope, day.limit, day.settled, day.enforced) == ("you, a day", Decimal("0.05"), Decimal("0.035"), True)
    assert day.resets_at == datetime(2026, 11, 23, tzinfo=UTC)
    (only,) = fetched(mlflow.GATEWAY, answers, "bob:word-that-nobody-may-see").allocations
    assert only.scope == "everybody, a month"


def test_any_llm_is_read_with_the_documented_options() -> None:
    answers = {"/v1/users/alice": captured("any-llm-gateway", "admin_user_get.json")}
    options = {"spent": "/spend", "limit": "50", "start": "/budget_started_at", "reset": "/next_budget_reset_at", "who": "/alias"}
    statement = fetched(generic.GATEWAY, answers, path="/v1/users/alice", header="X-AnyLLM-Key", prefix="Bearer", **options)
    (budget,) = statement.allocations
    assert (statement.who, budget.settled, budget.limit, budget.resetting) == ("Alice", Decimal("0.045"), Decimal(50), False)
    assert budget.resets_at == datetime(2026, 11, 23, 3, 18, 11, 93812, tzinfo=UTC)
