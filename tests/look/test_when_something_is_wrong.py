"""Pages for what went wrong say what happened, and what to do, and nothing about what is hidden."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.views import defaults

from beside.look import pseudo


@pytest.mark.django_db
def test_what_is_forbidden_looks_exactly_like_what_is_not_there() -> None:
    request = RequestFactory().get("/g/key/")
    request.user = AnonymousUser()
    request.session = SessionStore()
    absent = defaults.page_not_found(request, Http404())
    forbidden = defaults.permission_denied(request, PermissionDenied())
    assert forbidden.content == absent.content


@pytest.mark.django_db
def test_a_page_that_is_not_there_still_offers_help_and_the_way_out() -> None:
    answer = Client().get("/nowhere/")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "There is no such page, or it is not open to you" in page
    assert 'href="/help-now/"' in page
    assert 'href="/leave/"' in page


def test_a_broken_server_needs_neither_database_nor_reader() -> None:
    for name in ("500.html", "400.html"):
        page = get_template(name).render()
        assert 'href="/help-now/"' in page
        assert 'href="/leave/"' in page
        assert "<h1>" in page


def test_pages_for_what_went_wrong_can_be_translated() -> None:
    with pseudo.activate():
        for name in ("500.html", "400.html"):
            assert pseudo.untranslated(get_template(name).render()) == []


@pytest.mark.django_db
def test_a_form_that_grew_too_old_gives_back_what_was_written_and_no_passphrase() -> None:
    told = {
        "words": "I had written quite a lot here <b>",
        "passphrase": "a long secret passphrase of mine",
        "csrfmiddlewaretoken": "x" * 64,
    }
    answer = Client(enforce_csrf_checks=True).post("/look/", told)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "I had written quite a lot here &lt;b&gt;" in page
    assert "secret" not in page
    assert "xxxx" not in page


@pytest.mark.django_db
def test_a_switch_never_leads_to_another_site() -> None:
    for bad in ("https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"):
        assert Client().get("/theme/", {"to": "dark", "back": bad})["Location"] == "/"
    answer = Client().get("/theme/", {"to": "dark", "back": "/find/"})
    assert answer["Location"] == "/find/"
    assert answer.cookies["beside_theme"].value == "dark"
    assert Client().get("/theme/", {"to": "pink"}).cookies["beside_theme"].value == ""
