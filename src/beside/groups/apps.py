from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroupsConfig(AppConfig):
    name = "beside.groups"

    def ready(self) -> None:
        from beside.groups import live, receivers  # noqa: F401
        from beside.groups import slots as ours
        from beside.look import slots

        live.register()
        ours.fill_all()
        slots.navigation(
            _("My groups"),
            "groups:mine",
            who=slots.signed_in,
            icon="users",
            order=20,
            beneath=("/g/",),
        )
