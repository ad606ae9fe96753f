"""What we plug into the Rasa server besides channels: classes named in config.yml, endpoints.yml and credentials.yml."""
