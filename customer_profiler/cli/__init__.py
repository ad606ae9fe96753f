"""The command line ``profiler`` (design, section 10): exit 0 when all is well, 1 on bad content or when something
is refused, 2 on misuse.
"""

from __future__ import annotations

from customer_profiler.cli.commands import main
from customer_profiler.cli.person import opt_in, opt_out
from customer_profiler.cli.queues import inbox, outbox
from customer_profiler.cli.templates import send_template

for _command in (send_template, opt_in, opt_out, inbox, outbox):
    main.add_command(_command)

__all__ = ["main"]
