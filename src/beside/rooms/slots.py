"""What rooms put on the pages of others."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from beside.meetings.models import Meeting
from beside.meetings.policy import may_answer_fit
from beside.people.http import who
from beside.rooms import policy
from beside.rooms.models import Room


def come_in(request: HttpRequest, meeting: Meeting) -> SafeString:
    """The way in, beside a meeting: "Come in" once its room is there, before that when it opens,
    and once it is closed how it was, for who visited."""
    person = who(request)
    if person is None or not policy.is_live(meeting):
        return SafeString("")
    room = Room.objects.filter(meeting=meeting).first()  # the row policy decides who finds one
    over = room is not None and room.is_closed
    page = {
        "meeting": meeting,
        "room": room,
        "opens": policy.has_room(meeting),
        "asked": over and may_answer_fit(person, meeting),
    }
    return render_to_string("rooms/come_in.html", page, request)
