"""Rasa's connector to Facebook Messenger, named in ``credentials.yml``."""

from __future__ import annotations

from customer_profiler import bootstrap
from customer_profiler.channels.facebook.client import MessengerClient, second_try
from customer_profiler.channels.facebook.parse import parse
from customer_profiler.channels.facebook.render import render
from customer_profiler.channels.meta.connector import MetaInput


class FacebookInput(MetaInput):
    """Answers at ``/webhooks/facebook/webhook``."""

    channel = "facebook"
    parse = staticmethod(parse)
    render = staticmethod(render)
    second_try = staticmethod(second_try)

    @property
    def own_id(self) -> str:
        """The id of the page."""
        return self.settings.messenger_page_id

    def client(self) -> MessengerClient:
        """See ``MetaInput.client``."""
        secret = bootstrap.app_secret(self.settings)
        return MessengerClient(self.settings.graph_url, self.own_id, self.settings.messenger_token, secret)
