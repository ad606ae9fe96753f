"""The yardstick (``make bench``): our assistant beside stock Rasa with the same form, measured in one run.

It prints and judges nothing: figures depend on the machine, so nothing here fails for being slow.
"""
