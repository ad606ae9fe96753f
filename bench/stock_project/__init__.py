"""What a user of Rasa adds to the project of ``rasa init`` to have our form; see ``bench/stock.py``."""
