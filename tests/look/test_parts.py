"""Every part tells what it is to those who do not see it, and trusts no words people wrote."""

from __future__ import annotations

from types import SimpleNamespace

from django import forms
from django.template import Context, Template
from django.test import RequestFactory


def drawn(words: str, **more: object) -> str:
    return Template(words).render(Context({"request": RequestFactory().get("/x/"), **more}))


class Asking(forms.Form):
    name = forms.CharField(label="Name", help_text="Any name you like.")
    words = forms.CharField(label="Words", required=False)
    wish = forms.ChoiceField(
        label="I would like",
        choices=[("a", "to be heard"), ("b", "ideas")],
        widget=forms.RadioSelect,
    )


def test_what_people_wrote_is_shown_as_words_and_never_as_html() -> None:
    bad = '"><script>alert(1)</script>'
    person = SimpleNamespace(name=bad, pebble=3)
    page = drawn(
        "{% chip bad %}{% persona who %}"
        "{% link_button bad kind=bad title=bad %}{{ bad }}{% endlink_button %}"
        '{% notice "info" title=bad %}{{ bad }}{% endnotice %}'
        "{% card id=bad %}{{ bad }}{% endcard %}"
        "{% tabs label=bad %}{% tab bad bad %}{% endtabs %}"
        "{% act bad name=bad value=bad %}{{ bad }}{% endact %}"
        "{% nothing_here title=bad url=bad step=bad %}{{ bad }}{% endnothing_here %}"
        "{% dialog bad title=bad %}{{ bad }}{% enddialog %}{% table caption=bad %}{% endtable %}"
        "{% chart title=bad words=bad %}{% bars rows of=bad %}{% endchart %}",
        bad=bad,
        who=person,
        rows=[(bad, 1.0, bad)],
    )
    assert "<script" not in page
    assert '"><' not in page.replace('"><script', "") or "&quot;&gt;" in page


def test_a_picture_in_a_button_is_a_picture() -> None:
    page = drawn('{% button kind="soft" %}{% icon "video" %}Come in{% endbutton %}')
    assert page.startswith('<button class="btn soft" type="submit"><svg')
    assert 'aria-hidden="true"' in page


def test_a_question_is_tied_to_its_hint_and_to_what_is_missing() -> None:
    page = drawn("{% field form.name %}", form=Asking({"words": "mine"}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'id="id_name_error"' in page
    assert 'aria-invalid="true"' in page
    assert "Please answer this." in page


def test_what_was_written_is_still_there_when_a_form_comes_back() -> None:
    page = drawn("{% errors form %}{% fields form %}", form=Asking({"words": "I had begun"}))
    assert 'value="I had begun"' in page
    assert "What you wrote is still here." in page
    assert '<a href="#id_name">Name</a>' in page
    assert '<a href="#id_wish_0">I would like</a>' in page


def test_a_passphrase_is_not_said_to_be_kept() -> None:
    class Signing(forms.Form):
        passphrase = forms.CharField(widget=forms.PasswordInput)

    assert "Only a passphrase has to be written again" in drawn(
        "{% errors form %}", form=Signing({})
    )


def test_a_form_that_has_nothing_wrong_says_nothing() -> None:
    assert drawn("{% errors form %}", form=Asking()) == ""


def test_choices_are_a_group_with_a_name_and_keep_real_inputs() -> None:
    page = drawn('{% field form.wish look="chips" %}', form=Asking())
    assert page.startswith('<fieldset class="field"><legend>I would like</legend>')
    assert page.count('type="radio"') == 2


def test_only_questions_that_may_stay_empty_say_so() -> None:
    form = Asking()
    assert "(if you like)" in drawn("{% field form.words %}", form=form)
    assert "(if you like)" not in drawn("{% field form.name %}", form=form)


def test_one_button_brings_its_own_key() -> None:
    page = drawn(
        '{% act "/x/" name="feeling" value="with" pressed="true" hx_post="/x/" %}'
        "With you{% endact %}"
    )
    assert 'hx-post="/x/"' in page
    assert 'name="csrfmiddlewaretoken" value="' in page
    assert 'name="feeling" value="with" aria-pressed="true">With you</button>' in page


def test_the_open_tab_is_named() -> None:
    page = drawn(
        '{% tabs label="Group" %}{% tab "/x/" "Talk" %}{% tab "/y/" "People" %}{% endtabs %}'
    )
    assert page.count('aria-current="page"') == 1


def test_a_chart_has_its_numbers_as_a_table_too() -> None:
    page = drawn('{% bars rows of="people" %}', rows=[("May", 0.0, "none"), ("June", 3.0, "3")])
    assert "<table>" in page
    assert "none" in page
    assert drawn('{% bars rows of="people" %}', rows=[]) == ""
