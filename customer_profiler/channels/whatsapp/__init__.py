"""The WhatsApp Cloud API connector: parse, render, client, connector."""
