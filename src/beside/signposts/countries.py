"""The countries for which we carry crisis lines. Pure vocabulary."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Country(TextChoices):
    """ISO 3166-1, with the name as people say it."""

    AU = "AU", _("Australia")
    AT = "AT", _("Austria")
    CA = "CA", _("Canada")
    FR = "FR", _("France")
    DE = "DE", _("Germany")
    IN = "IN", _("India")
    IE = "IE", _("Ireland")
    JP = "JP", _("Japan")
    NL = "NL", _("Netherlands")
    NZ = "NZ", _("New Zealand")
    PL = "PL", _("Poland")
    ZA = "ZA", _("South Africa")
    ES = "ES", _("Spain")
    SE = "SE", _("Sweden")
    CH = "CH", _("Switzerland")
    GB = "GB", _("United Kingdom")
    US = "US", _("United States")
