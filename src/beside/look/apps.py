from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LookConfig(AppConfig):
    name = "beside.look"

    def ready(self) -> None:
        from django import forms

        # Django's own "This field is required." speaks of fields; people answer questions.
        forms.Field.default_error_messages["required"] = _("Please answer this.")
        for choosing in (forms.ChoiceField, forms.TypedChoiceField, forms.ModelChoiceField):
            choosing.default_error_messages = choosing.default_error_messages | {
                "required": _("Please choose one of these.")
            }
        forms.BooleanField.default_error_messages = {
            "required": _("This needs your yes before we go on.")
        }
