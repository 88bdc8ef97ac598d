"""Writes down every use of the house, to be read before it is committed."""

from __future__ import annotations

import django

if __name__ == "__main__":
    django.setup()
    from tests.house.test_house import HOUSE_ACTS, uses_of_the_house

    HOUSE_ACTS.write_text("\n".join(uses_of_the_house()) + "\n")
