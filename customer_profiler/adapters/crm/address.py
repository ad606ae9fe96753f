"""Addresses of targets: what is wrong with one, and who could listen on the way to it."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

_OF_ONE_HOUSE = (".internal", ".local", ".lan", ".localdomain", ".home.arpa", ".test")
"""Endings of names that only a network of one's own knows (RFC 6761, 6762, 8375, and ICANN's ``.internal``)."""


def split(url: str) -> SplitResult:
    """Give the parts of a URL; raise ``ValueError("what; mend")`` for one that targets cannot have."""
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is no web address; write one such as https://crm.example.com") from None
    if parts.scheme not in ("http", "https"):
        raise ValueError("does not begin with https:// or http://; write the whole address, scheme included")
    if not host:
        raise ValueError("names no server; write one such as https://crm.example.com")
    if parts.username is not None or parts.password is not None:
        raise ValueError("holds a user or password; give those in keys of their own, as ${NAME}")
    if parts.query or parts.fragment:
        raise ValueError("holds a “?” or “#”; keep the address only, and secrets in keys of their own")
    return parts


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine by its name or number."""
    address = _number(host)
    if address is not None:
        return address.is_loopback
    name = host.casefold().rstrip(".")
    return name == "localhost" or name.endswith(".localhost")


def is_private(host: str) -> bool:
    """Tell whether a host is in a network of one's own, as far as its name or number shows: this machine's is, too."""
    address = _number(host)
    if address is not None:
        return address.is_private
    name = host.casefold().rstrip(".")
    return is_loopback(host) or "." not in name or name.endswith(_OF_ONE_HOUSE)


def _number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None
