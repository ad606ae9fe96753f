"""The Facebook Messenger connector: parse, render, client, connector."""
