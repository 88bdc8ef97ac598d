from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "beside.exchange"

    def ready(self) -> None:
        from beside.exchange import receivers, slots  # noqa: F401
        from beside.look import slots as look

        slots.fill_all()
        look.beneath("care:desk", "/imports/")
