from django.db import migrations

from beside.wall.policies import function, walled

_MINE = (
    "select coalesce(array_agg(m.group_id), '{}') from groups_membership m "
    "join groups_wearer w on w.persona_id = m.persona_id "
    "where w.person_id = me() and m.until is null and m.standing = 'member'"
)
IN_MINE = "group_id = any((select my_groups())::bigint[])"
IN_HELD = "group_id = any((select held_groups())::bigint[])"
MY_PERSONA = "persona_id = any((select my_personas())::bigint[])"


class Migration(migrations.Migration):
    dependencies = [("groups", "0001_initial"), ("people", "0002_wall")]
    operations = [
        function(
            "my_personas",
            "bigint[]",
            "select coalesce(array_agg(persona_id), '{}') from groups_wearer where person_id = me()",
        ),
        function("my_groups", "bigint[]", _MINE),
        function("held_groups", "bigint[]", _MINE + " and m.role = 'facilitator'"),
        function("greeted_groups", "bigint[]", _MINE + " and m.role in ('greeter', 'facilitator')"),
        walled(
            "groups_group",
            sight="listed or id = any((select my_groups())::bigint[]) "
            "or cardinality((select my_roles())::text[]) > 0",
        ),
        walled("groups_inside", sight=IN_MINE),
        walled("groups_persona", sight=f"{IN_MINE} or id = any((select my_personas())::bigint[])"),
        walled("groups_wearer", sight="person_id = (select me())"),
        walled(
            "groups_membership",
            sight=f"(until is null and standing = 'member' and {IN_MINE}) "
            f"or {IN_HELD} or {MY_PERSONA}",
        ),
        walled("groups_agreement", sight=IN_MINE),
        walled(
            "groups_acceptance",
            sight=f"{MY_PERSONA} or agreement_id in (select a.id from groups_agreement a "
            "where a.group_id = any((select held_groups())::bigint[]))",
        ),
    ]
