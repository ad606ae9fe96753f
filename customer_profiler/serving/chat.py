"""A terminal conversation with the running assistant (``make chat``), over its REST channel."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from uuid import uuid4

import requests
from rasa.core.channels.console import record_messages

from customer_profiler.settings import Settings


def main() -> int:
    """Chat until ``/stop``; give 1 when nobody answers at the address."""
    address = Settings.from_environment().rasa_url
    try:
        requests.get(address, timeout=5).raise_for_status()
    except requests.RequestException:
        sys.stderr.write(f"Nothing answers at {address}. Start the assistant with: make run\n")
        return 1
    # Rasa's console meets the end of the input and Ctrl-C with errors of several kinds.
    with contextlib.suppress(EOFError, KeyboardInterrupt, AttributeError):
        asyncio.run(record_messages(f"terminal-{uuid4().hex[:8]}", address))
    return 0


if __name__ == "__main__":
    sys.exit(main())
