"""Django's PostgreSQL, telling the database in every transaction for whom it looks."""

from __future__ import annotations

from django.db.backends.postgresql import base

from beside.wall import acting


class DatabaseWrapper(base.DatabaseWrapper):
    """Sets `app.member_id` as a transaction opens; outside a transaction nobody is looking."""

    def set_autocommit(
        self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False
    ) -> None:
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if not autocommit:
            acting.tell(self)
