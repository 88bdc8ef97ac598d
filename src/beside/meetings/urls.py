from django.urls import path

from beside.meetings import views

app_name = "meetings"
urlpatterns = [
    path("g/<slug:key>/visit/<slug:meeting>/", views.visit, name="visit"),
    path("g/<slug:key>/visit/<slug:meeting>/not-tonight/", views.stay_away, name="stay_away"),
    path("g/<slug:key>/visit/<slug:meeting>/afterwards/", views.afterwards, name="afterwards"),
    path("g/<slug:key>/say/<slug:booking>/", views.say, name="say"),
    path("g/<slug:key>/greet/<slug:booking>/", views.greet, name="greet"),
    path("g/<slug:key>/meetings/", views.of_group, name="of_group"),
    path("g/<slug:key>/meetings/plan/", views.plan, name="plan"),
    path("g/<slug:key>/meetings/<slug:meeting>/come/", views.come, name="come"),
    path("g/<slug:key>/meetings/<slug:meeting>/change/", views.change, name="change"),
]
