"""Bringing the database to the shape this version needs, as the owner of its tables."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection

from beside.host import questions, walls

# Tables without row policies, because nothing in them tells of anybody: keys of sessions and jobs,
# counters, and the bare sign-in. A house test fails when another one appears.
OPEN_TABLES = (
    "account_emailaddress",
    "account_emailconfirmation",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_session",
    "kernel_cache",
    "people_person",
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
)


def migrate(*, verbosity: int = 1) -> None:
    """Apply all migrations and grants, and put back row policies and functions that were changed.

    Runs as beside_owner; may run again at any time.
    """
    call_command("migrate", interactive=False, verbosity=verbosity)
    call_command("createcachetable", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("grant usage on schema public to beside_app, beside_house")
        cursor.execute("grant select on django_migrations to beside_app, beside_house")
        for table in OPEN_TABLES:
            cursor.execute(
                f"grant select, insert, update, delete on {table} to beside_app, beside_house"
            )
        cursor.execute(
            "grant usage, select on all sequences in schema public to beside_app, beside_house"
        )
    questions.mend()
    walls.mend()
