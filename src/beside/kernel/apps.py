from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "beside.kernel"
