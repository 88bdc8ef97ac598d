from django.db import migrations

from beside.wall.policies import walled

# Whether two people agreed that the lines of a matter are read later; never who they were.
IS_DELAYED = """
create function is_delayed(thing text) returns boolean
language sql stable security definer set search_path = public, pg_temp as $body$
    select thing <> '' and exists (
        select from ledger_delay d
        where d.matter = thing and d.agreed_by is not null and d.until > now()
    )
$body$
"""
SHOWN = "about = (select me()) and (withheld_until is null or withheld_until <= now())"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_delays")]
    operations = [
        walled("ledger_delay", sight=None, house="select, insert, update"),
        migrations.RunSQL(IS_DELAYED, "drop function is_delayed(text)"),
        migrations.RunSQL(
            f"alter policy sight on ledger_line using ({SHOWN} and not is_delayed(matter))",
            f"alter policy sight on ledger_line using ({SHOWN})",
        ),
    ]
