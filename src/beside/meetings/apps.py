from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "beside.meetings"
