"""One of the tests' stand-ins for hosted CRMs, in a process of its own: ``python -m bench.hosted hubspot``.

It prints its keys of ``crm.yml`` and its secrets as one line of JSON, and serves until it is stopped.
"""

from __future__ import annotations

import json
import signal
import sys
from importlib import import_module
from typing import Any

CLASSES = {"hubspot": "HubSpot", "salesforce": "Salesforce", "dynamics": "Dynamics"}
"""The stand-in's module in ``tests.standins``, and the type of target -> its class."""


def main(name: str) -> None:
    """Serve."""
    module = import_module(f"tests.standins.{name}")
    with getattr(module, CLASSES[name])() as stand_in:
        keys: dict[str, Any] = {"type": name, "url": stand_in.url}
        if name == "hubspot":
            keys |= {"token": "${CRM_SECRET}"}
            secret = module.TOKEN
        else:
            keys |= {"client_id": stand_in.client_id, "client_secret": "${CRM_SECRET}"}
            secret = stand_in.client_secret
        if name == "dynamics":
            keys |= {"tenant": stand_in.tenant, "token_url": stand_in.token_url}
        print(json.dumps({"keys": keys, "secrets": {"CRM_SECRET": secret}}), flush=True)
        signal.sigwait([signal.SIGTERM, signal.SIGINT])


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])
    main(sys.argv[1])
