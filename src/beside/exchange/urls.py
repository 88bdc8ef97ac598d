from __future__ import annotations

from django.urls import path

from beside.exchange import views

app_name = "exchange"
urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/<int:number>/", views.report, name="report"),
]
