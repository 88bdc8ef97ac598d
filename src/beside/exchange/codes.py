"""What the type codes of a meeting listing mean for somebody who looks for a group. Pure.

A code has no meaning of its own: "B" is Big Book in the standard (code4recovery/spec, types) and
Beginners in another listing. So a listing may come with its own codes, and those are read by their
names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Meaning:
    """What codes together say, in the words of groups.words."""

    safety: frozenset[str] = frozenset()
    access: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    experiences: frozenset[str] = frozenset()
    online: bool = False
    closed: bool = False  # its place is closed for now

    def __or__(self, other: Meaning) -> Meaning:
        return Meaning(
            self.safety | other.safety,
            self.access | other.access,
            self.languages | other.languages,
            self.experiences | other.experiences,
            self.online or other.online,
            self.closed or other.closed,
        )


def _safe(*words: str) -> Meaning:
    return Meaning(safety=frozenset(words))


def _open_to(*words: str) -> Meaning:
    return Meaning(access=frozenset(words))


def _in(*words: str) -> Meaning:
    return Meaning(languages=frozenset(words))


def _for(*words: str) -> Meaning:
    return Meaning(experiences=frozenset(words))


NOTHING = Meaning()

# code4recovery/spec, types: the ones that say something about safety, access, language or way.
STANDARD: Mapping[str, Meaning] = {
    "W": _safe("women"),
    "M": _safe("men"),
    "LGBTQ": _safe("lgbtq"),
    "G": _safe("lgbtq"),
    "L": _safe("lgbtq"),
    "T": _safe("lgbtq"),
    "Y": _safe("young"),
    "SEN": _safe("older"),
    "BE": _safe("newcomers"),
    "X": _open_to("step_free"),
    "ASL": _open_to("signed"),
    "CF": _open_to("children"),
    "BA": _open_to("children"),
    "ONL": Meaning(online=True),
    "TC": Meaning(closed=True),
}

# The same, for languages: the standard's code and ours.
LANGUAGES: Mapping[str, str] = {
    "AF": "af",
    "AM": "am",
    "AR": "ar",
    "BG": "bg",
    "DA": "da",
    "DE": "de",
    "EL": "el",
    "EN": "en",
    "FA": "fa",
    "FI": "fi",
    "FR": "fr",
    "HE": "he",
    "HI": "hi",
    "HR": "hr",
    "HU": "hu",
    "IS": "is",
    "ITA": "it",
    "JA": "ja",
    "KA": "ka",
    "KOR": "ko",
    "LT": "lt",
    "ML": "ml",
    "MT": "mt",
    "NE": "ne",
    "NL": "nl",
    "NO": "no",
    "POL": "pl",
    "POR": "pt",
    "PUN": "pa",
    "RUS": "ru",
    "S": "es",
    "SK": "sk",
    "SL": "sl",
    "SV": "sv",
    "TH": "th",
    "TL": "tl",
    "TUR": "tr",
    "UK": "uk",
}

# Codes of our own, for what the standard has no word for (docs/reference/feeds.md). Whole words,
# so that none is another listing's code or the name of a language.
OWN: Mapping[str, Meaning] = {
    "DEPRESSION": _for("depression"),
    "ANXIETY": _for("anxiety"),
    "BIPOLAR": _for("bipolar"),
    "GRIEF": _for("grief"),
    "SUICIDE-LOSS": _for("suicide_loss"),
    "ADDICTION": _for("addiction"),
    "SLEEP": _for("sleep"),
    "WELLNESS": _for("wellness"),
    "SUPPORTING": _for("supporting"),
    "NO-NAME": _for("no_name"),
    "QUIET-SPACE": _open_to("quiet"),
    "SIGNED": _open_to("signed"),
    "TEXT-ONLY": _open_to("text_only"),
    "TELEPHONE": _open_to("telephone"),
    "CHILDREN": _open_to("children"),
}
OTHER_LANGUAGE = "LANG-"  # before a language the standard has no code for: LANG-CY

# For listings that bring their own codes: words in a code's name, each as a whole word.
_BY_NAME: tuple[tuple[str, Meaning], ...] = (
    (r"women|woman", _safe("women")),
    (r"men|man", _safe("men")),
    (r"lgbt\w*|gay|lesbian|transgender|bisexual|queer", _safe("lgbtq")),
    (r"young people|youth|young adults", _safe("young")),
    (r"seniors?|older", _safe("older")),
    (r"beginners?|newcomers?", _safe("newcomers")),
    (r"wheelchair|step.free|handicap\w*|disabled access", _open_to("step_free")),
    (r"asl|bsl|sign language|signed", _open_to("signed")),
    (r"children|child.friendly|child\s?care|babysitting", _open_to("children")),
    (r"english\w*", _in("en")),
    (r"espa[nñ]ol|spanish", _in("es")),
    (r"french|fran[cç]ais", _in("fr")),
    (r"german|deutsch", _in("de")),
    (r"finnish", _in("fi")),
    (r"polish|polski", _in("pl")),
    (r"portuguese", _in("pt")),
    (r"russian", _in("ru")),
    (r"lithuanian", _in("lt")),
    (r"persian|farsi", _in("fa")),
    (r"online|virtual|internet", Meaning(online=True)),
    (r"temporarily closed", Meaning(closed=True)),
)
_DENIED = re.compile(r"\b(?:no|not|without)\b", re.IGNORECASE)


def by_name(name: str) -> Meaning:
    """What a code of a listing's own says, read from its name; "No Children" says nothing."""
    if _DENIED.search(name):
        return NOTHING
    found = NOTHING
    for words, meaning in _BY_NAME:
        if re.search(rf"\b(?:{words})\b", name, re.IGNORECASE):
            found |= meaning
    return found


@dataclass(frozen=True)
class Codes:
    """The codes by which one listing is read."""

    meanings: Mapping[str, Meaning] = field(default_factory=lambda: EVERY_CODE)

    @classmethod
    def named(cls, names: Mapping[str, str]) -> Codes:
        """A listing's own codes: {"WC": "Wheelchair", …}."""
        return cls({code: by_name(name) for code, name in names.items()})

    def of(self, types: list[str]) -> Meaning:
        """What these codes say together; unknown ones say nothing."""
        found = NOTHING
        for code in types:
            found |= self.meanings.get(code) or _other_language(code)
        return found


EVERY_CODE: Mapping[str, Meaning] = {
    **STANDARD,
    **{code: _in(language) for code, language in LANGUAGES.items()},
    **OWN,
}


def _other_language(code: str) -> Meaning:
    said = code.removeprefix(OTHER_LANGUAGE)
    return _in(said.lower()) if said != code and 2 <= len(said) <= 12 else NOTHING


# And back: the code for each of our own words, the standard's where it means just that.
_SAFETY = {"women": "W", "men": "M", "lgbtq": "LGBTQ", "young": "Y", "older": "SEN",
           "newcomers": "BE"}  # fmt: skip
_ACCESS = {"step_free": "X"}
_BACK = {
    **{word: code for code, meaning in OWN.items() for word in meaning.experiences},
    **{word: code for code, meaning in OWN.items() for word in meaning.access},
    **_SAFETY,
    **_ACCESS,
}
_LANGUAGES_BACK = {language: code for code, language in LANGUAGES.items()}


def for_words(words: Iterable[str]) -> list[str]:
    """The codes that say these experiences, safety and access, in a fixed order."""
    return sorted({_BACK[word] for word in words if word in _BACK})


def for_languages(languages: Iterable[str]) -> list[str]:
    """The codes that say these languages; LANG-CY where the standard has none."""
    return sorted(
        {_LANGUAGES_BACK.get(each, f"{OTHER_LANGUAGE}{each.upper()}") for each in languages}
    )
