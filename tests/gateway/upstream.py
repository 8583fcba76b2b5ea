"""Stands in for the model vendors: answers any prompt at once, with as many tokens as the prompt asks for.

A prompt that holds `IN=1000 OUT=200` costs what those tokens cost; one that holds `BUSY=model` is refused by that model. Run as
a program it prints its port. Every answer has an id of its own, as the gateway books one row per id.
"""

import itertools
import json
import os
import re
import time
import uuid
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_ASKED = re.compile(r"\b(IN|OUT)=(\d+)")
_SAYS = ("One ", "answer.")

Event = dict[str, Any]


def tokens_asked_for(request: Event) -> tuple[int, int]:
    """Return input and output tokens; 100 and 50 where the prompt names none."""
    named = dict(_ASKED.findall(json.dumps(request.get("messages", []))))
    return int(named.get("IN", 100)), int(named.get("OUT", 50))


def claude_message(request: Event) -> Event:
    """Return a whole answer in the words of Anthropic's Messages API."""
    given, made = tokens_asked_for(request)
    usage = {"input_tokens": given, "output_tokens": made, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
    return {
        "id": f"msg_{uuid.uuid4().hex}",
        "type": "message",
        "role": "assistant",
        "model": request["model"],
        "content": [{"type": "text", "text": "".join(_SAYS)}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": usage,
    }


def claude_events(request: Event) -> Iterator[Event]:
    """Give the same answer as a stream."""
    whole = claude_message(request)
    made = whole["usage"]["output_tokens"]
    yield {
        "type": "message_start",
        "message": {**whole, "content": [], "stop_reason": None, "usage": {**whole["usage"], "output_tokens": 1}},
    }
    yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    for piece in _SAYS:
        yield {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
    yield {"type": "content_block_stop", "index": 0}
    yield {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": made}}
    yield {"type": "message_stop"}


def chat_completion(request: Event) -> Event:
    """Return a whole answer in the words of OpenAI's chat API."""
    message = {"role": "assistant", "content": "".join(_SAYS)}
    return {
        **_chat(request, "chat.completion"),
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": _used(request),
    }


def chat_events(request: Event) -> Iterator[Event]:
    """Give the same answer as a stream, the usage last."""
    head = _chat(request, "chat.completion.chunk")
    for piece in _SAYS:
        yield {**head, "choices": [{"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}]}
    yield {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    yield {**head, "choices": [], "usage": _used(request)}


def _chat(request: Event, kind: str) -> Event:
    return {"id": f"chatcmpl-{uuid.uuid4().hex}", "object": kind, "created": int(time.time()), "model": request["model"]}


def _used(request: Event) -> Event:
    given, made = tokens_asked_for(request)
    return {"prompt_tokens": given, "completion_tokens": made, "total_tokens": given + made}


class _Vendor(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the server's
        """Keep quiet."""

    def do_POST(self) -> None:
        request: Event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        speaks_claude = self.path.startswith("/v1/messages")
        if f"BUSY={request['model']} " in json.dumps(request.get("messages", [])):
            self._whole({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, 529)
            return
        if not request.get("stream"):
            self._whole(claude_message(request) if speaks_claude else chat_completion(request))
        elif speaks_claude:
            self._stream(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in claude_events(request))
        else:
            events = (f"data: {json.dumps(event)}\n\n" for event in chat_events(request))
            self._stream(itertools.chain(events, ("data: [DONE]\n\n",)))

    def _whole(self, answer: Event, status: int = 200) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, pieces: Iterable[str]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for piece in pieces:
            self.wfile.write(piece.encode())
        self.close_connection = True


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["UPSTREAM_PORT"])), _Vendor)
    server.serve_forever()
