from __future__ import annotations

from django.urls import path

from beside.notices import views

app_name = "notices"
urlpatterns = [
    path("notices/seen/", views.seen, name="seen"),
    path("notices/<slug:key>/", views.look, name="look"),
]
