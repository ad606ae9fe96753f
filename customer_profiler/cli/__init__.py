"""The command line ``profiler`` (design, section 10): exit 0 when all is well, 1 on bad content or when something
is refused, 2 on misuse.
"""

from __future__ import annotations

from customer_profiler.cli.commands import main
from customer_profiler.cli.crm import crm
from customer_profiler.cli.imports import import_
from customer_profiler.cli.person import opt_in, opt_out
from customer_profiler.cli.queues import inbox, outbox
from customer_profiler.cli.templates import send_template
from customer_profiler.cli.worker import worker

for _command in (send_template, opt_in, opt_out, inbox, outbox, import_, worker, crm):
    main.add_command(_command)

__all__ = ["main"]
