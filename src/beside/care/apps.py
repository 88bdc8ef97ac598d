from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# What the one concerned reads in the record of what was done about them.
SAYS = {
    "care.read": _("Something that concerns you was opened and read."),
    "care.take_up": _("Somebody looked after something that concerns you."),
    "care.bring_in": _("Somebody was brought in for something that concerns you."),
    "care.write_to": _("Somebody who looked after something wrote to you."),
    "care.close": _("Something that concerns you was closed."),
    "care.read_later": _("Two people decided that you read this later, to protect somebody."),
}


class CareConfig(AppConfig):
    name = "beside.care"

    def ready(self) -> None:
        from beside.care import live, notices, parts, receivers  # noqa: F401
        from beside.look import slots
        from beside.people import power
        from beside.wire import channels

        notices.register()
        for act, sentence in SAYS.items():
            power.says(act, sentence)
        channels.register("desk", live.may_watch_desk)
        channels.register("concern", live.may_watch_concern)
        channels.register("report", live.may_watch_report)
        channels.register("letter", live.may_watch_letter)
        slots.fill("group.hours", parts.hours, queries=2, order=10)
        slots.fill("group.side", parts.i_need_a_facilitator, queries=0, order=30)
        slots.fill("card.more", parts.where_you_are, queries=2, order=10)
        slots.fill("post.acts", parts.tell_us, queries=0, order=10)
        slots.fill("greeting.acts", parts.tell_us_of_greeting, queries=0, order=10)
        slots.fill("today.side", parts.told, queries=3, order=20)
        slots.fill("help.more", parts.ask_somewhere, queries=1, order=10)
        slots.navigation(
            _("Desk"),
            "care:desk",
            who=parts.has_way,
            icon="hand-helping",
            order=60,
            beneath=("/week/", "/rest/"),
        )
