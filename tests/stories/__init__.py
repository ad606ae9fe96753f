"""Conversation test stories for ``rasa test``, and what makes those that follow from the content."""
