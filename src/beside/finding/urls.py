from __future__ import annotations

from django.urls import path

from beside.finding import views

app_name = "finding"
urlpatterns = [path("find/", views.find, name="find")]
