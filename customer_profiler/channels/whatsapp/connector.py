"""Rasa's connector to the WhatsApp Cloud API, named in ``credentials.yml``."""

from __future__ import annotations

from customer_profiler.channels.meta.connector import MetaInput
from customer_profiler.channels.whatsapp.client import WhatsAppClient, second_try
from customer_profiler.channels.whatsapp.parse import parse
from customer_profiler.channels.whatsapp.render import render


class WhatsAppInput(MetaInput):
    """Answers at ``/webhooks/whatsapp/webhook``."""

    channel = "whatsapp"
    parse = staticmethod(parse)
    render = staticmethod(render)
    second_try = staticmethod(second_try)

    @property
    def own_id(self) -> str:
        """The phone number id of the business."""
        return self.settings.whatsapp_phone_number_id

    def client(self) -> WhatsAppClient:
        """See ``MetaInput.client``."""
        return WhatsAppClient(self.settings.graph_url, self.own_id, self.settings.whatsapp_token)
