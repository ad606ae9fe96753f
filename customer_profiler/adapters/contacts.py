"""Checks and cleans contact details with the libraries that know them (R25)."""

from __future__ import annotations

import unicodedata

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from customer_profiler.core.errors import InvalidContact

MAX_NAME_LETTERS = 100
"""Longer than any name people sign with; a guard against pasted paragraphs."""

_JOINERS = ("\u200c", "\u200d")
"""Invisible, yet part of the spelling in Persian and in Indian scripts."""


class LibraryContacts:
    """Names in any script, e-mail addresses by email-validator, telephone numbers by phonenumbers.

    ``phone_region`` is the ISO 3166 code of the country whose numbers may be written without a country
    code; empty means that every number needs one.
    """

    def __init__(self, phone_region: str = "") -> None:
        self._phone_region = phone_region or None

    def clean(self, lead_field: str, text: str) -> str:
        """See ``services.ports.Contacts``."""
        return {"name": clean_name, "email": clean_email, "phone": self._clean_phone}[lead_field](text)

    def _clean_phone(self, text: str) -> str:
        typed = _visible(text)
        try:
            number = phonenumbers.parse(typed, self._phone_region)
        except phonenumbers.NumberParseException as error:
            unknown_country = error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE
            has_digits = sum(character.isdecimal() for character in typed) >= 6
            raise InvalidContact("phone_country" if unknown_country and has_digits else "phone_format") from None
        if not phonenumbers.is_valid_number(number):
            raise InvalidContact("phone_format")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def clean_name(text: str) -> str:
    """Give the name without invisible characters and doubled spaces; any script, any punctuation.

    What a person is called is not for us to judge: only a text without a letter, an address or a whole
    paragraph is refused.
    """
    name = _visible(text)
    if "@" in name and " " not in name:
        raise InvalidContact("name_email")
    if not any(unicodedata.category(character).startswith("L") for character in name):
        raise InvalidContact("name_empty")
    if len(name) > MAX_NAME_LETTERS:
        raise InvalidContact("name_long")
    return name


def clean_email(text: str) -> str:
    """Give the address as the library normalises it, also the only one that stands among other words.

    Where the text without its spaces would be one, that is suggested.
    """
    typed = _visible(text).strip("<>").removeprefix("mailto:")
    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError:
        named = addresses_in(typed)
        if len(named) == 1:
            return validate_email(named[0], check_deliverability=False).normalized
        compact = typed.replace(" ", "")
        if not named and compact != typed and _is_email(compact):
            raise InvalidContact("email_spaces", compact) from None
        raise InvalidContact("email_format", named[0] if named else None) from None


def addresses_in(text: str) -> list[str]:
    """Give the e-mail addresses that stand among the words of a text, each once."""
    words = (word.strip("<>()[]\"'“”«».,;:!?¡¿").removeprefix("mailto:") for word in text.split() if "@" in word)
    return list(dict.fromkeys(word for word in words if _is_email(word)))


def _is_email(text: str) -> bool:
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def _visible(text: str) -> str:
    """Drop control and invisible characters, keep joiners, fold runs of white space."""
    return " ".join("".join(map(_visible_character, unicodedata.normalize("NFC", text))).split())


def _visible_character(character: str) -> str:
    if character.isspace():
        return " "
    invisible = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co")
    return "" if invisible and character not in _JOINERS else character
