"""A stand-in for Meta: the Graph API as far as the bot uses it, and a page on which one chats as on a phone.

It is a tool for trying out and testing on one's own machine, so it needs no account and reaches nobody. It shares no
code with the bot's channels: what it refuses is written straight from Meta's documentation and so checks the bot.
"""

STANDIN_TOKEN = "stand-in-token"  # noqa: S105 - opens nothing but the stand-in
"""The access token of both channels; anything else is a real one and belongs to Meta."""

STANDIN_PHONE_NUMBER_ID = "100000000000001"
"""The id of the WhatsApp number the stand-in has."""

STANDIN_PAGE_ID = "200000000000002"
"""The id of the Facebook page the stand-in has."""

STANDIN_APP_ID = "300000000000003"
"""The id of the app that sends; it stands in echoes."""

WABA_ID = "400000000000004"
"""The id of the WhatsApp business account the number belongs to."""

BUSINESS_NUMBER = "15550001111"
"""The number people write to."""
