"""The numbers we show: each can be dialled as it stands, and somebody answers for it."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import phonenumbers
import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from beside import wall
from beside.kernel import clock, dialling
from beside.people.models import Organisation
from beside.signposts.actions import add_line, confirm_lines
from beside.signposts.countries import Country
from beside.signposts.models import Line, lines_for, young_lines_for
from beside.signposts.seed import LINES
from tests.cast import PARTS


@pytest.mark.parametrize("seed", LINES, ids=lambda seed: seed.slug)
def test_every_number_can_be_dialled_as_it_stands(seed):
    numbers = [number for number in (seed.dial, seed.dial_other, seed.text_to) if number]
    assert numbers
    assert [n for n in numbers if not dialling.can_be_dialled(n, seed.country)] == []


def test_every_country_has_an_emergency_number_and_somebody_to_talk_to():
    for country in Country.values:
        kinds = [seed.kind for seed in LINES if seed.country == country]
        assert kinds[0] == "emergency"
        assert "crisis" in kinds


def test_a_short_code_is_linked_by_its_own_digits_never_by_an_international_form():
    samaritans = next(seed for seed in LINES if seed.slug == "gb-samaritans")
    assert dialling.call(samaritans.dial) == "tel:116123"
    assert dialling.text("85258", "SHOUT") == "sms:85258?&body=SHOUT"
    parsed = phonenumbers.parse("116123", "GB")
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    assert written == "+44116123"  # what a telephone would not reach
    assert not any("+" in dialling.call(seed.dial) for seed in LINES if seed.dial)


@pytest.mark.parametrize(
    ("number", "country", "expected"),
    [
        ("07400 123456", "GB", "+447400123456"),
        ("+44 (7400) 123-456", "AU", "+447400123456"),
        ("0491 570 156", "AU", "+61491570156"),
        ("(212) 555-2368", "US", "+12125552368"),
        ("07400 123456", "", ""),
        ("07400 123456 after six", "GB", ""),
        ("07400 123456\n07400 123457", "GB", ""),
        ("020 7946 0000", "GB", ""),
        ("0800 068 4141", "GB", ""),
        ("", "GB", ""),
    ],
)
def test_a_text_goes_to_a_mobile_number_alone(number, country, expected):
    assert dialling.mobile(number, country) == expected


@pytest.mark.parametrize("seed", LINES, ids=lambda seed: seed.slug)
def test_no_short_code_and_no_line_of_ours_is_a_mobile_number(seed):
    for number in (seed.dial, seed.dial_other, seed.text_to):
        if dialling.mobile(number, seed.country):
            assert len(dialling.digits(number)) >= 9  # and `is_a_line` knows it


@given(st.text(max_size=30), st.sampled_from(Country.values))
def test_words_that_are_no_number_are_never_dialled(words, country):
    if dialling.can_be_dialled(words, country):
        assert 2 <= len(dialling.digits(words)) <= 15


@pytest.mark.django_db
def test_the_lines_of_a_country_begin_with_its_emergency_number():
    assert [line.name for line in lines_for("GB")] == [
        "Emergency",
        "Samaritans",
        "Shout",
        "NHS 111, for mental health choose 2",
        "NHS 24, ask for the mental health hub",
        "Lifeline",
        "Childline",
    ]
    assert lines_for("XX") == []


@pytest.mark.parametrize("part", PARTS)
def test_everybody_may_see_every_line(part, cast):
    with cast.looking_as(part) as person:
        seen = set(Line.objects.visible_to(person).values_list("slug", flat=True))
        assert seen == set(Line.objects.values_list("slug", flat=True))
    assert seen == {seed.slug for seed in LINES}


@pytest.mark.parametrize("part", [part for part in PARTS if part != "coordinator"])
def test_nobody_but_a_coordinator_answers_for_a_line(part, cast):
    with cast.looking_as(part) as person, pytest.raises(PermissionDenied):
        confirm_lines(right=[], wrong=[], by=person)


def test_a_coordinator_confirms_the_lines_of_the_country_and_the_organisation_carries_the_day(cast):
    lines = lines_for("GB")
    today = clock.now().date()
    with cast.looking_as("coordinator") as esi:
        confirm_lines(right=[line.key for line in lines[:3]], wrong=[], by=esi)
        assert Organisation.ours().lines_confirmed_on is None
        confirm_lines(right=[line.key for line in lines[3:-1]], wrong=[lines[-1].key], by=esi)
        assert Organisation.ours().lines_confirmed_on == today
    assert [line.name for line in lines_for("GB")] == [line.name for line in lines[:-1]]
    assert {line.verified_on for line in lines_for("GB")} == {today}


def test_a_line_is_overdue_a_year_after_somebody_looked(cast):
    line = lines_for("GB")[0]
    with cast.looking_as("coordinator") as esi:
        confirm_lines(right=[line.key], wrong=[], by=esi)
    with clock.at(clock.now() + timedelta(days=364)):
        assert not Line.objects.get(key=line.key).is_overdue
    with clock.at(clock.now() + timedelta(days=367)):
        assert Line.objects.get(key=line.key).is_overdue


def test_a_line_of_ones_own_is_shown_and_confirmed_by_being_added(cast):
    line = Line(country="GB", kind="warmline", name="Riverside evenings", dial="020 7946 0123",
                hours="18 to 22", source="riverside.example", languages=["en"])  # fmt: skip
    with cast.looking_as("coordinator") as esi:
        add_line(line, by=esi)
    assert lines_for("GB")[-1].is_confirmed


@pytest.mark.django_db
def test_the_database_refuses_a_line_without_a_number():
    with pytest.raises(Exception, match="a_line_has_a_number"), wall.house("test.line"):
        Line.objects.create(country="GB", kind="crisis", name="Nowhere", hours="Never", source="x",
                            collected_on="2026-01-01", expires_on="2027-01-01")  # fmt: skip


@pytest.mark.django_db
def test_no_line_we_carry_is_confirmed_before_somebody_did():
    assert not Line.objects.exclude(verified_on=None).exists()
    assert not any(line.is_confirmed for line in Line.objects.all())


@pytest.mark.django_db
def test_the_lines_for_young_people_are_those_made_for_them():
    assert [line.name for line in young_lines_for("GB")] == ["Childline"]
    assert [line.name for line in young_lines_for("DE")] == ["Nummer gegen Kummer"]
    assert young_lines_for("JP") == []
    seeds = {seed.slug for seed in LINES if seed.young}
    assert {line.slug for line in Line.objects.filter(young=True)} == seeds


@pytest.mark.django_db
def test_a_line_we_put_right_is_put_right_where_it_is_kept_unless_somebody_confirmed_it():
    polish_lines = import_module("beside.signposts.migrations.0005_polish_lines")
    seeds = {seed.slug: seed for seed in LINES}
    with wall.house("test.line"):
        for slug, before, now in polish_lines.CHANGED:
            assert {field: getattr(seeds[slug], field) for field in now} == now
            kept = Line.objects.filter(slug=slug)
            kept.update(**before)
            polish_lines.correct(apps, None)
            assert kept.filter(**now).exists()
            kept.update(**before, verified_on=clock.now().date())
            polish_lines.correct(apps, None)
            assert kept.filter(**before).exists()


@pytest.mark.django_db
def test_scotland_gets_a_line_of_its_own_where_the_lines_are_kept_already():
    scotland = import_module("beside.signposts.migrations.0006_scotland")
    as_new = list(Line.objects.order_by("place").values_list("slug", "place", "whom", "dial"))
    with wall.house("test.line"):
        Line.objects.filter(slug="gb-nhs-24").delete()
        Line.objects.filter(slug=scotland.SLUG).update(whom=scotland.BEFORE)
        for slug, place, _whom, _dial in as_new:
            if slug > "gb-nhs-24":
                Line.objects.filter(slug=slug).update(place=place - 1)
        for _twice in range(2):
            scotland.part(apps, None)
        assert as_new == list(
            Line.objects.order_by("place").values_list("slug", "place", "whom", "dial")
        )
        Line.objects.filter(slug=scotland.SLUG).update(
            whom=scotland.BEFORE, verified_on=clock.now().date()
        )
        scotland.part(apps, None)
        assert Line.objects.get(slug=scotland.SLUG).whom == scotland.BEFORE
