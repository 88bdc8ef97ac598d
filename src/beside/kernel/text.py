"""Small facts about words."""

from __future__ import annotations

import unicodedata


def tidy(words: str) -> str:
    """The same words without control or invisible direction signs, in NFC, with outer space cut.

    Line breaks and tabs stay; they are part of how somebody writes.
    """
    kept = (
        sign
        for sign in unicodedata.normalize("NFC", words.replace("\r\n", "\n").replace("\r", "\n"))
        if sign in "\n\t\u200d\u200c" or unicodedata.category(sign) not in {"Cc", "Cf", "Cs"}
    )
    return "".join(kept).strip()
