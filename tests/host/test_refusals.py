"""What somebody reads whose form was too long, or came too slowly."""

from __future__ import annotations

from typing import Any

import pytest

from beside.host import refusals


@pytest.mark.parametrize(
    ("status", "heading", "why"),
    [
        (413, "That was too much at once", "larger than this site takes in one go (2.5 MB)"),
        (408, "That took too long", "did not arrive within a minute"),
    ],
)
def test_it_says_what_happened_and_what_to_do(status: int, heading: str, why: str) -> None:
    page = refusals.page(status, "", "").decode()
    assert '<html lang="en" dir="ltr">' in page
    assert page.count(heading) == 2
    assert why in page
    assert "leave out the file, and try again" in page
    assert '<a href="/help-now/">Get help now</a>' in page


def test_it_speaks_the_language_that_was_asked_for_or_chosen_here(settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("ar", "العربية"), ("de", "Deutsch")]
    asked = refusals.page(413, "xx, ar;q=0.8, en;q=0.5", "").decode()
    assert '<html lang="ar" dir="rtl">' in asked
    chosen = refusals.page(413, "ar", f"{settings.LANGUAGE_COOKIE_NAME}=de").decode()
    assert '<html lang="de" dir="ltr">' in chosen
