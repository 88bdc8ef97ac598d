"""Why a group stands in the list, in words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from beside.finding.matching import NO_NAME, WELLNESS, WRITING, Match, Wish
from beside.groups.words import Access, Experience, Safety, language_in_words
from beside.kernel import clock
from beside.look import moments

EXPERIENCES, SAFETY, ACCESS = (
    [str(value) for value in choices.values] for choices in (Experience, Safety, Access)
)
PART: dict[str, str | Promise] = {
    "morning": gettext_lazy("morning"),
    "afternoon": gettext_lazy("afternoon"),
    "evening": gettext_lazy("evening"),
    "night": gettext_lazy("night"),
}
IN_A_SENTENCE: dict[str, str | Promise] = {
    "depression": pgettext_lazy("comes up here", "depression"),
    "anxiety": pgettext_lazy("comes up here", "anxiety"),
    "bipolar": pgettext_lazy("comes up here", "bipolar"),
    "grief": pgettext_lazy("comes up here", "grief and loss"),
    "suicide_loss": pgettext_lazy("comes up here", "being bereaved by suicide"),
    "addiction": pgettext_lazy("comes up here", "addiction recovery"),
    "sleep": pgettext_lazy("comes up here", "being awake at night"),
    "wellness": pgettext_lazy("comes up here", "how things are in general"),
    "supporting": pgettext_lazy("comes up here", "supporting someone else"),
}
MEETS: dict[str, str | Promise] = {
    "call": gettext_lazy("it meets in a video or voice call"),
    "in_person": gettext_lazy("it meets in person"),
    "hybrid": gettext_lazy("it meets in a room and in a call at once"),
    "writing": gettext_lazy("it meets in writing"),
    "telephone": gettext_lazy("it meets by telephone"),
}


def why(match: Match, wish: Wish, *, zone: ZoneInfo, place: str) -> str:
    """One sentence: what of the wish this group answers; without a wish, what speaks for it."""
    said = [*_experience(match), *_when(match, wish, zone), *_where(match, wish, place)]
    said += _who_and_how(match, wish)
    words = listed(said or _meets(match, wish) or _in_general(match, zone))
    return words[:1].upper() + words[1:] + "."


def listed(words: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    *first, last = words
    if not first:
        return last
    return _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last}


def _experience(match: Match) -> list[str]:
    said = [str(IN_A_SENTENCE[each]) for each in EXPERIENCES
            if each in match.shared and each != NO_NAME]  # fmt: skip
    reasons = []
    if len(said) == 2:
        reasons.append(_("%(what)s both come up here") % {"what": listed(said)})
    elif len(said) > 2:
        reasons.append(_("%(what)s all come up here") % {"what": listed(said)})
    elif said:
        reasons.append(_("it is for %(what)s") % {"what": said[0]})
    if NO_NAME in match.shared:
        if WELLNESS in match.candidate.experiences:
            reasons.append(_("nobody here needs a name for it"))
        else:
            reasons.append(_("people who are new to this are welcome"))
    return reasons


def _when(match: Match, wish: Wish, zone: ZoneInfo) -> list[str]:
    if not (wish.days or wish.parts):
        return []
    if match.slot is None:
        return [_("you can come at any time")]
    told = {"day": WEEKDAYS[match.slot.day], "part": PART[match.slot.part]}
    return [_("%(day)s %(part)s suits you") % told]


def _where(match: Match, wish: Wish, place: str) -> list[str]:
    if match.km is None:
        return [_("you can come from wherever you are")] if wish.point else []
    told = {"km": kilometres(match.km), "place": place}
    if place:
        return [_("it is %(km)s from %(place)s") % told]
    return [_("it is %(km)s from you") % told]


def kilometres(km: float) -> str:
    """ "600 m" to the hundred, "1.8 km" to the tenth, "14 km" from ten on."""
    if km < 1:
        return _("%(n)d m") % {"n": max(100, round(km * 10) * 100)}
    return _("%(n)s km") % {"n": f"{km:.1f}" if km < 10 else round(km)}


def _who_and_how(match: Match, wish: Wish) -> list[str]:
    group = match.candidate
    offers = group.access | (match.slot.access if match.slot else frozenset())
    reasons = [_lower(Safety(each).label) for each in SAFETY if each in wish.safety]
    reasons += [_lower(Access(each).label) for each in ACCESS if each in wish.access & offers]
    spoken = sorted(wish.languages & group.languages)
    if spoken:
        reasons.append(
            _("people speak %(what)s") % {"what": listed([language_in_words(s) for s in spoken])}
        )
    if WRITING in wish.ways and match.slot is None:
        reasons.append(_("you can read and write whenever you like"))
    return reasons


def _meets(match: Match, wish: Wish) -> list[str]:
    """Where the way of meeting is all that was asked."""
    ways = {match.slot.way} if match.slot else match.candidate.ways
    return [str(said) for way, said in MEETS.items() if way in wish.kinds & ways][:1]


def _in_general(match: Match, zone: ZoneInfo) -> list[str]:
    if "newcomers" in match.candidate.safety:
        return [_("people who are new to this are welcome")]
    if match.slot is None:
        return [_("there is no date to wait for")]
    day = datetime.fromtimestamp(match.slot.next, zone).date()
    days = (day - clock.now().astimezone(zone).date()).days
    if days < 1:
        return [_("it meets today")]
    return [_("it meets within a week") if days < 8 else _("it is one of the next to meet")]


def _lower(words: str | Promise) -> str:
    said = str(words)
    return said if said[:2].isupper() else said[:1].lower() + said[1:]


def city(zone: ZoneInfo) -> str:
    """By which city a zone is called."""
    return moments.city(zone) or _("universal time")
