"""``python -m customer_profiler.standin``: serve the stand-in until SIGINT or SIGTERM."""

from __future__ import annotations

import asyncio
import signal
import sys

from customer_profiler.core.errors import SettingsError
from customer_profiler.standin.options import Options
from customer_profiler.standin.server import Server


def main() -> int:
    """Serve; give 0 after a clean stop, 1 when something keeps the stand-in from starting."""
    try:
        options = Options.from_environment()
        asyncio.run(_serve(options))
    except SettingsError as error:
        sys.stderr.write(f"The phone stand-in does not start. {error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(
            f"The phone stand-in does not start. Port {options.port} cannot be used ({error.strerror}): "
            "free it, or set CONSOLE_PORT.\n"
        )
        return 1
    return 0


async def _serve(options: Options) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    server = Server(options)
    await server.start()
    await stopping.wait()
    await server.stop()


if __name__ == "__main__":
    sys.exit(main())
