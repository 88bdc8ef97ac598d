from __future__ import annotations

from django.urls import path

from beside.signposts import views

app_name = "signposts"
urlpatterns = [
    path("help-now/", views.help_now, name="help"),
    path("help-now/kept/", views.kept, name="kept"),
    path("help-now/what-we-notice/", views.noticed, name="noticed"),
    path("help-now/confirm/", views.confirm, name="confirm"),
    path("help-now/confirm/add/", views.add, name="add"),
    path("service-worker.js", views.service_worker, name="service_worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
]
