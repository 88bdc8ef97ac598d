from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "beside.people"

    def ready(self) -> None:
        from beside.look import slots
        from beside.people import power, receivers, stay  # noqa: F401
        from beside.people.slots import lock
        from beside.wire import channels

        channels.register_rest(stay.rests_in)
        slots.fill("page.end", lock, queries=0)
        slots.navigation(
            _("Sign in"), "people:sign_in", who=slots.visitors, place="end", kind="ghost", order=20
        )
        slots.navigation(
            _("Take a first step"), "people:join", who=slots.visitors, place="end", order=30
        )
        slots.navigation(_("My account"), "people:me", who=slots.signed_in, icon="user", order=90)
        power.says("people.begin", _("You began this organisation as its first coordinator."))
        power.says("people.give_role", _("You were given a duty."))
        power.says("people.take_role", _("A duty of yours ended."))
