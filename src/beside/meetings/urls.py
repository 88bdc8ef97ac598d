from django.urls import path

from beside.meetings.views import planning, schedules, visits

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
]
