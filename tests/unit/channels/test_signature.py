"""Only who has our secret can sign a webhook, and only who has our token can verify the address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_profiler.channels.meta.signature import is_signed, is_token, signature

SECRET, BODY = "It's a Secret to Everybody", b"Hello, World!"
SIGNED = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
"""The example of GitHub's documentation, which signs webhooks in the same way."""

any_text = st.text(st.characters())  # with lone surrogates


def test_a_known_signature_fits() -> None:
    assert signature(SECRET, BODY) == SIGNED
    assert is_signed(SECRET, BODY, SIGNED)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "sha256=",
        SIGNED.removeprefix("sha256="),
        SIGNED.upper(),
        SIGNED[:-1],
        SIGNED + "0",
        f" {SIGNED}",
        SIGNED.replace("sha256", "sha1"),
        "sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59",
        "md5=98d39fc68a0c0f8f0d5b5d5d5d5d5d5d",
        "sha256=é",
        "\ud800",
    ],
)
def test_anything_else_does_not(given: str) -> None:
    assert not is_signed(SECRET, BODY, given)


@given(secret=st.text(), body=st.binary())
def test_what_we_sign_fits(secret: str, body: bytes) -> None:
    assert is_signed(secret, body, signature(secret, body))


@given(body=st.binary(), other=st.binary())
def test_a_signature_fits_one_body_only(body: bytes, other: bytes) -> None:
    assert is_signed(SECRET, other, signature(SECRET, body)) == (body == other)


@given(secret=st.text(max_size=20), other=st.text(max_size=20))
def test_a_signature_fits_one_secret_only(secret: str, other: str) -> None:
    # HMAC fills short keys up with NUL characters.
    same = secret.rstrip("\0") == other.rstrip("\0")
    assert is_signed(other, BODY, signature(secret, BODY)) == same


@given(header=any_text)
def test_any_header_can_be_looked_at(header: str) -> None:
    assert is_signed(SECRET, BODY, header) == (header == SIGNED)


@given(token=any_text)
def test_only_our_token_is_ours(token: str) -> None:
    assert is_token("our token", token) == (token == "our token")
