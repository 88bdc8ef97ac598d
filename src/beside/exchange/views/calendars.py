"""What calendars ask for, and the page on which somebody gives them an address."""

from __future__ import annotations

from hashlib import sha256
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beside import wall
from beside.exchange import actions, calendar, calendars, policy
from beside.exchange.calendars import Feed
from beside.exchange.forms import NewCalendar
from beside.exchange.models import CalendarAddress
from beside.groups.models import Group
from beside.kernel import clock
from beside.meetings.models import Meeting
from beside.people import stay, throttle
from beside.people.http import Request, who
from beside.people.models import Person, Profile

GUESSES = throttle.Limit("calendar", 60, 15 * 60)
AT_ONCE = 1000  # lines
IN_MEMORY = 2_000_000  # octets; a longer calendar waits on the disk
PRIVATE = {
    "Cache-Control": "no-store, private",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}
# Kept by anybody, and asked about each time: what was changed is told at once.
PUBLIC = {"Cache-Control": "public, no-cache"}


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: Request) -> HttpResponse:
    """My addresses; a new one is shown in the answer to its making, and never again."""
    form, made = NewCalendar(request.POST or None), None
    may_make = policy.may_have_calendar(request.user)
    if form.is_bound and form.is_valid() and may_make:
        address, secret = actions.make_calendar(**form.cleaned_data, by=request.user)
        made = (
            address,
            request.build_absolute_uri(reverse("exchange:calendar", args=[secret])),
            calendars.webcal(request, "exchange:calendar", secret),
        )
        form = NewCalendar()
    addresses = CalendarAddress.objects.visible_to(request.user).order_by("pk")
    page = {
        "form": form,
        "made": made,
        "addresses": addresses,
        "may_make": may_make,
        "shared": stay.is_shared(request),
    }
    return render(request, "exchange/calendars.html", page)


@require_POST
def stop(request: Request, key: str) -> HttpResponse:
    """Nothing answers at this address any more."""
    address = get_object_or_404(CalendarAddress.objects.visible_to(request.user), key=key)
    actions.stop_calendar(address, by=request.user)
    messages.success(request, _("Stopped. A calendar that asks there finds nothing any more."))
    return redirect("exchange:calendars")


@login_not_required
@require_safe
def personal(request: HttpRequest, secret: str) -> HttpResponse:
    """The meetings of whoever this address belongs to, as that person, whoever asks."""
    address = calendars.found(secret)
    if address is None:
        return _unknown(request)
    person = address.person
    with wall.acting_as(person.pk), translation.override(_language(person)):
        actions.note_calendar(address, by=person)
        feed = calendars.of_person(address, request.build_absolute_uri)
        return _answer(request, feed, PRIVATE)


@login_not_required
@require_safe
def meeting(request: HttpRequest, key: str, meeting: str) -> HttpResponse:
    """One meeting as a file, for whoever may see when it is."""
    seen = Meeting.objects.visible_to(who(request)).select_related("group", "venue")
    row = get_object_or_404(seen, key=meeting, group__key=key)
    answer = _answer(request, calendars.of_meeting(row, who(request)), PRIVATE)
    answer.headers["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return answer


@login_not_required
@require_safe
def of_group(request: HttpRequest, slug: str) -> HttpResponse:
    """An open group's meetings, under its public name, for anybody."""
    with wall.acting_as(None):
        group = get_object_or_404(Group.objects.published(), slug=slug)
        return _answer(request, calendars.of_groups(request.build_absolute_uri, group), PUBLIC)


@login_not_required
@require_safe
def of_everybody(request: HttpRequest) -> HttpResponse:
    """The meetings of every open group of this organisation."""
    with wall.acting_as(None):
        return _answer(request, calendars.of_groups(request.build_absolute_uri), PUBLIC)


def _answer(request: HttpRequest, feed: Feed, headers: dict[str, str]) -> HttpResponse:
    """The calendar, or "as you have it": written to the end before its first word is sent."""
    kept = cast("IO[bytes]", SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115
    said = sha256()
    lines = calendar.lines(feed.name, feed.zones, feed.events, made=clock.now())
    while pieces := [calendar.fold(line) for line in islice(lines, AT_ONCE)]:
        kept.write(b"".join(pieces))
        # When it was written is not what it says: the same meetings are the same calendar.
        said.update(b"".join(each for each in pieces if not each.startswith(b"DTSTAMP:")))
    kept.seek(0)
    tag = f'"{said.hexdigest()[:32]}"'
    whole = FileResponse(kept, content_type="text/calendar; charset=utf-8")
    answer = get_conditional_response(request, etag=tag, response=cast("HttpResponse", whole))
    answer = cast("HttpResponse", answer)
    for name, value in {**headers, "ETag": tag}.items():
        answer.headers[name] = value
    return answer


def _unknown(request: HttpRequest) -> HttpResponse:
    """Never known, stopped, or its person gone: all the same. Not raised, so that it is counted.

    Those who come with a known address are not counted: one calendar service asks for many people.
    """
    wait = throttle.count(GUESSES, throttle.address(request))
    if wait:
        return HttpResponse(status=429, headers={**PRIVATE, "Retry-After": str(wait)})
    return HttpResponse(status=404, headers=PRIVATE)


def _language(person: Person) -> str:
    profile = Profile.objects.visible_to(person).first()
    return (profile and profile.language) or translation.get_language() or "en"
