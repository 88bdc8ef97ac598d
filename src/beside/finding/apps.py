from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FindingConfig(AppConfig):
    name = "beside.finding"

    def ready(self) -> None:
        from beside.look import slots

        slots.navigation(
            _("Find a group"),
            "finding:find",
            icon="search",
            order=10,
            beneath=("/groups/", "/timetable/", "/venues/"),
        )
