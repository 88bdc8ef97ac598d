"""What /look/ shows: one of everything, and the states that are easy to forget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from beside.kernel import clock
from beside.look import pebbles


@dataclass(frozen=True)
class Stone:
    """Somebody, as far as a pebble needs to know."""

    name: str
    pebble: int


class Example(forms.Form):
    """One question of every kind."""

    name = forms.CharField(
        label=_("What should we call you?"), help_text=_("Any name you like. It need not be yours.")
    )
    words = forms.CharField(
        label=_("What would you like to share?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    wish = forms.ChoiceField(
        label=_("I would like"),
        choices=[
            ("heard", _("just to be heard")),
            ("been", _("people who have been there")),
            ("ideas", _("ideas")),
        ],
        widget=forms.RadioSelect,
    )
    ways = forms.MultipleChoiceField(
        label=_("How would you like to meet?"),
        choices=[
            ("call", _("Video or voice call")),
            ("place", _("In person")),
            ("text", _("In writing, any time")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reach = forms.ChoiceField(
        label=_("How is it safe to reach you?"),
        choices=[
            ("inside", _("Only inside this site")),
            ("mail", _("By e-mail, with nothing said in the subject")),
        ],
        widget=forms.RadioSelect,
        initial="inside",
    )
    pebble = forms.ChoiceField(
        label=_("Choose a pebble"), choices=pebbles.NAMES, widget=forms.RadioSelect, initial="3"
    )
    listen = forms.BooleanField(label=_("Only listen today"), required=False)
    agree = forms.BooleanField(label=_("I agree to this, for today"))
    part = forms.ChoiceField(
        label=_("Part of day"),
        choices=[("", _("Any")), ("day", _("Daytime")), ("evening", _("Evenings"))],
        required=False,
    )


def page_of_parts() -> dict[str, Any]:
    """Values for the living page; some times lie beside the present, so that "ago" shows."""
    now = clock.now()
    return {
        "stones": [Stone(name, n) for n, name in enumerate("ABCDEFGHIJKL", 1)],
        "soon": datetime(2026, 11, 24, 18, 30, tzinfo=UTC),
        "lately": now - timedelta(minutes=48),
        "weeks": [
            (_("1 Oct"), 4.0, "4"),
            (_("8 Oct"), 6.0, "6"),
            (_("15 Oct"), 2.0, "2"),
            (_("22 Oct"), 7.0, "7"),
            (_("29 Oct"), 6.0, "6"),
        ],
        "feelings": [
            (1, _("very low")),
            (2, _("low")),
            (3, _("so-so")),
            (4, _("okay")),
            (5, _("good")),
        ],
    }
