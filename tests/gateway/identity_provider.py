"""Stands in for a company's identity provider: whoever comes is signed in at once as the person who was set."""

import json
import secrets
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit


class IdentityProvider:
    """Speaks the authorization code flow, as far as LiteLLM's generic sign-in asks for it."""

    def __init__(self, url: str) -> None:
        """Sign in `grace@example.com` until told otherwise."""
        self.url = url
        self.person = "grace@example.com"

    @property
    def environment(self) -> dict[str, str]:
        """What tells LiteLLM of it."""
        return {
            "GENERIC_CLIENT_ID": "litellm",
            "GENERIC_CLIENT_SECRET": secrets.token_hex(8),
            "GENERIC_AUTHORIZATION_ENDPOINT": f"{self.url}/authorize",
            "GENERIC_TOKEN_ENDPOINT": f"{self.url}/token",
            "GENERIC_USERINFO_ENDPOINT": f"{self.url}/who",
        }

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, dict[str, str], object]:
        """Return status, headers and body."""
        if path == "/authorize":
            back = f"{query['redirect_uri']}?{urlencode({'code': 'once', 'state': query.get('state', '')})}"
            return 302, {"Location": back}, None
        if path == "/token":
            return 200, {}, {"access_token": "opaque", "token_type": "Bearer", "expires_in": 600}
        return 200, {}, {"sub": self.person, "preferred_username": self.person, "email": self.person}


@contextmanager
def identity_provider() -> Generator[IdentityProvider]:
    """Run one on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            status, headers, body = provider.answer(parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()})
            said = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(said))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = _serve  # noqa: N815 - the library's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = IdentityProvider(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
