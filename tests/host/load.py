"""`python -m tests.host.load FIRST`: writes without end; prints each number once acknowledged."""

from __future__ import annotations

import itertools
import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.host.settings")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from tests.host.slow import quick  # noqa: E402


def main() -> None:
    for number in itertools.count(int(sys.argv[1])):
        try:
            with transaction.atomic():
                quick.defer(number=number)
        except Exception:  # noqa: BLE001 - whatever went wrong, it was not acknowledged
            connection.close()
            time.sleep(0.05)
            continue
        print(number, flush=True)


main()
