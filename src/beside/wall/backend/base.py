"""Django's PostgreSQL, telling the database in every transaction for whom it looks."""

from __future__ import annotations

from django.db.backends.postgresql import base

from beside.wall import acting


class DatabaseWrapper(base.DatabaseWrapper):
    """Sets `app.member_id` as a transaction opens; outside a transaction nobody is looking."""

    def set_autocommit(
        self,
        autocommit: bool,  # noqa: FBT001 - Django's own signature
        force_begin_transaction_with_broken_autocommit: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if not autocommit:
            acting.tell(self)
