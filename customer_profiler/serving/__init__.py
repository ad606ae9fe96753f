"""What else is plugged into the Rasa server: classes named in config.yml, endpoints.yml and credentials.yml."""
