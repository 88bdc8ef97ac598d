"""The language nobody speaks finds the words that no translator would see."""

from __future__ import annotations

from django.template import Context, Template
from django.utils.translation import gettext, ngettext, pgettext

from beside.look import pseudo


def test_words_that_pass_through_gettext_are_marked_and_grow() -> None:
    with pseudo.activate():
        assert gettext("Get help now") == "⟦Ĝéţ ĥéļþ ñöŵ~~~~⟧"
        assert pgettext("a place", "Room") == "⟦Ŕööm~⟧"
        assert ngettext("%(n)d min", "%(n)d mins", 2) % {"n": 2} == "⟦2 mîñš~~~⟧"
    assert gettext("Get help now") == "Get help now"


def test_words_that_nobody_offered_are_found_in_text_and_in_what_is_read_aloud() -> None:
    words = (
        '{% load i18n %}<p title="A hint">{% translate "Fine" %} left '
        '<b translate="no">Wren</b> 18:30</p>'
        '<p data-once="Press once" data-key="x1Y" data-again="topic:a talk:b">1</p>'
        '<p data-words>mine</p><script>code</script><input type="submit" value="Send">'
        '{% blocktranslate %}Written by <a href="/">23 of us</a>, last year{% endblocktranslate %}'
    )
    with pseudo.activate():
        html = Template(words).render(Context())
    assert pseudo.untranslated(html) == ["A hint", "left", "Press once", "Send"]
