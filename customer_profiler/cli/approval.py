"""Templates on the phone stand-in, where nobody at Meta has approved them."""

from __future__ import annotations

import asyncio
import contextlib

import aiohttp

from customer_profiler.core.template import ButtonAction, Template
from customer_profiler.settings import Settings

_TIMEOUT = aiohttp.ClientTimeout(total=5)


async def approve(settings: Settings, template: Template) -> None:
    """Let the stand-in know a template; when it cannot be reached, the message that follows will tell."""
    with contextlib.suppress(aiohttp.ClientError, asyncio.TimeoutError):
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            address = f"{settings.console_url}/phone/api/templates"
            async with session.post(address, json=declaration(template)) as response:
                await response.read()


def declaration(template: Template) -> dict[str, object]:
    """Give a template as the stand-in takes it."""
    texts = {"header": template.header, "footer": template.footer}
    return {
        "name": template.name,
        "language": template.language,
        "category": template.category.value.upper(),
        "body": template.body,
        **{part: text for part, text in texts.items() if text},
        "buttons": [
            {"type": "quick_reply", "text": button.label}
            if button.action is not ButtonAction.LINK
            else {"type": "url", "text": button.label, "url": button.target}
            for button in template.buttons
        ],
    }
