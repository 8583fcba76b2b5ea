"""Each of LiteLLM's errors is told apart: who has to sign in again, who lacks a right, and when it is the gateway's own trouble."""

import json

import pytest

from litellm_rig import ERRORS, refusing
from tankful.core.errors import GatewayBusy, GatewayConfused, GatewayError, GatewayUnreachable, LinkRejected, NotAllowed
from tankful.gateways.http import Reply
from tankful.gateways.litellm_refusals import Said, refused, said


def reply(status: int, body: object) -> Reply:
    return Reply(status, {}, body.encode() if isinstance(body, str) else json.dumps(body).encode())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("unknown_key", LinkRejected),
        ("expired_key", LinkRejected),
        ("blocked_key", LinkRejected),
        ("no_key", LinkRejected),
        ("printed_dict", LinkRejected),
        ("administrators_only", NotAllowed),
        ("enterprise_only", NotAllowed),
        ("coding_tool_key", NotAllowed),
        ("somebody_elses", NotAllowed),
        ("key_not_found", NotAllowed),
        ("user_not_found", NotAllowed),
        ("no_database_key", GatewayUnreachable),
        ("no_database", GatewayUnreachable),
        ("no_database_detail", GatewayUnreachable),
        ("internal", GatewayUnreachable),
        ("internal_crash", GatewayUnreachable),
        ("internal_unauthorized", GatewayUnreachable),
        ("nobody", GatewayConfused),
        ("nobodys_key", GatewayConfused),
        ("no_such_path", GatewayConfused),
        ("missing_dates", GatewayConfused),
        ("malformed", GatewayConfused),
        ("rate_limit", GatewayBusy),
    ],
)
def test_an_error_is_told_apart(name: str, kind: type[GatewayError]) -> None:
    status, _, body = refusing(name)
    error = refused(reply(status, body))
    assert type(error) is kind
    assert error.title
    assert error.hint


@pytest.mark.parametrize("name", ERRORS)
def test_nothing_of_an_errors_own_words_is_repeated(name: str) -> None:
    status, _, body = refusing(name)
    error = refused(reply(status, body))
    shown = f"{error.title} {error.hint}"
    for secret in ("sk-", "00aa", "robin", "2026", "Prisma", "Pat"):
        assert secret not in shown


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
@pytest.mark.parametrize(
    "body", ["<html>Sign in</html>", "", "no", "[" * 100_000, '{"error": "no"}', '{"error": 7}', '{"detail": 7}', "[]"]
)
def test_errors_that_are_not_its_own_are_told_by_their_status(status: int, body: str) -> None:
    error = refused(reply(status, body))
    page = body.startswith("<html>")
    kinds = {401: LinkRejected, 403: NotAllowed, 404: GatewayConfused, 429: GatewayBusy, 500: GatewayUnreachable, 503: GatewayBusy}
    assert type(error) is (GatewayConfused if page else kinds[status])


def test_a_gateway_in_trouble_that_says_how_long_is_left_alone() -> None:
    busy = refused(Reply(503, {"retry-after": "9"}, b'{"error": {"message": "no", "type": "no_db_connection"}}'))
    assert isinstance(busy, GatewayBusy)
    assert busy.retry_after_s == 9


@pytest.mark.parametrize(
    ("body", "heard"),
    [
        ({"error": {"message": "no", "type": "auth_error"}}, Said("auth_error", "no")),
        ({"error": {"message": {"error": "no"}, "type": None}}, Said("", "no")),
        ({"error": {"message": 7}}, Said()),
        ({"error": {}}, Said()),
        ({"detail": {"error": "no"}}, Said("", "no")),
        ({"detail": {"message": "no"}}, Said("", "no")),
        ({"detail": {"other": "no"}}, Said()),
        ({"detail": "no"}, Said("", "no")),
        ({"detail": [{"msg": "no"}]}, Said()),
        ({}, Said()),
        ("no", Said()),
    ],
)
def test_an_errors_words_are_found_in_each_of_its_shapes(body: object, heard: Said) -> None:
    assert said(reply(400, body)) == heard
