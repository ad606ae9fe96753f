"""What is plugged into the Rasa server, with Rasa's own classes."""
