"""A target that repeats what it was called with: its words are kept and shown, our secrets among them must not be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from customer_profiler.core.delivery import DeliveryFailed, Finding, LeadMessage, Receipt
from customer_profiler.services.ports import LeadTarget


class Discreet:
    """The target within; ``hide`` gives a text without secrets."""

    def __init__(self, target: LeadTarget, hide: Callable[[str], str]) -> None:
        self.target = target
        self._hide = hide

    def deliver(self, message: LeadMessage) -> Receipt:
        """See ``services.ports.LeadTarget``."""
        try:
            return self.target.deliver(message)
        except DeliveryFailed as failure:
            raise DeliveryFailed(failure.trouble, self._hide(failure.detail), failure.retry_after) from None

    def check(self) -> Iterator[Finding]:
        """See ``services.ports.LeadTarget``."""
        for finding in self.target.check():
            yield replace(finding, said=self._hide(finding.said))

    def close(self) -> None:
        """See ``services.ports.LeadTarget``."""
        self.target.close()
