"""Points on the ground: how far, and in which direction, in plain words. Pure but for the words."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

EARTH_KM = 6371.0
COMPASS = (
    gettext_lazy("north"),
    gettext_lazy("north-east"),
    gettext_lazy("east"),
    gettext_lazy("south-east"),
    gettext_lazy("south"),
    gettext_lazy("south-west"),
    gettext_lazy("west"),
    gettext_lazy("north-west"),
)
_PAIR = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*")


@dataclass(frozen=True)
class Point:
    """Degrees, north and east positive."""

    latitude: float
    longitude: float

    @property
    def rounded(self) -> Point:
        """To two decimals, about a kilometre: as much as everybody may know."""
        return Point(round(self.latitude, 2), round(self.longitude, 2))

    def __str__(self) -> str:
        return f"{_plain(self.latitude)}, {_plain(self.longitude)}"


def _plain(degrees: float) -> str:
    """To a centimetre, and without an exponent."""
    return f"{degrees:.7f}".rstrip("0").rstrip(".")


def parse(words: str) -> Point:
    """ "51.5462, -0.0443" as maps give it. Raises ValueError for anything else."""
    found = _PAIR.fullmatch(words)
    if found is None:
        raise ValueError(words)
    point = Point(round(float(found[1]), 7), round(float(found[2]), 7))
    if abs(point.latitude) > 90 or abs(point.longitude) > 180:
        raise ValueError(words)
    return point


def offset(origin: Point, there: Point) -> tuple[float, float]:
    """How many km `there` lies east and north of `origin`, on flat ground: good to some 100 km."""
    across = (there.longitude - origin.longitude + 180) % 360 - 180
    east = math.radians(across) * math.cos(math.radians(origin.latitude))
    north = math.radians(there.latitude - origin.latitude)
    return east * EARTH_KM, north * EARTH_KM


def km(origin: Point, there: Point) -> float:
    """How far apart, in km, as the crow flies."""
    return math.hypot(*offset(origin, there))


def direction(origin: Point, there: Point) -> str:
    """In which of eight directions `there` lies, seen from `origin`."""
    east, north = offset(origin, there)
    return str(COMPASS[round(math.degrees(math.atan2(east, north)) / 45) % 8])


def from_there(landmark: Point, here: Point, name: str) -> str:
    """ "About 2 km north-east of Library"; under a kilometre, "Less than 1 km from Library"."""
    far = round(km(landmark, here))
    if far < 1:
        return _("Less than 1 km from %(place)s") % {"place": name}
    return _("About %(km)d km %(direction)s of %(place)s") % {
        "km": far,
        "direction": direction(landmark, here),
        "place": name,
    }
