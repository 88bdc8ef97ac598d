"""Where everything stands. The only list of all apps' addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("beside.home.urls")),
    path("", include("beside.signposts.urls")),
    path("", include("beside.meetings.urls")),
    path("", include("beside.groups.urls")),
    path("", include("beside.care.urls")),
    path("", include("beside.forum.urls")),
    path("", include("beside.rooms.urls")),
    path("", include("beside.people.urls")),
    path("", include("beside.notices.urls")),
    path("", include("beside.finding.urls")),
    path("", include("beside.exchange.urls")),
    path("", include("beside.look.urls")),
]
