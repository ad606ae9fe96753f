"""Whether a server answers over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests

SECONDS = 5.0


def answers(url: str, post: Any = None, below: int = 400) -> Callable[[], bool]:
    """Give what tells whether an address answers a GET, or a POST of JSON, with a status below a limit."""

    def is_up() -> bool:
        with requests.Session() as http:
            # A proxy of the machine's has no business on loopback.
            http.trust_env = False
            try:
                return http.request("POST" if post else "GET", url, json=post, timeout=SECONDS).status_code < below
            except requests.RequestException:
                return False

    return is_up
