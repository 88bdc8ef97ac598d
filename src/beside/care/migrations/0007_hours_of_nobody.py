from django.db import migrations

# Hours to come of those who no longer facilitate there, or are duty workers no longer: pages said
# that somebody reads then.
OF_NOBODY = """
delete from care_duty d where upper(d.during) > now() and not case d.role
    when 'duty_worker' then exists (
        select from people_role r
        where r.person_id = d.person_id and r.role = 'duty_worker' and r.until is null)
    else exists (
        select from groups_membership m join groups_wearer w on w.persona_id = m.persona_id
        where w.person_id = d.person_id and m.group_id = d.group_id
        and m.until is null and m.standing = 'member' and m.role = 'facilitator')
end
"""


class Migration(migrations.Migration):
    dependencies = [("care", "0006_one_open_concern_inside_and_one_outside")]
    operations = [migrations.RunSQL(OF_NOBODY, migrations.RunSQL.noop)]
