"""How Meta signs its webhooks: HMAC-SHA256 of the raw body under the app secret (Meta, Webhooks, 7 Nov 2025)."""

from __future__ import annotations

import hashlib
import hmac

HEADER = "X-Hub-Signature-256"
_PREFIX = "sha256="


def signature(secret: str, body: bytes) -> str:
    """Give the value of the header ``X-Hub-Signature-256`` for a body."""
    return _PREFIX + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_signed(secret: str, body: bytes, given: str) -> bool:
    """Tell whether the header's value fits the body; takes the same time for every wrong one."""
    return hmac.compare_digest(signature(secret, body).encode(), given.encode("utf-8", "replace"))


def is_token(expected: str, given: str) -> bool:
    """Tell whether the verify token is ours; takes the same time for every wrong one."""
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
