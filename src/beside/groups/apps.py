from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroupsConfig(AppConfig):
    name = "beside.groups"

    def ready(self) -> None:
        from beside.groups import live, receivers  # noqa: F401
        from beside.groups import slots as ours
        from beside.look import slots
        from beside.people import power

        live.register()
        power.says("groups.begin", _("You began to facilitate a group that was just opened."))
        power.says("groups.change_part", _("Your part in a group was changed."))
        power.says("groups.remove", _("A facilitator ended your place in a group."))
        ours.fill_all()
        slots.navigation(
            _("My groups"),
            "groups:mine",
            who=slots.signed_in,
            icon="users",
            order=20,
            beneath=("/g/",),
        )
