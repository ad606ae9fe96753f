"""A stand-in for Meta: the Graph API as far as the bot uses it, and a page on which one chats as on a phone.

It is a tool for trying out and testing on one's own machine, so it needs no account and reaches nobody. It shares no
code with the bot's channels: what it refuses is written straight from Meta's documentation and so checks the bot.
"""

from customer_profiler.settings import STANDIN_PAGE_ID, STANDIN_PHONE_NUMBER_ID, STANDIN_TOKEN

__all__ = [
    "BUSINESS_NUMBER",
    "STANDIN_APP_ID",
    "STANDIN_PAGE_ID",
    "STANDIN_PHONE_NUMBER_ID",
    "STANDIN_TOKEN",
    "WABA_ID",
]

STANDIN_APP_ID = "300000000000003"
"""The id of the app that sends; it stands in echoes."""

WABA_ID = "400000000000004"
"""The id of the WhatsApp business account the number belongs to."""

BUSINESS_NUMBER = "15550001111"
"""The number people write to."""
