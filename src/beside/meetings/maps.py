"""Where a venue is, for the map: the exact point where the door is seen, else only roughly.

The map is an extra: everything it shows is said in words beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from beside.meetings.models import Door, Venue
from beside.meetings.points import Point, from_there, km, offset

LANDMARKS = 3
AROUND = 0.2  # degrees: how far away another place may be to be named
NEAREST = 0.8  # km: what is nearer is the same place on a rounded map
SIDE = 320  # of the drawing
BARS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)  # km


@dataclass(frozen=True)
class Landmark:
    """Another venue that everybody may know, and where it stands in the drawing."""

    name: str
    words: str
    x: int
    y: int

    @property
    def anchor(self) -> str:
        """Which end of its name stands at `label_x`: near an edge the name runs inwards."""
        return "start" if self.x < SIDE / 4 else "end" if self.x > SIDE * 3 / 4 else "middle"

    @property
    def label_x(self) -> int:
        return {"start": self.x - 5, "end": self.x + 5, "middle": self.x}[self.anchor]

    @property
    def label_y(self) -> int:
        """Where its name stands: beneath it."""
        return self.y + 20


@dataclass(frozen=True)
class Map:
    """What is drawn, and what is said. `reach` is half the width of the drawing, in km."""

    point: Point
    exact: bool
    landmarks: list[Landmark]
    reach: float

    @property
    def bar(self) -> int:
        """The length of the scale bar, in points of the drawing."""
        return round(self._bar_km / self.reach * SIDE / 2)

    @property
    def bar_end(self) -> int:
        return 16 + self.bar

    @property
    def bar_words(self) -> str:
        """ "500 m", "2 km"."""
        if self._bar_km < 1:
            return _("%(n)d m") % {"n": round(self._bar_km * 1000)}
        return _("%(n)d km") % {"n": self._bar_km}

    @property
    def about(self) -> int:
        """The radius of "about here", in points of the drawing."""
        return round(0.7 / self.reach * SIDE / 2)

    @property
    def _bar_km(self) -> float:
        return max(bar for bar in BARS if bar <= max(self.reach * 0.7, BARS[0]))

    @property
    def latitude(self) -> str:
        """For a script: with a point in every language."""
        return repr(self.point.latitude)

    @property
    def longitude(self) -> str:
        return repr(self.point.longitude)

    @property
    def tiles(self) -> str:
        """Whose tiles may be shown; "" without a server of the operator's own choice."""
        return str(settings.MAP_TILES)

    @property
    def credit(self) -> str:
        return str(settings.MAP_CREDIT)


def around(venue: Venue, door: Door | None) -> Map | None:
    """The map of a venue, as exact as the door that the reader sees; None where nothing is known.

    One question.
    """
    exact = door is not None and door.latitude is not None and door.longitude is not None
    where = door if exact else venue
    if where is None or where.latitude is None or where.longitude is None:
        return None
    point = Point(where.latitude, where.longitude)
    near = _near(venue, point)
    reach = max([1.4, *(km(point, there) * 1.35 for _place, there in near)])
    landmarks = [_landmark(place, there, point, reach) for place, there in near]
    return Map(point, exact, landmarks, reach)


def _near(venue: Venue, point: Point) -> list[tuple[Venue, Point]]:
    """Other places with a name, the nearest first; each as roughly as everybody may know it."""
    here = Q(latitude__range=(point.latitude - AROUND, point.latitude + AROUND)) & Q(
        longitude__range=(point.longitude - 2 * AROUND, point.longitude + 2 * AROUND)
    )
    found = Venue.objects.filter(here, source="").exclude(pk=venue.pk).order_by("pk")[:200]
    places = [(each, Point(each.latitude or 0.0, each.longitude or 0.0)) for each in found]
    apart = sorted(((km(point, there), each.pk, each, there) for each, there in places))
    return [(each, there) for far, _pk, each, there in apart if far >= NEAREST][:LANDMARKS]


def _landmark(place: Venue, there: Point, point: Point, reach: float) -> Landmark:
    east, north = offset(point, there)
    middle = SIDE / 2
    return Landmark(
        name=place.name,
        words=from_there(there, point, place.name),
        x=round(middle + east / reach * middle),
        y=round(middle - north / reach * middle),
    )
