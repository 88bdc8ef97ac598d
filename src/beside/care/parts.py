"""What care puts on pages beneath: who reads now, asking for a facilitator, telling us."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from beside.care import pages, policy
from beside.care.hours import has_duty_worker, hours_of
from beside.forum.models import Post
from beside.groups.models import Group
from beside.look import slots
from beside.meetings.models import Greeting
from beside.people.http import who
from beside.people.models import Person

DESK = "desk"  # in the session: whether the way to the desk stands in the header


def hours(request: HttpRequest, group: Group) -> SafeString | str:
    """Beside the writing box and on the group's face: whether somebody from the team reads now."""
    if group.is_elsewhere:
        return ""
    there = hours_of(group.pk)
    page = {"reads": pages.place(request).who_reads(there), "there": there}
    return render_to_string("care/hours.html", page, request)


def i_need_a_facilitator(request: HttpRequest, group: Group) -> SafeString | str:
    """Always one press away, for members."""
    return render_to_string("care/ask.html", {"group": group}, request)


def tell_us(request: HttpRequest, post: Post) -> SafeString | str:
    """Beneath what somebody else wrote; once on each post, so without a template of its own."""
    return _tell_us(reverse("care:tell", args=[post.key]), by=f"by-{post.key}")


def tell_us_of_greeting(request: HttpRequest, greeting: Greeting) -> SafeString | str:
    """Beneath what somebody else wrote around a visit."""
    tell = reverse("care:tell_of_greeting", args=[greeting.key])
    return _tell_us(tell, by=f"greeting-{greeting.key}")


def _tell_us(address: str, *, by: str) -> SafeString:
    words = _("Tell us about this")
    return format_html('<a href="{}" aria-describedby="{}">{}</a>', address, by, words)


def where_you_are(request: HttpRequest, group: Group) -> SafeString | str:
    """On the card: nobody knows where somebody is unless they say so, and to whom they can."""
    title = pages.place(request).title if has_duty_worker() else ""
    return render_to_string("care/where_you_are.html", {"group": group, "title": title}, request)


def told(request: HttpRequest, person: Person) -> SafeString | str:
    """What somebody told us, on their page of the day; their desk is looked up on the way."""
    remember_desk(request, person)
    reports = pages.told_lately(person)
    return render_to_string("care/told.html", {"reports": reports}, request) if reports else ""


def remember_desk(request: HttpRequest, person: Person) -> None:
    """Looked up when somebody signs in and on their page of the day, for every header."""
    desk = policy.has_desk(person)
    if bool(request.session.get(DESK)) != desk:
        request.session[DESK] = desk


def ask_somewhere(request: HttpRequest, thing: object) -> SafeString | str:
    """On the help page, for somebody signed in: the people of their own groups."""
    person = who(request)
    groups = list(Group.objects.of(person).order_by("name")) if person else []
    return (
        render_to_string("care/ask_somewhere.html", {"groups": groups}, request) if groups else ""
    )


def has_way(request: HttpRequest) -> bool:
    """Whether the header shows the way to the desk."""
    return slots.signed_in(request) and bool(request.session.get(DESK))
