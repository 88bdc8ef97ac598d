"""How English says a day here: "24 Nov 2026". Other languages have Django's own order of words."""

DATE_FORMAT = "j M Y"
MONTH_DAY_FORMAT = "j M"
TIME_FORMAT = "H:i"
