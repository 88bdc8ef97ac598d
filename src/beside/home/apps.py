from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "beside.home"

    def ready(self) -> None:
        from beside.look import slots

        slots.navigation(_("Today"), "home:today", who=slots.signed_in, icon="sun", order=10)
