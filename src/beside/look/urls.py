from __future__ import annotations

from django.urls import path

from beside.look import views

app_name = "look"
urlpatterns = [
    path("leave/", views.leave, name="leave"),
    path("still/", views.still, name="still"),
    path("theme/", views.theme, name="theme"),
    path("look/", views.living, name="living"),
]
