"""A language that nobody speaks: it shows which words on a page no translator would ever see.

Everything that passes through gettext comes back as ⟦Ţêxţ lîķê ţĥîš ~~~⟧, a third longer, as German
or Finnish would be. What stands outside the brackets was never offered for translation.
"""

from __future__ import annotations

import gettext as gettext_module
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any

from django.utils import translation
from django.utils.translation import trans_real

OPEN, CLOSE = "⟦", "⟧"
GROWTH = 3
_ACCENTED = str.maketrans(
    "aceghijklnoprstuwyzACDEGHIJKLNORSTUWYZ",
    "åçéĝĥîĵķļñöþŕšţûŵýžÅÇĐÉĜĤÎĴĶĻÑÖŔŠŢÛŴÝŽ",
)
# Placeholders, tags and entities keep their letters: "%(name)s", "%s", "{name}", "<b>", "&amp;".
_KEPT = re.compile(r"(%\([^)]*\)[a-z]|%[a-z%]|\{[^}]*\}|<[^>]*>|&\w+;)")
_CONTEXT = "\x04"
_SAID_ALOUD = ("title", "alt", "placeholder", "aria-label", "aria-description")
# Words that a module shows later stand in data attributes, beside keys, addresses and JSON.
_TO_BE_SHOWN = re.compile(r"[A-Z][a-z]+|[^{:]*\w [\w(][^:]*")
# What stands in a textarea was written by somebody; a title is only the organisation's name.
_UNSEEN = {"script", "style", "template", "svg", "title", "textarea"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}


def pseudo(words: str) -> str:
    """The words as this language says them; empty words and bare placeholders stay."""
    message = words.rpartition(_CONTEXT)[2]
    if not re.search(r"[^\W\d_]", _KEPT.sub("", message)):
        return message
    said = "".join(
        part if _KEPT.fullmatch(part) else part.translate(_ACCENTED)
        for part in _KEPT.split(message)
    )
    return f"{OPEN}{said}{'~' * (len(message) // GROWTH)}{CLOSE}"


class _Pseudo(gettext_module.NullTranslations):
    """Stands where Django keeps the translations of one language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def gettext(self, message: str) -> str:
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2)

    def language(self) -> str:
        return self._language

    def to_language(self) -> str:
        """What Django asks to find out which language is active."""
        return self._language


@contextmanager
def activate(language: str = "en") -> Iterator[None]:
    """Within this block `language` is the pseudo-language, in every thread. For tests alone."""
    # Django keeps its languages in two places without public names; a middleware that activates
    # `language` for a request must find ours there.
    shelf: Any = trans_real
    spoken = translation.get_language() or language
    before = shelf._translations.get(language)
    shelf._translations[language] = _Pseudo(language)
    default, shelf._default = shelf._default, None
    try:
        translation.activate(language)
        yield
    finally:
        shelf._default = default
        if before is None:
            shelf._translations.pop(language, None)
        else:
            shelf._translations[language] = before
        translation.activate(spoken)


def untranslated(html: str) -> list[str]:
    """The words of a page that gettext never saw.

    They are looked for in text, in attributes that are read aloud, and in data attributes.

    Passed over: numbers and signs, code, and everything inside `translate="no"` or `data-words`.
    The page must have been made within `activate()`.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.depth = 0
        self.passing: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        over = tag in _UNSEEN or given.get("translate") == "no" or "data-words" in given
        passed = over or self._passed_over()
        if not passed:
            self._attributes(tag, given)
        if tag not in _VOID:
            self.passing.append((tag, passed))

    def handle_endtag(self, tag: str) -> None:
        while self.passing and any(open_tag == tag for open_tag, _ in self.passing):
            if self.passing.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._passed_over():
            return
        outside: list[str] = []
        for sign in data:
            self.depth += (sign == OPEN) - (sign == CLOSE)
            if self.depth <= 0 and sign != CLOSE:
                outside.append(sign)
        self._note("".join(outside))

    def _attributes(self, tag: str, given: dict[str, str | None]) -> None:
        for name in _SAID_ALOUD:
            words = given.get(name) or ""
            if OPEN not in words:
                self._note(words)
        for name, value in given.items():
            shown = name.startswith("data-") and _TO_BE_SHOWN.fullmatch(value or "")
            if shown and OPEN not in shown[0]:
                self._note(shown[0])
        if tag == "input" and given.get("type") in {"submit", "button"}:
            words = given.get("value") or ""
            if OPEN not in words:
                self._note(words)

    def _passed_over(self) -> bool:
        return bool(self.passing) and self.passing[-1][1]

    def _note(self, words: str) -> None:
        if re.search(r"[^\W\d_]", words):
            self.found.append(" ".join(words.split()))
