"""How things are said: each module turns decisions of the core into messages in the person's language."""
