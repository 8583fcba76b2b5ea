"""A request is sent exactly as it was shown, and whatever keeps it from arriving is said."""

import pytest

from gateway_rig import AnsweringServer
from tankful.engine.sending import NotSent, send

TEXT = "Request for more.\n\nReason: “two of us”\n"


def test_the_text_goes_out_to_the_letter_and_no_key_with_it() -> None:
    with AnsweringServer({("POST", "/requests"): (201, {}, {})}) as server:
        send(f"{server.url}/requests", TEXT)
    (seen,) = server.requests
    assert seen.json == {"text": TEXT}
    assert "authorization" not in seen.headers


@pytest.mark.parametrize(
    ("status", "body", "title"),
    [
        (404, "no", "It was not taken: the address answers with status 404"),
        (503, "no", "It was not taken: the address answers with status 503"),
        (200, "<html>Sign in</html>", "It may not have arrived: the address answers with a web page"),
    ],
)
def test_an_answer_that_is_no_yes_is_said(status: int, body: str, title: str) -> None:
    with AnsweringServer({("POST", "/"): (status, {}, body)}) as server, pytest.raises(NotSent) as refused:
        send(f"{server.url}/", TEXT)
    assert refused.value.title == title
    assert refused.value.hint


def test_nobody_there_and_no_encryption_are_said() -> None:
    with AnsweringServer() as server:
        gone = server.url
    with pytest.raises(NotSent, match="It was not sent: the address cannot be reached"):
        send(gone, TEXT)
    with pytest.raises(NotSent, match="It was not sent: the address is not encrypted"):
        send("http://budget.example.com/", TEXT)
