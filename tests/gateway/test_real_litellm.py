"""The test gateway itself: what all other tests of this folder rest on."""

import httpx

from desktop.waiting import wait_until
from gateway.administrator import Administrator
from gateway.running_litellm import CLAUDE, RunningLiteLLM


def test_a_call_costs_what_its_prompt_asks_for(litellm: RunningLiteLLM, administrator: Administrator) -> None:
    key = administrator.new_key(administrator.new_person())
    with httpx.Client(base_url=litellm.url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as http:
        prompt = [{"role": "user", "content": "IN=10000 OUT=2000"}]
        said = http.post("/v1/messages", json={"model": CLAUDE, "max_tokens": 100, "messages": prompt})
        assert said.json()["usage"]["output_tokens"] == 2000, said.text
        wait_until("it is booked", lambda: round(http.get("/key/info").json()["info"]["spend"], 9) == 0.06)
