"""What can go wrong on the way to a web server, as a ``DeliveryFailed`` that tells none of the values sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, RemoteDisconnected

import requests
from requests.exceptions import ConnectTimeout, InvalidHeader, ReadTimeout, SSLError
from urllib3.exceptions import HTTPError, LocationValueError, ReadTimeoutError

from customer_profiler.core.delivery import DeliveryFailed, Trouble


@contextmanager
def as_failures() -> Iterator[None]:
    """Turn what ``requests`` and urllib3 raise into failures."""
    try:
        yield
    except (OSError, HTTPError, UnicodeError) as error:
        raise _failure(error) from None


def _failure(error: Exception) -> DeliveryFailed:
    kinds: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Trouble, str], ...] = (
        (SSLError, Trouble.TLS, _cause(error)),
        (ConnectTimeout, Trouble.UNREACHABLE, "no connection in time"),
        ((ReadTimeout, ReadTimeoutError), Trouble.TIMEOUT, "no answer in time, or an answer that stopped"),
        (LocationValueError, Trouble.MISCONFIGURED, "“url” is no address of a server"),
        (HTTPError, Trouble.NOT_UNDERSTOOD, f"the answer broke off ({type(error).__name__})"),
        (requests.ConnectionError, _of_connection(error), _cause(error)),
        # Their own words quote the header, which may be a token.
        ((InvalidHeader, UnicodeError), Trouble.MISCONFIGURED, _UNFIT),
        (requests.RequestException, Trouble.MISCONFIGURED, _cause(error)),
        # All that is left: what comes from the connection has been wrapped by then.
        (OSError, Trouble.MISCONFIGURED, "“ca_file” cannot be read"),
    )
    trouble, said = next((trouble, said) for kind, trouble, said in kinds if isinstance(error, kind))
    return DeliveryFailed(trouble, said)


_UNFIT = "a token or header holds a character that HTTP does not carry, such as a line break"


def _of_connection(error: Exception) -> Trouble:
    """Tell a server that speaks another language than HTTP from one that cannot be reached or went away."""
    inner = _innermost(error)
    is_babble = isinstance(inner, HTTPException) and not isinstance(inner, RemoteDisconnected)
    return Trouble.NOT_UNDERSTOOD if is_babble else Trouble.UNREACHABLE


def _cause(error: Exception) -> str:
    """Give the innermost reason without addresses, which may hold a key."""
    inner = _innermost(error)
    said = getattr(inner, "strerror", None) or (inner.args[-1] if inner.args else "")
    return f"{type(inner).__name__}: {said}"[:200] if isinstance(said, str) else type(inner).__name__


def _innermost(error: BaseException) -> BaseException:
    """Give the error that was first: libraries wrap it as a cause, a reason, or one of the arguments."""
    wrapped = (error.__cause__, getattr(error, "reason", None), *error.args)
    inner = next((each for each in wrapped if isinstance(each, BaseException)), None)
    return error if inner is None else _innermost(inner)
