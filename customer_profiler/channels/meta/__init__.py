"""What the channels of Meta share: the webhook, calls to the Graph API, sending from the outbox."""
