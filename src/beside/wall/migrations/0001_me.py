"""The one question under all sight: who is looking?"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.RunSQL(
            "create function me() returns bigint language sql stable as "
            "$$ select nullif(current_setting('app.member_id', true), '')::bigint $$",
            "drop function me()",
        )
    ]
