"""The channels on which customers are met; one folder each."""
