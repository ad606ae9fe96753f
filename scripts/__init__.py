"""Small programs which help to make and look after this repository."""
