"""Tokens are asked for once, kept as long as they hold, and no answer is taken for one that is none."""

from __future__ import annotations

from typing import Any

import pytest

from customer_profiler.adapters.crm.http import Http
from customer_profiler.adapters.crm.oauth import OAuthHttp, Tokens, by_secret
from customer_profiler.core.delivery import DeliveryFailed, Trouble
from tests.unit.crm.web import Web, answer


def tokens_of(web: Web) -> Tokens:
    """Tokens that a web server gives."""
    return Tokens(Http(web.url), by_secret("me", "s3cret"))


def failure_of(web: Web, status: int, body: object) -> DeliveryFailed:
    """What the log-in fails with after that answer."""
    web.gives(answer(status, body))
    with pytest.raises(DeliveryFailed) as caught:
        tokens_of(web).get()
    return caught.value


def test_a_log_in_by_secret_is_a_form_with_all_of_it() -> None:
    form = by_secret("me", "s+3 cr&t=", "https://crm.example.com/.default")()
    assert form == {
        "grant_type": "client_credentials",
        "client_id": "me",
        "client_secret": "s+3 cr&t=",
        "scope": "https://crm.example.com/.default",
    }


def test_a_token_is_asked_for_once(web: Web) -> None:
    web.gives(answer(200, {"access_token": "t1", "token_type": "Bearer", "expires_in": 3600, "scope": "other"}))
    tokens = tokens_of(web)
    assert [tokens.get(), tokens.get()] == ["t1", "t1"]
    assert len(web.calls) == 1


@pytest.mark.parametrize("seconds", [30, "30", 59.5])
def test_a_token_that_ends_within_a_minute_is_not_kept(web: Web, seconds: object) -> None:
    web.gives(answer(200, {"access_token": "t1", "expires_in": seconds}))
    tokens = tokens_of(web)
    tokens.get()
    tokens.get()
    assert len(web.calls) == 2


def test_a_token_without_an_end_is_kept(web: Web) -> None:
    web.gives(answer(200, {"access_token": "t1", "token_type": "Bearer"}))
    tokens = tokens_of(web)
    tokens.get()
    tokens.get()
    assert len(web.calls) == 1


def test_a_token_that_another_thread_has_renewed_is_taken(web: Web) -> None:
    web.gives(answer(200, {"access_token": "t1"}))
    tokens = tokens_of(web)
    tokens.get()
    assert tokens.renew("t0") == "t1"
    assert len(web.calls) == 1


@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [
        (400, {"error": "invalid_client_id", "error_description": "client identifier invalid"}, Trouble.UNAUTHORIZED),
        (401, {"error": "invalid_client", "error_description": "AADSTS7000215"}, Trouble.UNAUTHORIZED),
        (400, {"error": "invalid_grant"}, Trouble.UNAUTHORIZED),
        (400, {"error": "unauthorized_client"}, Trouble.UNAUTHORIZED),
        (400, {"error": "temporarily_unavailable"}, Trouble.SERVER_ERROR),
        (400, {"error": "rate_limit_exceeded"}, Trouble.BUSY),
        (200, {"error": "invalid_grant"}, Trouble.UNAUTHORIZED),
        (429, {"error": "x"}, Trouble.BUSY),
        (500, {"error": "server_error"}, Trouble.SERVER_ERROR),
        (503, b"<html>", Trouble.BUSY),
        (404, b"<html>", Trouble.NOT_UNDERSTOOD),
        (200, b"", Trouble.NOT_UNDERSTOOD),
        (200, b"<html>", Trouble.NOT_UNDERSTOOD),
        (200, [], Trouble.NOT_UNDERSTOOD),
        (200, {"token": "t"}, Trouble.NOT_UNDERSTOOD),
        (200, {"access_token": ""}, Trouble.NOT_UNDERSTOOD),
        (200, {"access_token": ["t"]}, Trouble.NOT_UNDERSTOOD),
        (200, {"access_token": "t", "expires_in": "soon"}, Trouble.NOT_UNDERSTOOD),
        (200, {"access_token": "t", "expires_in": ["soon"]}, Trouble.NOT_UNDERSTOOD),
        (200, {"access_token": "t", "scope": {"a": 1}}, Trouble.NOT_UNDERSTOOD),
        (400, {"error": ["x"], "error_description": 7}, Trouble.UNAUTHORIZED),
    ],
)
def test_an_answer_without_a_token_is_a_trouble(web: Web, status: int, body: Any, trouble: Trouble) -> None:
    failure = failure_of(web, status, body)
    assert failure.trouble is trouble
    assert "s3cret" not in failure.detail


def test_a_refused_log_in_is_told_in_the_words_of_the_server(web: Web) -> None:
    failure = failure_of(
        web, 400, {"error": "invalid_grant", "error_description": "no client credentials user enabled"}
    )
    assert failure.detail == "the log-in was refused: invalid_grant: no client credentials user enabled"


def test_a_call_that_is_refused_twice_is_left_at_that(web: Web) -> None:
    refused = answer(401, {})
    web.gives(answer(200, {"access_token": "t1"}), refused, answer(200, {"access_token": "t2"}), refused)
    assert OAuthHttp(Http(web.url), tokens_of(web)).call("GET", "/leads").status == 401
    tokens = [call.headers["authorization"] for call in web.calls if call.path == "/leads"]
    assert tokens == ["Bearer t1", "Bearer t2"]


def test_a_renewal_that_fails_is_tried_again_by_the_next_call(web: Web) -> None:
    web.gives(answer(500), answer(200, {"access_token": "t1"}), answer(200, {}))
    http = OAuthHttp(Http(web.url), tokens_of(web))
    with pytest.raises(DeliveryFailed):
        http.call("GET", "/leads")
    assert http.call("GET", "/leads").status == 200
