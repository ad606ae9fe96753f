"""Secrets that nobody set: made once, and kept where only their owner can read them."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from customer_profiler.core.errors import SettingsError

BYTES = 32


def kept_secret(file: Path) -> str:
    """Give the secret in the file, made on first use; two processes at once get the same one.

    Raises ``SettingsError`` when the file can be neither read nor made, or is empty.
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        if not file.exists():
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_hex(BYTES), "utf-8")
            try:
                # A link is made whole or not at all, and by one process only.
                os.link(draft, file)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        secret = file.read_text("utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{file} cannot be used ({error.strerror}): make PROFILER_VAR a folder of yours") from None
    if not secret:
        raise SettingsError(f"{file} is empty: delete it, and the next start makes a new secret")
    return secret
