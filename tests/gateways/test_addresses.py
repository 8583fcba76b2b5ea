"""What people type and paste becomes an address and a key, or a sentence that says why not."""

import pytest

from tankful.core.errors import TankfulError
from tankful.gateways.addresses import WrongAddress, WrongKey, address, is_loopback, key, origin


@pytest.mark.parametrize(
    ("typed", "linked"),
    [
        ("llm.example.com", "https://llm.example.com"),
        ("  “https://LLM.Example.com/” ", "https://llm.example.com"),
        ("https://llm.example.com/v1/", "https://llm.example.com"),
        ("https://llm.example.com/v1/chat/completions", "https://llm.example.com"),
        ("https://llm.example.com/proxy/ui?page=1#top", "https://llm.example.com/proxy"),
        ("https://llm.example.com:443", "https://llm.example.com"),
        ("https://llm.example.com:8443", "https://llm.example.com:8443"),
        ("http://127.0.0.1:4000/v1", "http://127.0.0.1:4000"),
        ("localhost:4000", "http://localhost:4000"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:4000", "http://[::1]:4000"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
    ],
)
def test_an_address_is_tidied(typed: str, linked: str) -> None:
    assert address(typed) == linked


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://",
        "llm example com",
        "https://llm.example.com:notaport",
        "https://[half",
        "https://" + "a" * 3000 + ".example.com",
        "https://user:password@llm.example.com",
        "https://user@llm.example.com",
        "http://llm.example.com",
        "ftp://llm.example.com",
        "https://llm.example\x7f.com",
    ],
)
def test_what_is_no_address_is_refused_with_a_hint(typed: str) -> None:
    with pytest.raises(WrongAddress) as refused:
        address(typed)
    assert refused.value.title
    assert refused.value.hint
    assert "password@" not in f"{refused.value.title} {refused.value.hint}"


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("[::1]", True),
        ("localhost", True),
        ("llm.localhost", True),
        ("10.0.0.1", False),
        ("localhost.example.com", False),
    ],
)
def test_only_this_machine_is_loopback(host: str, here: bool) -> None:
    assert is_loopback(host) is here


def test_an_origin_is_scheme_host_and_port() -> None:
    assert origin("https://LLM.example.com/a") == ("https", "llm.example.com", 443)
    assert origin("http://llm.example.com") == ("http", "llm.example.com", 80)
    assert origin("https://llm.example.com:8443") == ("https", "llm.example.com", 8443)
    assert origin("gopher://llm.example.com") == ("gopher", "llm.example.com", 0)
    assert origin("https://[half") == ("", "", 0)


@pytest.mark.parametrize(
    "pasted",
    [
        "sk-abc_123",
        "  sk-abc_123\r\n",
        '"sk-abc_123"',
        "‘sk-abc_123’",  # noqa: RUF001 - as word processors quote
        "Bearer sk-abc_123",
        "Authorization: Bearer sk-abc_123",
        "export LITELLM_KEY='sk-abc_123'",
        "ANTHROPIC_AUTH_TOKEN=sk-abc_123",
        "set ANTHROPIC_AUTH_TOKEN=sk-abc_123",
    ],
)
def test_a_key_is_freed_of_what_was_pasted_with_it(pasted: str) -> None:
    assert key(pasted) == "sk-abc_123"


def test_a_key_that_ends_in_an_equals_sign_keeps_it() -> None:
    assert key("c2VjcmV0==") == "c2VjcmV0=="


@pytest.mark.parametrize("pasted", ["", "  ", '""', "Bearer ", "sk-one sk-two", "sk-ключ", "sk-\x00", "s" * 20_000])
def test_what_is_no_key_is_refused_and_never_quoted(pasted: str) -> None:
    with pytest.raises(WrongKey) as refused:
        key(pasted)
    assert isinstance(refused.value, TankfulError)
    assert "sk-" not in f"{refused.value.title} {refused.value.hint}"
    assert refused.value.hint
