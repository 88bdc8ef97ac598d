from django.urls import path

from beside.meetings.views import planning, printed, schedules, venues, visits

app_name = "meetings"
urlpatterns = [
    path("g/<slug:key>/visit/<slug:meeting>/", visits.visit, name="visit"),
    path("g/<slug:key>/visit/<slug:meeting>/not-tonight/", visits.stay_away, name="stay_away"),
    path("g/<slug:key>/visit/<slug:meeting>/afterwards/", visits.afterwards, name="afterwards"),
    path("g/<slug:key>/say/<slug:booking>/", visits.say, name="say"),
    path("g/<slug:key>/greet/<slug:booking>/", schedules.greet, name="greet"),
    path("g/<slug:key>/meetings/", schedules.of_group, name="of_group"),
    path("g/<slug:key>/meetings/plan/", planning.plan, name="plan"),
    path("g/<slug:key>/meetings/<slug:meeting>/come/", schedules.come, name="come"),
    path("g/<slug:key>/meetings/<slug:meeting>/change/", planning.change, name="change"),
    path(
        "g/<slug:key>/meetings/<slug:meeting>/change/from-here-on/",
        planning.change_from,
        name="change_from",
    ),
    path("g/<slug:key>/meetings/timetable/", printed.of_group, name="printed"),
    path("groups/<slug:slug>/timetable/", printed.of_face, name="printed_face"),
    path("timetable/", printed.of_organisation, name="printed_all"),
    path("venues/", venues.venues, name="venues"),
    path("venues/add/", venues.add, name="add_venue"),
    path("venues/<slug:key>/", venues.venue, name="venue"),
    path("venues/<slug:key>/timetable/", printed.of_venue, name="printed_venue"),
    path("venues/<slug:key>/change/", venues.change, name="change_venue"),
    path("venues/<slug:key>/confirm/", venues.confirm, name="confirm_venue"),
    path("venues/<slug:key>/photo/", venues.photo, name="photo"),
    path("venues/<slug:key>/photo/remove/", venues.remove_photo, name="remove_photo"),
    path("venues/<slug:key>/door/<slug:photo>/", venues.door_photo, name="door_photo"),
]
