from importlib import import_module

from django.db import migrations

BEFORE = "beside.meetings.migrations."
_WALL = import_module(f"{BEFORE}0002_wall")
_TALKS = import_module(f"{BEFORE}0025_first_talks_wall")
MINE = "where w.person_id = me()"
EXPECTED = _WALL._OPEN_BOOKINGS.replace(
    "b.standing in ('booked', 'came')", "b.standing not in ('not_tonight', 'lapsed')"
)
MEETINGS = "select coalesce(array_agg(b.meeting_id), '{}') "
GROUPS = "select coalesce(array_agg(distinct m.group_id), '{}') "


def _answers(name: str, body: str) -> str:
    return (
        f"create or replace function {name}() returns bigint[] language sql stable "
        f"security definer set search_path = public, pg_temp as $body$ {body} $body$"
    )


FUNCTIONS = (
    _answers("my_meetings", MEETINGS + _WALL._OPEN_BOOKINGS),
    _answers("visited_groups", GROUPS + _WALL._OPEN_BOOKINGS),
    _answers("expecting_meetings", MEETINGS + EXPECTED),
    _TALKS.BOOKED.replace("@told@", _TALKS.TOLD),
)


class Migration(migrations.Migration):
    """A booking under a name that is no longer worn opens nothing: whoever left or was removed
    while a meeting went on saw its door, its agreement and who holds it for a day."""

    dependencies = [("meetings", "0036_where_one_may_plan")]
    operations = [
        migrations.RunSQL(before.replace(MINE, f"{MINE} and w.current"), before)
        for before in FUNCTIONS
    ]
