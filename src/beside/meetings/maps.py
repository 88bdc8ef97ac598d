"""Where a venue is, for the map: the exact point where the door is seen, else only roughly.

The map is an extra: everything it shows is said in words beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from beside.meetings.models import Door, Venue
from beside.meetings.points import Point, from_there, km, offset

LANDMARKS = 3
AROUND = 0.2  # degrees: how far away another place may be to be named
NEAREST = 0.8  # km: what is nearer is the same place on a rounded map
SIDE = 320  # of the drawing
SIGN, LINE = 7.5, 18  # of a label: about as wide is a sign, as high a line
LONGEST = 24  # signs
BARS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)  # km


@dataclass(frozen=True)
class Box:
    """Where something stands in the drawing, edges in points; `words` as they are drawn there."""

    left: float
    top: float
    right: float
    bottom: float
    words: str = ""

    @property
    def x(self) -> int:
        """The middle of its words."""
        return round((self.left + self.right) / 2)

    @property
    def y(self) -> int:
        """The line on which its words stand."""
        return round(self.bottom - 4)

    def lies_on(self, other: Box) -> bool:
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)


@dataclass(frozen=True)
class Landmark:
    """Another venue that everybody may know, and where it stands in the drawing."""

    name: str
    words: str
    x: int
    y: int
    label: Box | None = None  # None where its name would lie on another: it is said beside the map


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
    bare = Map(point, exact, [], reach)
    landmarks = [_landmark(place, there, point, reach) for place, there in near]
    return replace(bare, landmarks=labelled(landmarks, _taken(bare, venue)))


def labelled(landmarks: Sequence[Landmark], taken: Sequence[Box]) -> list[Landmark]:
    """Each with its name where it lies on nothing: beneath it, above it, or a line further. Pure.

    `taken` is where something stands already; dots and earlier names are, too.
    """
    boxes = [*taken, *(Box(each.x - 6, each.y - 6, each.x + 6, each.y + 6) for each in landmarks)]
    found = []
    for each in landmarks:
        words = each.name if len(each.name) <= LONGEST else f"{each.name[: LONGEST - 1]}…"
        free = (box for box in _tries(each, words) if not any(box.lies_on(one) for one in boxes))
        label = next(free, None)
        boxes += [label] if label else []
        found.append(replace(each, label=label))
    return found


def _tries(each: Landmark, words: str) -> Iterator[Box]:
    """Where its name could stand, the best first; never over the edge of the drawing."""
    wide = len(words) * SIGN
    left = min(max(each.x - wide / 2, 4.0), SIDE - 4 - wide)
    for top in (each.y + 7, each.y - 7 - LINE, each.y + 7 + LINE, each.y - 7 - 2 * LINE):
        if 4 <= top <= SIDE - 4 - LINE:
            yield Box(left, top, left + wide, top + LINE, words)


def _taken(bare: Map, venue: Venue) -> list[Box]:
    """Where the place itself, its own name, the scale and the arrow stand."""
    middle = SIDE / 2
    radius = 12 if bare.exact else bare.about
    half = min(len(venue.neighbourhood or venue.name), 26) * SIGN * 0.6
    line = 140 if bare.exact else 165
    return [
        Box(middle - radius, middle - radius, middle + radius, middle + radius),
        Box(middle - half, line - LINE, middle + half, line + 4),
        Box(0, 272, max(80, bare.bar_end + 4), SIDE),
        Box(284, 16, SIDE, 66),
    ]


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
