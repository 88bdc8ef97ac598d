from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "beside.groups"

    def ready(self) -> None:
        from beside.groups import live, receivers  # noqa: F401

        live.register()
