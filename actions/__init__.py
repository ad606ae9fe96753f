"""The Rasa SDK side: forms and actions that translate between Rasa's tracker and the product's use cases.

`rasa run actions` imports every module here and builds every action; nothing happens at import.
"""
