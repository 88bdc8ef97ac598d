"""What somebody wants to say: words in, clean words out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from beside.forum.feelings import Wants
from beside.forum.models import NOTE_SIGNS, TITLE_SIGNS, WORDS_SIGNS
from beside.groups.models import Agreement
from beside.kernel.ids import LENGTH, new_key
from beside.kernel.text import tidy


class Words(forms.CharField):
    """What a person wrote, without signs that nobody can see."""

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "")


class _Writing(forms.Form):
    """A form that carries a key of its own: sent twice, it is taken once.

    With an `agreement` it asks for the yes to it in the same step. The version stands in the name
    of the tick, so that nobody says yes to words that changed while they wrote.
    """

    form_key = forms.RegexField(
        rf"^[a-z0-9]{{{LENGTH}}}$", widget=forms.HiddenInput, initial=new_key, required=False
    )

    def __init__(self, *args: Any, agreement: Agreement | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.agreement = agreement
        if agreement is not None:
            self.fields[self._tick] = forms.BooleanField(
                label=_("I say yes to this"),
                error_messages={"required": _("Your words are kept. Say yes to this first.")},
            )

    @property
    def yes(self) -> forms.BoundField:
        """The tick beside the agreement."""
        return self[self._tick]

    @property
    def said(self) -> dict[str, Any]:
        """What was written, without the tick."""
        return {name: said for name, said in self.cleaned_data.items() if name != self._tick}

    @property
    def _tick(self) -> str:
        return f"yes_{self.agreement.version}" if self.agreement else ""


class AnswerForm(_Writing):
    words = Words(
        label=_("Write back"),
        max_length=WORDS_SIGNS,
        widget=forms.Textarea(attrs={"rows": 4, "data-writing": True}),
        error_messages={"required": _("There are no words yet.")},
    )


class TopicForm(_Writing):
    title = Words(
        label=_("A few words that say what it is about"),
        max_length=TITLE_SIGNS,
        error_messages={"required": _("A few words are enough, so that others can find it.")},
    )
    words = Words(
        label=_("What would you like to share?"),
        max_length=WORDS_SIGNS,
        widget=forms.Textarea(attrs={"rows": 8, "data-writing": True}),
        error_messages={"required": _("There are no words yet.")},
    )
    wants = forms.ChoiceField(
        label=_("I would like"),
        choices=Wants.choices,
        initial=Wants.HEARD,
        widget=forms.RadioSelect,
    )
    note = Words(
        label=_("Fold it, with a note that says what is inside"),
        help_text=_(
            "For what could be hard to meet unprepared, such as “sleep, self-harm (no detail)”. "
            "Readers see the note and open it when they are ready."
        ),
        max_length=NOTE_SIGNS,
        required=False,
    )
