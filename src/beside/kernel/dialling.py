"""Numbers as people dial them where they are. Pure.

A short code such as 116 123 has no international form: written as +44116123 it reaches nobody. So a
number is kept word for word as it is dialled in its country, and a link holds those digits alone.
"""

from __future__ import annotations

import re

import phonenumbers

# Short codes that are in use and published, and that the library of numbers does not know yet.
KNOWN = {("IN", "14416"), ("NL", "113")}
_PLAIN = re.compile(r"[0-9 ()./-]+")
_ABROAD = re.compile(r"\+?[0-9 ()./-]+")
# A text to a landline is read aloud to whoever picks up.
_TAKE_TEXTS = {
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
}


def digits(number: str) -> str:
    """The signs that a telephone dials: "13 11 14" is "131114"."""
    return re.sub(r"\D", "", number)


def can_be_dialled(number: str, country: str) -> bool:
    """Whether `number`, as it stands, is a whole or a short number of the country (ISO 3166-1)."""
    if not _PLAIN.fullmatch(number):
        return False
    if (country, digits(number)) in KNOWN:
        return True
    try:
        parsed = phonenumbers.parse(digits(number), country)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number_for_region(
        parsed, country
    ) or phonenumbers.is_valid_short_number_for_region(parsed, country)


def mobile(number: str, country: str) -> str:
    """A mobile number of somebody, as gateways want it: "07400 123456" is "+447400123456".

    "" for everything else: words beside it, landlines, free numbers, and every short code.
    """
    if not _ABROAD.fullmatch(number):
        return ""
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return ""
    fits = phonenumbers.is_valid_number(parsed)
    if not fits or phonenumbers.number_type(parsed) not in _TAKE_TEXTS:
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def call(number: str) -> str:
    """What a link says so that a telephone rings there."""
    return f"tel:{digits(number)}"


def text(number: str, words: str = "") -> str:
    """What a link says so that a message to there is begun, with the word it begins with."""
    return f"sms:{digits(number)}" + (f"?&body={words}" if words.isalnum() else "")
