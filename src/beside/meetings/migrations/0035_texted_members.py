from importlib import import_module

from django.db import migrations

BEFORE = "beside.meetings.migrations."
PLACES_BEFORE = import_module(f"{BEFORE}0029_texted").TOLD_OF_PLACES
CHANGES_BEFORE = import_module(f"{BEFORE}0015_texted").TOLD_OF
# A member who chose texts was told when the text about their notice was handed in.
GUESTS = "when t.state = 'sent'"
MEMBERS = (
    "when s.state = 'sent' then 'told'\n            "
    "when s.state = 'waiting' and s.until > now() then 'text_waits'\n            "
)
JOINED = (
    "left join notices_text s on s.whom = n.person_id and s.kind = 'notices.note'\n        "
    "and s.dedupe = n.key\n    "
)


def with_members(function: str) -> str:
    """The same function, which also knows what became of texts to members."""
    function = function.replace(GUESTS, MEMBERS + GUESTS)
    return function.replace("left join meetings_guest", JOINED + "left join meetings_guest")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0034_left_open"), ("notices", "0005_wall")]
    operations = [
        migrations.RunSQL(with_members(CHANGES_BEFORE), CHANGES_BEFORE),
        migrations.RunSQL(with_members(PLACES_BEFORE), PLACES_BEFORE),
    ]
