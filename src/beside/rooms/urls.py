from django.urls import path

from beside.rooms.views import calls, doors, tables

app_name = "rooms"
urlpatterns = [
    path("room/of/<slug:meeting>/", doors.of_meeting, name="of_meeting"),
    path("room/<slug:key>/door/", doors.door, name="door"),
    path("room/<slug:key>/door/words/", doors.words, name="door_words"),
    path("room/<slug:key>/door/away/", doors.away, name="door_away"),
    path("room/<slug:key>/", tables.room, name="room"),
    path("room/<slug:key>/move/", tables.move, name="move"),
    path("room/<slug:key>/round/", tables.begin, name="begin"),
    path("room/<slug:key>/say/", tables.say, name="say"),
    path("room/<slug:key>/hand/", tables.hand, name="hand"),
    path("room/<slug:key>/part/", tables.part, name="part"),
    path("room/<slug:key>/leave/", tables.leave, name="leave"),
    path("room/<slug:key>/let-in/", tables.let_in, name="let_in"),
    path("room/<slug:key>/write/<slug:seat>/", tables.write, name="write"),
    path("room/<slug:key>/remove/<slug:seat>/", tables.remove, name="remove"),
    path("room/<slug:key>/state/", tables.state, name="state"),
    path("room/<slug:key>/enter/", calls.enter, name="enter"),
    path("room/<slug:key>/here/", calls.here, name="here"),
    path("room/<slug:key>/gone/", calls.gone, name="gone"),
    path("room/<slug:key>/signal/", calls.signal, name="signal"),
    path("room/<slug:key>/signals/", calls.signals, name="signals"),
]
