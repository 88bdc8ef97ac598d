from django.db import migrations, models

# Where no duty worker is, a coordinator's hand counts while they coordinate.
MY_CONCERNS = """
create or replace function my_concerns() returns bigint[]
language sql stable security definer set search_path = public, pg_temp as $body$
    select coalesce(array_agg(h.concern_id), '{}') from care_hand h
    join care_concern c on c.id = h.concern_id
    where h.person_id = me() and h.until is null and case h.how
    when 'facilitates' then c.group_id = any(held_groups())
    %s
    else 'duty_worker' = any(my_roles()) end
$body$
"""
COORDINATES = "when 'coordinates' then 'coordinator' = any(my_roles())"
# Whether there is a duty worker at all, for everybody and without a name.
HAS_DUTY_WORKER = """
create function has_duty_worker() returns bool
language sql stable security definer set search_path = public, pg_temp as $body$
    select exists(select 1 from people_role where role = 'duty_worker' and until is null)
$body$
"""
OUTSIDE = (
    "update care_concern set outside = true "
    "where reasons && array['told:danger', 'told:money']::varchar[]"
)


class Migration(migrations.Migration):
    dependencies = [("care", "0003_who_took_it"), ("people", "0002_wall")]
    operations = [
        migrations.AddField(
            model_name="concern", name="outside", field=models.BooleanField(default=False)
        ),
        migrations.AlterField(
            model_name="hand",
            name="how",
            field=models.CharField(
                choices=[
                    ("facilitates", "facilitates the group"),
                    ("duty", "on duty"),
                    ("escalated", "because nobody had come yet"),
                    ("called", "was brought in"),
                    ("coordinates", "coordinates, where nobody else could"),
                ],
                max_length=12,
            ),
        ),
        migrations.RunSQL(MY_CONCERNS % COORDINATES, MY_CONCERNS % ""),
        migrations.RunSQL(HAS_DUTY_WORKER, "drop function has_duty_worker()"),
        migrations.RunSQL(OUTSIDE, migrations.RunSQL.noop),
    ]
