"""Get help now: for everybody, at once, and about nobody."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.formats import date_format

from beside import wall
from beside.kernel import clock
from beside.people import stay
from beside.people.models import Organisation
from beside.people.tests.cast import first_step
from beside.signposts.countries import Country
from beside.signposts.models import Line, lines_for

pytestmark = pytest.mark.django_db


def test_a_stranger_reads_the_lines_of_the_organisations_country(client, cast):
    page = client.get("/help-now/").content.decode()
    assert 'href="tel:999"' in page
    assert 'href="tel:116123"' in page
    assert '<bdi dir="ltr">116 123</bdi>' in page  # in right-to-left words it would be 123 116
    assert 'href="sms:85258?&amp;body=SHOUT"' in page
    assert "to be confirmed by <span data-words>Riverside Peers</span>" in page


def test_another_country_is_one_form_away_without_a_script(client, cast):
    page = client.get("/help-now/?country=US").content.decode()
    assert 'href="tel:988"' in page
    assert '<option value="US" selected>' in page


@pytest.mark.parametrize("country", ["", "XX", "gb", "<script>", "GB' or 1=1"])
def test_a_country_we_do_not_know_is_answered_with_our_own(client, cast, country):
    answer = client.get("/help-now/", {"country": country})
    assert answer.status_code == 200
    assert 'href="tel:999"' in answer.content.decode()


def test_help_is_there_before_anybody_has_named_the_organisation(client):
    assert client.get("/help-now/").status_code == 200


@pytest.mark.parametrize("country", ["GB", "US", "JP"])
def test_the_page_asks_the_database_the_same_few_questions_everywhere(
    client, cast, country, django_assert_num_queries
):
    with django_assert_num_queries(2 + 2):  # organisation, lines; savepoint of the request
        client.get("/help-now/", {"country": country})


def test_a_confirmed_line_says_when(client, cast):
    from beside.signposts.actions import confirm_lines

    with cast.looking_as("coordinator") as esi:
        confirm_lines(right=[line.key for line in lines_for("GB")], wrong=[], by=esi)
    page = client.get("/help-now/").content.decode()
    assert f"Confirmed on {cast.now:%-d %b %Y}" in page
    assert "to be confirmed" not in page


def test_every_line_says_that_nobody_confirmed_it_until_somebody_did_and_when_it_is_overdue(
    client, cast
):
    from beside.signposts.actions import confirm_lines

    for country in Country.values:
        page = client.get("/help-now/", {"country": country}).content.decode()
        assert page.count("to be confirmed by") == len(lines_for(country)) > 0
    first = lines_for("GB")[0]
    with cast.looking_as("coordinator") as esi:
        confirm_lines(right=[first.key], wrong=[], by=esi)
    page = client.get("/help-now/").content.decode()
    assert page.count("to be confirmed by") == len(lines_for("GB")) - 1
    assert "it is time to look at it again" not in page
    with clock.at(cast.now + timedelta(days=367)):
        page = client.get("/help-now/").content.decode()
    assert page.count("it is time to look at it again") == 1


def test_a_day_is_written_in_the_order_of_the_readers_language(cast):
    line = lines_for("GB")[1]
    day = line.collected_on
    for language, said in (
        ("en", "22 Nov 2026"),
        ("de", "22. November 2026"),
        ("hu", "2026. november 22."),
        ("ja", "2026年11月22日"),
    ):
        with translation.override(language):
            assert date_format(day, "DATE_FORMAT") == said
            page = {"lines": [line], "organisation": None}
            assert said in render_to_string("signposts/_lines.html", page)
            kept = {"sections": [("GB", "GB", [line])], "organisation": None}
            request = RequestFactory().get("/help-now/kept/")
            request.user = AnonymousUser()
            request.session = {}
            assert said in render_to_string("signposts/kept.html", kept, request)


def test_somebody_too_young_to_join_finds_the_lines_made_for_them(client, cast):
    page = client.post("/join/", first_step(age_band="under_16")).content.decode()
    main = page.split("<main")[1]
    assert 'href="tel:08001111"' in main
    assert 'href="tel:116123"' not in main
    assert "to be confirmed by" in main


def test_where_we_carry_none_for_the_young_nothing_is_promised(client, cast):
    with wall.house("test.elsewhere"):
        Organisation.objects.update(country="JP")
    main = client.post("/join/", first_step(age_band="under_16")).content.decode().split("<main")[1]
    assert "for young people" not in main
    assert 'href="/help-now/"' in main


def test_the_copy_for_later_holds_every_country_and_nothing_about_anybody(client, cast):
    client.force_login(cast["member"])
    signed_in = client.get("/help-now/kept/").content.decode()
    stranger = Client().get("/help-now/kept/").content.decode()
    assert signed_in.split("<main")[1] == stranger.split("<main")[1]
    assert all(line.dial in stranger for line in Line.objects.all())
    assert "csrf" not in stranger


def test_the_script_that_keeps_the_page_keeps_that_page_alone(client):
    answer = client.get("/service-worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    words = answer.content.decode()
    kept = json.loads(words.split("const KEEP = ")[1].split(";\n")[0])
    assert (kept["help"], kept["page"]) == ("/help-now/", "/help-now/kept/")
    assert all(name.startswith("/static/") for name in kept["files"])


def test_nothing_offers_itself_to_a_home_screen_on_a_shared_device(client, cast):
    client.force_login(cast["member"])
    page = client.get("/help-now/").content.decode()
    assert "manifest" not in page
    assert "data-keep-now" not in page


def test_on_a_device_of_ones_own_the_page_is_kept_by_itself(client, cast):
    client.force_login(cast["member"])
    session = client.session
    session[stay.SHARED] = False
    session.save()
    page = client.get("/help-now/").content.decode()
    assert "data-keep-now" in page
    assert 'rel="manifest"' in page
    assert client.get("/manifest.webmanifest").json()["name"] == "Beside"


def test_what_is_noticed_is_told_to_everybody(client):
    from html import escape

    from beside.signposts.danger import ENGLISH

    page = client.get("/help-now/what-we-notice/").content.decode()
    assert all(escape(rule.such_as) in page for rule in ENGLISH)


def test_a_coordinator_confirms_by_a_form(client, cast):
    client.force_login(cast["coordinator"])
    lines = lines_for("GB")
    page = client.get("/help-now/confirm/").content.decode()
    assert all(line.key in page for line in lines)
    said = {line.key: "right" for line in lines[:-1]} | {lines[-1].key: "wrong"}
    assert client.post("/help-now/confirm/", said).status_code == 302
    assert [line.is_confirmed for line in lines_for("GB")] == [True] * (len(lines) - 1)


@pytest.mark.parametrize("part", ["stranger", "member", "facilitator", "duty_worker"])
def test_for_everybody_else_that_page_is_not_there(client, cast, part):
    client.force_login(cast[part])
    assert client.get("/help-now/confirm/").status_code == 404
    assert client.post("/help-now/confirm/", {}).status_code == 404
    assert client.get("/help-now/confirm/add/").status_code == 404


def test_a_number_that_reaches_nobody_is_not_added(client, cast):
    client.force_login(cast["coordinator"])
    said = {"country": "GB", "kind": "warmline", "name": "Evenings", "dial": "12",
            "hours": "18 to 22", "source": "riverside.example"}  # fmt: skip
    page = client.post("/help-now/confirm/add/", said)
    assert "This number cannot be dialled in that country." in page.content.decode()
    assert (
        client.post("/help-now/confirm/add/", said | {"dial": "020 7946 0123"}).status_code == 302
    )
    assert lines_for("GB")[-1].name == "Evenings"


def test_every_page_carries_a_line_to_call(client, cast):
    assert 'href="tel:116123"' in client.get("/help-now/what-we-notice/").content.decode()


def test_a_line_without_a_number_to_call_is_shown_by_its_text_alone(client, cast):
    client.force_login(cast["coordinator"])
    page = client.get("/help-now/confirm/", {"country": "IE"}).content.decode()
    assert "<strong data-words>text HELLO 50808</strong>" in page
