"""Where groups meet: the page of a place, and its keeping."""

from __future__ import annotations

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from beside.groups.models import Group
from beside.meetings import actions, maps, policy
from beside.meetings.actions.venues import ChangedMeanwhile, Facts
from beside.meetings.forms.venues import NO_PICTURE, TOO_LARGE, PhotoForm, VenueForm
from beside.meetings.keeping import kept_by
from beside.meetings.models import Door, Meeting, Photo, Venue
from beside.meetings.pictures import NotAPicture, TooLarge
from beside.meetings.views.finding import read_or_write
from beside.notices import actions as notices
from beside.people.http import Request, who
from beside.people.models import Person

PAGE = 50
TILES = {"img-src": [settings.MAP_ORIGIN]} if settings.MAP_ORIGIN else {}


@require_safe
def venues(request: Request) -> HttpResponse:
    """The places somebody keeps, those that wait longest for a look first."""
    if not policy.may_add_venue(request.user):
        raise Http404
    skip = int(request.GET["after"]) if request.GET.get("after", "").isdecimal() else 0
    kept = kept_by(request.user).longest_unconfirmed_first().select_related("door")
    rows = list(kept[skip : skip + PAGE + 1]) if skip < 1_000_000 else []
    page = {"venues": rows[:PAGE], "more": skip + PAGE if len(rows) > PAGE else 0}
    return render(request, "meetings/venues.html", page)


@read_or_write
def add(request: Request) -> HttpResponse:
    """Write down a place."""
    if not policy.may_add_venue(request.user):
        raise Http404
    form = VenueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        one = actions.add_venue(form.facts, by=request.user)
        messages.success(request, _("Written down. A photo of the door helps people find it."))
        return redirect("meetings:venue", key=one.key)
    return render(request, "meetings/venue_form.html", {"form": form})


@login_not_required
@csp_update(TILES)  # type: ignore[arg-type]  # it passes on whatever else a view is given
@require_safe
def venue(request: HttpRequest, key: str) -> HttpResponse:
    """A place: what everybody may know, and the door for those who are expected."""
    person = who(request)
    one = get_object_or_404(Venue.objects.visible_to(person), key=key)
    door = Door.objects.visible_to(person).filter(venue=one).first()
    if person is not None and door is not None:
        notices.see_about({"venue": one.key}, by=person)
    page = {
        "venue": one,
        "door": door,
        "facts": Facts.of(one, door),
        "photo": _photo(person, one) if door else None,
        "map": maps.around(one, door),
        "groups": _meeting_at(person, one),
        "keeps": person is not None and policy.may_keep_venue(person, one),
    }
    return render(request, "meetings/venue.html", page)


def _photo(person: Person | None, one: Venue) -> Photo | None:
    return Photo.objects.visible_to(person).filter(door=one.pk).defer("jpeg").first()


def _meeting_at(person: Person | None, one: Venue) -> QuerySet[Group]:
    """The groups that meet there and that this reader may know of."""
    there = Meeting.objects.to_come().filter(venue=one).values("group")
    open_ones = Group.objects.visible_to(person).filter(closed_at=None)
    return open_ones.filter(pk__in=there).order_by("name")


@read_or_write
def change(request: Request, key: str) -> HttpResponse:
    """Say something else about a place."""
    one = _to_keep(request.user, key)
    facts = Facts.of(one, Door.objects.visible_to(request.user).filter(venue=one).first())
    form = VenueForm.asking(facts, request.POST or None)
    there = _photo(request.user, one)
    page = {"venue": one, "facts": facts, "form": form}
    page |= {"photo": there, "photo_form": _photo_form(there)}
    if request.method == "POST" and form.is_valid():
        try:
            said = {name: form.cleaned_data[name] for name in ("read", "tell")}
            actions.change_venue(one, form.facts, **said, by=request.user)
        except ChangedMeanwhile:
            form.save_over(facts)
            page["meanwhile"] = form.as_it_is_now(facts)
            page["changed_meanwhile"] = True
        else:
            told = said["tell"] and not form.facts.leads_as(facts)
            messages.success(request, _SAVED_AND_TOLD if told else _("Saved."))
            return redirect("meetings:venue", key=key)
    return render(request, "meetings/venue_form.html", page)


_SAVED_AND_TOLD = gettext_lazy("Saved. Whoever is booked there and may know the door is told.")


def _to_keep(person: Person, key: str) -> Venue:
    one = get_object_or_404(Venue.objects.visible_to(person), key=key)
    if not policy.may_keep_venue(person, one):
        raise Http404
    return one


@require_POST
def confirm(request: Request, key: str) -> HttpResponse:
    """All of it is still so, in one tap."""
    one = _to_keep(request.user, key)
    actions.confirm_venue(one, by=request.user)
    messages.success(request, _("Thank you. It says so wherever this place is shown."))
    if "list" in request.POST:
        return redirect("meetings:venues")
    return redirect("meetings:venue", key=key)


@require_POST
def photo(request: Request, key: str) -> HttpResponse:
    """Show what the door looks like."""
    one = _to_keep(request.user, key)
    there = _photo(request.user, one)
    form = _photo_form(there, request)
    if form.is_valid():
        try:
            actions.show_door(one, form.cleaned_data["words"], form.bytes, by=request.user)
        except TooLarge:
            form.add_error("picture", TOO_LARGE)
        except NotAPicture:
            form.add_error("picture", NO_PICTURE)
        else:
            messages.success(request, _("The photo stands beside the address now."))
            return redirect("meetings:venue", key=key)
    facts = Facts.of(one, Door.objects.visible_to(request.user).filter(venue=one).first())
    page = {"venue": one, "facts": facts, "form": VenueForm.asking(facts)}
    page |= {"photo": there, "photo_form": form}
    return render(request, "meetings/venue_form.html", page)


def _photo_form(there: Photo | None, request: HttpRequest | None = None) -> PhotoForm:
    said = (request.POST, request.FILES) if request else ()
    words = {"words": there.words} if there else {}
    return PhotoForm(*said, there=there is not None, prefix="photo", initial=words)


@require_POST
def remove_photo(request: Request, key: str) -> HttpResponse:
    """Take the photo away."""
    actions.remove_photo(_to_keep(request.user, key), by=request.user)
    messages.success(request, _("The photo is gone."))
    return redirect("meetings:change_venue", key=key)


@login_not_required
@require_safe
def door_photo(request: HttpRequest, key: str, photo: str) -> HttpResponse:
    """The photo itself, for whoever may see the door; nobody's cache keeps it."""
    seen = Photo.objects.visible_to(who(request))
    one = get_object_or_404(seen, key=photo, door__venue__key=key)
    answer = HttpResponse(bytes(one.jpeg), content_type="image/jpeg")
    answer["Cache-Control"] = "no-store, private"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
