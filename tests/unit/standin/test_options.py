"""What keeps the stand-in from starting."""

from __future__ import annotations

import subprocess
import sys

import pytest

from customer_profiler.core.errors import SettingsError
from customer_profiler.standin import STANDIN_PHONE_NUMBER_ID, STANDIN_TOKEN
from customer_profiler.standin.options import Options

SECRETS = {"META_APP_SECRET": "secret", "META_VERIFY_TOKEN": "token"}


def test_reads_where_to_listen_and_where_the_bot_is() -> None:
    options = Options.from_environment({**SECRETS, "CONSOLE_PORT": "8081", "RASA_PORT": "5006"})
    assert (options.url, options.bot_url) == ("http://127.0.0.1:8081", "http://127.0.0.1:5006")
    assert "secret" not in repr(options)


def test_takes_its_own_tokens() -> None:
    own = {"WHATSAPP_TOKEN": STANDIN_TOKEN, "WHATSAPP_PHONE_NUMBER_ID": STANDIN_PHONE_NUMBER_ID, "MESSENGER_TOKEN": ""}
    Options.from_environment({**SECRETS, **own})


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_takes_a_host_that_only_this_machine_reaches(host: str) -> None:
    assert Options.from_environment({**SECRETS, "PROFILER_HOST": host}).host == host


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"PROFILER_HOST": "0.0.0.0"}, "PROFILER_HOST"),
        ({"PROFILER_HOST": "example.org"}, "PROFILER_HOST"),
        ({"WHATSAPP_TOKEN": "EAAB"}, "WHATSAPP_TOKEN"),
        ({"MESSENGER_TOKEN": "EAAB"}, "MESSENGER_TOKEN"),
        ({"MESSENGER_PAGE_ID": "1"}, "MESSENGER_PAGE_ID"),
        ({"META_APP_SECRET": ""}, "META_APP_SECRET"),
        ({"CONSOLE_PORT": "0"}, "CONSOLE_PORT"),
    ],
)
def test_refuses_to_start(change: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        Options.from_environment({**SECRETS, **change})


def test_the_program_ends_with_1_and_says_why() -> None:
    environment = {**SECRETS, "PROFILER_HOST": "0.0.0.0"}
    command = [sys.executable, "-m", "customer_profiler.standin"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "PROFILER_HOST" in done.stderr
    assert "Traceback" not in done.stderr
