"""What is said of a place, and of its door."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from beside.groups.words import Access
from beside.kernel.text import tidy
from beside.meetings.actions.venues import PHOTO_WORDS, Facts
from beside.meetings.pictures import LARGEST
from beside.meetings.points import Point, parse

ACCESS = [
    (each.value, each.label)
    for each in (Access.STEP_FREE, Access.QUIET, Access.SIGNED, Access.CHILDREN)
]
TOO_LARGE = _(
    "This picture is too large to be read here. A smaller one, of 10 MB at most, will do."
)
NO_PICTURE = _("This cannot be read as a picture. A photo as JPEG, PNG, WebP or HEIC will do.")


class VenueForm(forms.Form):
    """A place as everybody may know it, and how to really get in."""

    name = forms.CharField(
        label=_("What is the place called?"),
        help_text=_("Everybody else reads the neighbourhood instead of the name."),
        max_length=120,
    )
    neighbourhood = forms.CharField(label=_("Neighbourhood"), max_length=120, required=False)
    town = forms.CharField(label=_("Town"), max_length=120, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    access = forms.MultipleChoiceField(
        label=_("What is there?"),
        choices=ACCESS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    getting_in = forms.CharField(
        label=_("Getting in and around"),
        help_text=_(
            "Lift, steps, how wide the doors are, toilets, hearing loop, parking nearby, light and "
            "noise. Everybody reads this before they come, so no name and no address."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        required=False,
    )
    quiet_space = forms.CharField(
        label=_("Where somebody can be quiet for a while"),
        help_text=_("For example: “The small room beside the kitchen.”"),
        max_length=200,
        required=False,
    )
    transport = forms.CharField(
        label=_("Bus, train, bicycle, parking"),
        help_text=_("Stops and stations, and how far it is from there."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
    )
    address = forms.CharField(
        label=_("Exact address"),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        max_length=500,
        required=False,
    )
    directions = forms.CharField(
        label=_("How to find the door"),
        help_text=_("Which bell, which floor, what one sees first, who opens."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
    )
    point = forms.CharField(
        label=_("The exact point"),
        help_text=_(
            "Two numbers, as a map gives them: 51.5462, -0.0443. Everybody else sees them rounded, "
            "to about a kilometre."
        ),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    public = forms.BooleanField(
        label=_("Everybody may see all of this, and the photo"),
        help_text=_(
            "Without this, only members see it, and visitors when their group lets them. Everybody "
            "else reads the neighbourhood, the town and what is there."
        ),
        required=False,
    )
    tell = forms.BooleanField(
        label=_("Tell those who are booked"),
        help_text=_(
            "Once, if the address, the point or how to find the door is another now, or if "
            "something is no longer there. Switch it off where you only put a slip right."
        ),
        initial=True,
        required=False,
    )
    read = forms.CharField(widget=forms.HiddenInput, required=False)

    FACE = ("neighbourhood", "town", "access", "getting_in")
    DOOR = (
        *("name", "address", "postcode", "directions", "quiet_space", "transport", "point"),
        "public",
    )

    @classmethod
    def asking(cls, facts: Facts, said: Any = None) -> VenueForm:
        """The form over facts as they stand, and what somebody `said` if they sent it."""
        initial = {name: getattr(facts, name) for name in (*cls.FACE, *cls.DOOR)}
        initial["point"] = str(facts.point or "")
        return cls(said, initial={**initial, "read": facts.mark})

    def clean_name(self) -> str:
        name = " ".join(tidy(self.cleaned_data["name"]).split())
        if not name:
            raise forms.ValidationError(_("A name, so that people can ask for it."))
        return name

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not (said.get("public") or said.get("neighbourhood") or said.get("town")):
            self.add_error(
                "neighbourhood", _("The neighbourhood or the town: it is what everybody reads.")
            )
        return said

    def clean_point(self) -> Point | None:
        words: str = self.cleaned_data["point"]
        if not words.strip():
            return None
        try:
            return parse(words)
        except ValueError:
            raise forms.ValidationError(
                _("Two numbers with a comma between them, such as 51.5462, -0.0443.")
            ) from None

    @property
    def facts(self) -> Facts:
        """What was said, once the form is valid."""
        said = {name: self.cleaned_data[name] for name in (*self.FACE, *self.DOOR)}
        return Facts(**{**said, "access": tuple(said["access"])})

    def as_it_is_now(self, facts: Facts) -> list[tuple[str, str]]:
        """Where what stands there now differs from what was sent: question and present answer."""
        differs = [
            name
            for name in (*self.FACE, *self.DOOR)
            if getattr(facts, name) != getattr(self.facts, name)
        ]
        return [(str(self.fields[name].label), _shown(name, facts)) for name in differs]

    def save_over(self, facts: Facts) -> None:
        """Let the next sending count as having read what stands there now."""
        sent = {name: self.data.get(name) for name in self.data}
        self.data = {**sent, "access": self.cleaned_data["access"], "read": facts.mark}


def _shown(name: str, facts: Facts) -> str:
    answer = getattr(facts, name)
    if name == "access":
        return ", ".join(str(Access(each).label) for each in answer) or "–"
    if name == "public":
        return str(_("yes") if answer else _("no"))
    return str(answer or "–")


class PhotoForm(forms.Form):
    """What the door looks like, in a picture and in words."""

    picture = forms.FileField(
        label=_("A photo of the door"),
        help_text=_(
            "JPEG, PNG, WebP or HEIC, 10 MB at most. Where and when it was taken is not kept. "
            "Nobody should be in it."
        ),
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,image/heif"}
        ),
    )
    words = forms.CharField(
        label=_("What the photo shows"),
        help_text=_("For those who do not see it: “A blue door left of the bakery, two steps up.”"),
        max_length=PHOTO_WORDS,
    )

    def __init__(self, *args: Any, there: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        if there:
            self.fields["picture"].required = False
            self.fields["picture"].label = _("Another photo of the door")

    def clean_picture(self) -> UploadedFile[bytes] | None:
        picture: UploadedFile[bytes] | None = self.cleaned_data["picture"]
        if picture is not None and (picture.size or 0) > LARGEST:
            raise forms.ValidationError(TOO_LARGE)
        return picture

    def clean_words(self) -> str:
        words = tidy(self.cleaned_data["words"])
        if not words:
            raise forms.ValidationError(_("A few words, for those who do not see the photo."))
        return words

    @property
    def bytes(self) -> bytes | None:
        """The file that was sent, once the form is valid."""
        picture: UploadedFile[bytes] | None = self.cleaned_data["picture"]
        return picture.read() if picture is not None else None
