"""What did they say? Words in, clean words out."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from beside.kernel import dialling
from beside.kernel.text import tidy
from beside.look.pebbles import NAMES as PEBBLES
from beside.people import throttle
from beside.people.entering import settle
from beside.people.models import AgeBand, Contact, Organisation, Person
from beside.people.places import countries, languages, zones
from beside.people.words import suggest_sign_in, tidy_sign_in

INSIDE, LETTER = "inside", "letter"
SHARED = _("I share this device, or others can reach it")
SHARED_HINT = _(
    "You are signed out when the browser closes, and after ten minutes without a touch. "
    "If it is yours alone, untick this and you stay signed in for two weeks."
)


def one_line(words: str) -> str:
    """Words without line breaks and doubled spaces."""
    return " ".join(tidy(words).split())


class Passphrase(forms.CharField):
    """A passphrase as somebody chooses or types it; spaces at the ends count."""

    def __init__(self, *, new: bool, **more: Any) -> None:
        told = {"autocomplete": "new-password" if new else "current-password", "data-shows": True}
        more.setdefault("label", _("Passphrase"))
        super().__init__(
            strip=False, max_length=200, widget=forms.PasswordInput(attrs=told), **more
        )


class ChosenName(forms.Form):
    """The name and pebble that somebody suggests for themselves."""

    name = forms.CharField(
        label=_("The name others will see"),
        max_length=40,
        help_text=_(
            "Any name but your own in full; many take something like Fern or Wren. "
            "You can use another one in each group."
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "list": "names", "spellcheck": "false"}
        ),
    )
    pebble = forms.TypedChoiceField(
        label=_("Your pebble"),
        choices=PEBBLES,
        coerce=int,
        initial=1,
        help_text=_("It stands beside your name, instead of a picture."),
        widget=forms.RadioSelect,
    )

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("Please choose a name; it can be anything."))
        if "@" in name:
            raise ValidationError(_("That looks like an e-mail address, and others would see it."))
        return name


class FirstStep(ChosenName):
    """Everything that a first step asks: short enough for one minute."""

    age_band = forms.ChoiceField(
        label=_("How old are you?"), choices=AgeBand, widget=forms.RadioSelect
    )
    sign_in = forms.CharField(
        label=_("Your private name for signing in"),
        min_length=4,
        max_length=60,
        help_text=_("Nobody ever sees it. We made one up; keep it or write your own."),
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    passphrase = Passphrase(
        new=True,
        help_text=_(
            "At least 10 letters or signs. Three or four words that nobody would guess work well."
        ),
    )
    reach = forms.ChoiceField(
        label=_("How is it safe to reach you?"),
        choices=[
            (INSIDE, _("Only here, inside this site")),
            (LETTER, _("Also by e-mail: a note saying only that there is something to read")),
        ],
        initial=INSIDE,
        widget=forms.RadioSelect,
    )
    shared_device = forms.BooleanField(
        label=SHARED, help_text=SHARED_HINT, initial=True, required=False
    )

    def clean_sign_in(self) -> str:
        return no_address(tidy_sign_in(tidy(self.cleaned_data["sign_in"])))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "passphrase" in said:
            check_passphrase(self, "passphrase", sign_in=said.get("sign_in", ""))
        return said

    def first_step(self) -> dict[str, Any]:
        """What the act `join` asks for."""
        names = ("sign_in", "passphrase", "name", "pebble", "age_band", "shared_device")
        return {name: self.cleaned_data[name] for name in names}

    def offer_another_sign_in(self) -> None:
        """The private name is taken: put another one there and say so; all else stays."""
        self.add_error(
            "sign_in",
            _("That private name is taken. We put another one there; keep it or write your own."),
        )
        self.data = {**dict(self.data.items()), self.add_prefix("sign_in"): suggest_sign_in()}


def no_address(sign_in: str) -> str:
    """The private name, if it is not an e-mail address: those are known to others."""
    if "@" in sign_in:
        raise ValidationError(_("Please do not use an e-mail address; others know it."))
    return sign_in


WEAK = {
    "password_too_short": _("That is too short: at least 10 letters or signs, please."),
    "password_too_common": _("Many people use that one, so it is easily guessed."),
    "password_entirely_numeric": _("Numbers alone are easily guessed; add some words."),
    "password_too_similar": _("That is too much like your private name."),
}


def check_passphrase(form: forms.Form, field: str, *, sign_in: str) -> None:
    """Long enough, not a common one, and not like the sign-in name; else an error at the field."""
    try:
        validate_password(form.cleaned_data[field], Person(sign_in=sign_in))
    except ValidationError as weak:
        for reason in weak.error_list:
            form.add_error(field, WEAK.get(reason.code or "", reason.messages[0]))


class SignIn(LoginForm):
    """Private name and passphrase; allauth asks its adapter whether they fit."""

    shared_device = forms.BooleanField(
        label=SHARED, help_text=SHARED_HINT, initial=True, required=False
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["login"] = forms.CharField(
            label=_("Your private name"),
            max_length=200,
            widget=forms.TextInput(
                attrs={
                    "autocomplete": "username",
                    "autocapitalize": "none",
                    "spellcheck": "false",
                }
            ),
        )
        self.fields["password"] = Passphrase(new=False)
        self.order_fields(["login", "password", "shared_device"])

    def clean_login(self) -> str:
        return tidy_sign_in(tidy(self.cleaned_data["login"]))

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        response: HttpResponse = super().login(request, redirect_url=redirect_url)
        settle(request, self.user, shared=self.cleaned_data["shared_device"])
        return response


class WithACode(forms.Form):
    """Signing in again after the passphrase was forgotten."""

    sign_in = forms.CharField(
        label=_("Your private name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    code = forms.CharField(
        label=_("One of your recovery codes"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    passphrase = Passphrase(
        new=True, label=_("A new passphrase"), help_text=_("At least 10 letters or signs.")
    )
    shared_device = forms.BooleanField(
        label=SHARED, help_text=SHARED_HINT, initial=True, required=False
    )

    def clean_sign_in(self) -> str:
        return tidy_sign_in(tidy(self.cleaned_data["sign_in"]))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "passphrase" in said:
            check_passphrase(self, "passphrase", sign_in=said.get("sign_in", ""))
        return said


class Confirming(forms.Form):
    """Something that only the person themselves may do: they say their passphrase once more."""

    current = Passphrase(new=False, label=_("Your passphrase, to be sure that it is you"))

    def __init__(self, *args: Any, person: Person, **more: Any) -> None:
        super().__init__(*args, **more)
        self.person = person

    def clean_current(self) -> str:
        words: str = self.cleaned_data["current"]
        wait = throttle.count(throttle.CONFIRMING, f"{self.person.pk}")
        if wait:
            raise ValidationError(too_often(wait))
        if not self.person.check_password(words):
            raise ValidationError(_("That is not your passphrase."))
        throttle.forgive(throttle.CONFIRMING, f"{self.person.pk}")
        return words


OTHER_WAYS = _("Or come in now: one of your recovery codes works at once, and so does a passkey.")


def too_often(wait: int, *, other_ways: bool = False) -> str:
    """What is said after too many tries; `wait` is in seconds.

    With `other_ways` also by what they may come in: nobody's guessing holds that up.
    """
    words = _("There were many tries in a short time. Please wait %s minutes, then try again.")
    said = str(words) % throttle.minutes(wait)
    return f"{said} {OTHER_WAYS}" if other_ways else said


class NewPassphrase(Confirming):
    """Another passphrase."""

    passphrase = Passphrase(
        new=True, label=_("A new passphrase"), help_text=_("At least 10 letters or signs.")
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "passphrase" in said:
            check_passphrase(self, "passphrase", sign_in=self.person.sign_in)
        return said


class NewPasskey(Confirming):
    """A key on this device; `credential` is what the device answered."""

    name = forms.CharField(
        label=_("What you call this device"), max_length=60, initial=_("My phone")
    )
    field_order = ["name", "current"]

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"]) or str(_("My device"))


class Address(forms.Form):
    """Where a note may go."""

    address = forms.EmailField(
        label=_("E-mail address"),
        max_length=200,
        help_text=_("Sealed here, shown to nobody. Think of who else can read that inbox."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class Number(forms.Form):
    """A telephone on which a note may be read."""

    number = forms.CharField(
        label=_("Mobile number"),
        max_length=40,
        help_text=_("Sealed here, shown to nobody. Think of who else can read that screen."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
    )

    def clean_number(self) -> str:
        """As +447400123456."""
        ours = Organisation.ours()
        said = self.cleaned_data["number"].strip()
        number = dialling.mobile(said, ours.country if ours else "")
        if not number:
            raise ValidationError(
                _("That is no mobile number. Write it alone, and with + from another country.")
            )
        return number


class Code(forms.Form):
    """The code that was sent."""

    code = forms.CharField(
        label=_("The code we sent you"),
        max_length=20,
        help_text=_("Six digits, good for half an hour."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class Reach(forms.Form):
    """How much may be said at the address."""

    safe_for = forms.ChoiceField(
        label=_("What may be sent there"), choices=Contact.SafeFor, widget=forms.RadioSelect
    )


class Zone(forms.Form):
    """In which time zone times are shown."""

    zone = forms.ChoiceField(
        label=_("My time zone"),
        required=False,
        choices=[],
        widget=forms.Select(attrs={"translate": "no"}),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["zone"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", _("The same as the organisation's")), *zones()]


class Erase(Confirming):
    """Leaving for good: the words are typed, so that no slip of a finger does it."""

    WORDS = _("erase me")

    words = forms.CharField(
        label=_("Type “erase me”"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["words", "current"]

    def clean_words(self) -> str:
        words = one_line(self.cleaned_data["words"]).lower()
        if words != str(self.WORDS).lower():
            raise ValidationError(_("Please type the two words “erase me”, or leave this page."))
        return words


def _countries() -> list[tuple[str, Any]]:
    """No country stands first by itself: its crisis lines follow from the answer."""
    return [("", _("Choose one")), *((code, gettext(name)) for code, name in countries())]


class Begin(forms.Form):
    """The organisation in five questions."""

    name = forms.CharField(label=_("What is your organisation called?"), max_length=120)
    country = forms.ChoiceField(label=_("In which country do you work?"), choices=_countries)
    zone = forms.ChoiceField(
        label=_("In which time zone?"),
        choices=zones,
        initial="Europe/London",
        widget=forms.Select(attrs={"translate": "no"}),
    )
    language = forms.ChoiceField(
        label=_("In which language?"),
        choices=languages,
        initial="en",
        widget=forms.Select(attrs={"translate": "no"}),
    )
    minimum_age = forms.IntegerField(
        label=_("The youngest age at which somebody may take part"),
        min_value=13,
        max_value=99,
        initial=18,
        help_text=_("Below 18, read docs/how-to/open-safely.md first."),
    )
    for_younger = forms.CharField(
        label=_("Whom can somebody younger turn to?"),
        required=False,
        max_length=600,
        help_text=_("A person, a telephone number, another service. Shown when they come here."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_for_younger(self) -> str:
        return tidy(self.cleaned_data["for_younger"])
