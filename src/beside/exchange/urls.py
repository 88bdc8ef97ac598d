from __future__ import annotations

from django.urls import path

from beside.exchange.views import bringing, calendars, feeds, timetable

app_name = "exchange"
urlpatterns = [
    path("imports/", bringing.imports, name="imports"),
    path("imports/new/", bringing.bring, name="bring"),
    path("imports/waiting/<slug:key>/", bringing.preview, name="preview"),
    path("imports/<int:number>/", bringing.report, name="report"),
    path("feeds/meeting-guide.json", feeds.meeting_guide, name="meeting_guide"),
    path("embed/timetable/", timetable.embed, name="embed"),
    path("me/calendars/", calendars.mine, name="calendars"),
    path("me/calendars/<slug:key>/stop/", calendars.stop, name="stop_calendar"),
    path("calendar/<slug:secret>.ics", calendars.personal, name="calendar"),
    path("calendar.ics", calendars.of_everybody, name="open_calendar"),
    path("groups/<slug:slug>/calendar.ics", calendars.of_group, name="group_calendar"),
    path(
        "g/<slug:key>/meetings/<slug:meeting>/calendar.ics",
        calendars.meeting,
        name="meeting_calendar",
    ),
]
