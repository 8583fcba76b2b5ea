"""What a gateway publishes of its sign-in is believed only as far as it speaks of itself."""

import msgspec
import pytest

from tankful.core.errors import GatewayConfused
from tankful.gateways.oauth_server import Published, at_home

URL = "https://llm.example.com"


def published(issuer: str = URL, **changed: str) -> Published:
    there = Published(
        issuer,
        f"{URL}/token",
        f"{URL}/authorize",
        f"{URL}/register",
        f"{URL}/device",
        URL,
    )
    return msgspec.structs.replace(there, **changed)


@pytest.mark.parametrize("url", [URL, "https://LLM.example.com:443", "https://llm.example.com/"])
def test_the_same_address_may_be_written_in_several_ways(url: str) -> None:
    server = published(f"{URL}/", device_authorization_endpoint="")
    assert server.belonging_to(url) is server


def test_a_gateway_below_a_path_is_another_than_one_beside_it() -> None:
    below = published(issuer=f"{URL}/llm")
    assert below.belonging_to(f"{URL}/llm/") is below
    with pytest.raises(GatewayConfused, match=r"calls itself https://llm\.example\.com$"):
        below.belonging_to(f"{URL}/other")


@pytest.mark.parametrize(
    "issuer", ["https://other.example.com", "http://llm.example.com", "https://llm.example.com:8443", "https://[", "", "né"]
)
def test_another_issuer_is_named_and_not_taken(issuer: str) -> None:
    with pytest.raises(GatewayConfused, match="calls itself"):
        published(issuer=issuer).belonging_to(URL)


@pytest.mark.parametrize(
    "name", ["token_endpoint", "authorization_endpoint", "registration_endpoint", "device_authorization_endpoint", "resource"]
)
def test_no_endpoint_may_lie_on_another_host(name: str) -> None:
    with pytest.raises(GatewayConfused, match="another address"):
        published(**{name: "https://evil.example.com/x"}).belonging_to(URL)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://llm.example.com/x",
        "https://llm.example.com@evil.example.com/x",
        "https://user@llm.example.com/x",
        "https://llm.example.com\\@evil.example.com/x",
        "https://llm.example.com/x\n",
        "https://llm.example.com/x y",
        "https://llm.example.com/é",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "",
        "https://[",
        f"https://llm.example.com/{'x' * 5000}",
    ],
)
def test_only_a_plain_address_of_the_gateway_itself_is_opened(endpoint: str) -> None:
    with pytest.raises(GatewayConfused):
        at_home(endpoint, URL)
    assert at_home(f"{URL}/device?user_code=AB", URL)
