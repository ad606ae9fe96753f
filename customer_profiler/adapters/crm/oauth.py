"""OAuth 2.0 for programs: an access token is asked for by secret or signed assertion, kept, and renewed when refused.

Preparing and reading what is said at the token's address is oauthlib's; the calls are ours, with our limits.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import parse_qsl

from jwt import PyJWTError
from oauthlib.oauth2 import BackendApplicationClient, MissingTokenError, OAuth2Error, ServiceApplicationClient

from customer_profiler.adapters.crm.http import Answer, Http, failure
from customer_profiler.core.delivery import DeliveryFailed, Trouble

EXPIRY_MARGIN = 60.0
"""Seconds before its end at which a token is renewed, so that none ends on its way."""

ASSERTION_SECONDS = 180
"""How long a signed assertion holds; Salesforce takes no more than 300 (“OAuth 2.0 JWT Bearer Flow”)."""

LogIn = Callable[[], Mapping[str, str]]
"""Gives the form that asks for a token; raises ``DeliveryFailed`` when it cannot be made."""


def by_secret(client_id: str, client_secret: str, scope: str = "") -> LogIn:
    """Give the log-in of the client credentials grant (RFC 6749, section 4.4)."""

    def form() -> Mapping[str, str]:
        client = BackendApplicationClient(client_id)
        given = {"include_client_id": True, "client_secret": client_secret}
        return dict(parse_qsl(client.prepare_request_body(scope=scope or None, **given)))

    return form


def by_assertion(client_id: str, key_file: Path, user: str, audience: str) -> LogIn:
    """Give the log-in of the JWT bearer grant (RFC 7523): ``key_file`` is an RSA key as PEM that signs for ``user``."""

    def form() -> Mapping[str, str]:
        try:
            key = key_file.read_text("ascii")
            client = ServiceApplicationClient(client_id, key, user, client_id, audience)
            return dict(parse_qsl(client.prepare_request_body(expires_at=time.time() + ASSERTION_SECONDS)))
        except OSError as error:
            raise DeliveryFailed(Trouble.MISCONFIGURED, f"“key_file” cannot be read ({error.strerror})") from None
        except (PyJWTError, ValueError, TypeError):
            # The error's own words may quote the key.
            raise DeliveryFailed(Trouble.MISCONFIGURED, "“key_file” is no RSA key as PEM") from None

    return form


class Tokens:
    """The access token of one log-in, shared by all threads; ``log_in`` makes the form that asks for one."""

    def __init__(self, http: Http, log_in: LogIn) -> None:
        self._http = http
        self._log_in = log_in
        self._lock = threading.Lock()
        self._token = ""
        self._ends = 0.0

    def get(self) -> str:
        """Give a token that is good for a while; raise ``DeliveryFailed`` when none is to be had."""
        with self._lock:
            if not self._token or time.monotonic() > self._ends:
                self._fetch()
            return self._token

    def renew(self, refused: str) -> str:
        """Give another token than the one that was refused; several threads with the same fetch one together."""
        with self._lock:
            if self._token in ("", refused):
                self._fetch()
            return self._token

    def close(self) -> None:
        """Give this thread's connections back."""
        self._http.close()

    def _fetch(self) -> None:
        self._token = ""
        answer = self._http.call("POST", "", form=self._log_in())
        found = _read(answer)
        token, seconds = found.get("access_token"), found.get("expires_in")
        if not isinstance(token, str) or not token:
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "the answer to the log-in holds no token")
        self._token = token
        # Salesforce tells no end: a token is good until it is refused.
        self._ends = time.monotonic() + seconds - EXPIRY_MARGIN if isinstance(seconds, int | float) else float("inf")


class OAuthHttp:
    """Calls with a token; should it be refused, the call is made once more with a new one."""

    def __init__(self, http: Http, tokens: Tokens) -> None:
        self._http = http
        self._tokens = tokens

    def log_in(self) -> None:
        """Get a token unless there is one; raise ``DeliveryFailed``."""
        self._tokens.get()

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Answer:
        """Do as ``Http.call`` does; what is answered with 401 has not been done, so that it can be said again."""
        token = self._tokens.get()
        answer = self._call(method, path, body, params, headers, raw, token)
        if answer.status != 401:
            return answer
        return self._call(method, path, body, params, headers, raw, self._tokens.renew(token))

    def close(self) -> None:
        """Give this thread's connections back."""
        self._http.close()
        self._tokens.close()

    def _call(
        self,
        method: str,
        path: str,
        body: object,
        params: Mapping[str, str | int] | None,
        headers: Mapping[str, str] | None,
        raw: bytes | None,
        token: str,
    ) -> Answer:
        with_token = {**(headers or {}), "Authorization": f"Bearer {token}"}
        return self._http.call(method, path, body, params=params, headers=with_token, raw=raw)


_PASSING = {
    "temporarily_unavailable": Trouble.SERVER_ERROR,
    "server_error": Trouble.SERVER_ERROR,
    "rate_limit_exceeded": Trouble.BUSY,
    "slow_down": Trouble.BUSY,
}
"""Error names that speak of the server, not of the credentials (RFC 6749; Salesforce, “OAuth 2.0 Error Codes”)."""


def _read(answer: Answer) -> Mapping[str, object]:
    """Give what a token's address answered; raise ``DeliveryFailed`` unless it is a token."""
    if answer.status == 429 or answer.status >= 500:
        raise failure(answer)
    if not isinstance(answer.json, dict):
        raise _unread(answer)
    try:
        found: Mapping[str, object] = BackendApplicationClient("").parse_request_body_response(answer.text)
    except MissingTokenError:
        raise _unread(answer) from None
    except OAuth2Error as error:
        said = f"the log-in was refused: {error.error}: {error.description or ''}"
        raise DeliveryFailed(_PASSING.get(str(error.error), Trouble.UNAUTHORIZED), said, answer.retry_after) from None
    except (TypeError, ValueError, AttributeError):
        raise _unread(answer) from None
    return found


def _unread(answer: Answer) -> DeliveryFailed:
    return DeliveryFailed(Trouble.NOT_UNDERSTOOD, f"the answer to the log-in is none (HTTP {answer.status})")
