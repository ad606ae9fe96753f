"""What can go wrong, said to the person who must mend it."""

from __future__ import annotations


class CrmError(Exception):
    """A server could not be installed or did not start; the text says why and what to do."""


class PackageUnavailable(CrmError):
    """A package cannot be had on this machine; another one may do."""
