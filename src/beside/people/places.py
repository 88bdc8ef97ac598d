"""Countries, time zones and languages to choose from."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

from django.conf.locale import LANG_INFO


@cache
def countries() -> list[tuple[str, str]]:
    """(ISO 3166 code, English name) of every country, by name; from the time zone data."""
    lines = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text("utf-8").splitlines()
    pairs = [line.split("\t", 1) for line in lines if line and not line.startswith("#")]
    return sorted(((code, name) for code, name in pairs), key=lambda pair: pair[1])


@cache
def zones() -> list[tuple[str, str]]:
    """Every time zone that is a place, as (IANA name, the same with spaces)."""
    aside = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    names = (name for name in available_timezones() if "/" in name and not name.startswith(aside))
    return [(name, name.replace("_", " ")) for name in sorted(names)]


@cache
def languages() -> list[tuple[str, str]]:
    """(code, name in the language itself) of every language that Django knows."""
    known = ((code, told.get("name_local", "")) for code, told in LANG_INFO.items())
    return sorted((pair for pair in known if pair[1]), key=lambda pair: pair[1].casefold())
