"""Who is there: twelve groups and the people in them. All invented."""

from __future__ import annotations

from dataclasses import dataclass, field

from beside.groups.words import Access, Entry, Experience, Safety, Way

ZONE = "Europe/London"


@dataclass(frozen=True)
class Rhythm:
    """When a group meets: weekday 0 is Monday; `nth` holds 1…4 or -1 for monthly rhythms."""

    weekdays: tuple[int, ...]
    at: str
    minutes: int
    way: str
    every: int = 1
    nth: tuple[int, ...] = ()
    weeks: int | None = None


@dataclass(frozen=True)
class Place:
    """A venue, invented; the point is only roughly where such a place could be."""

    name: str
    neighbourhood: str
    postcode: str
    latitude: float
    longitude: float
    address: str
    directions: str
    access: tuple[str, ...] = ()


@dataclass(frozen=True)
class Circle:
    """One group with its people, by key; `known_as` holds names that differ here."""

    key: str
    name: str
    about: str
    experiences: tuple[str, ...]
    ways: tuple[str, ...]
    facilitators: tuple[str, ...]
    people: tuple[str, ...]
    agreement: tuple[str, ...]
    rhythm: Rhythm | None = None
    place: Place | None = None
    greeters: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    safety: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    entry: str = Entry.OPEN
    visits: bool = True
    places: int | None = None
    known_as: dict[str, str] = field(default_factory=dict)


HALL = Place(
    "Riverside Hall",
    "Homerton",
    "E9 6AA",
    51.5466,
    -0.0424,
    "Riverside Hall, 4 Mill Path, London E9 6AA",
    "The green door beside the bakery. Ring once; somebody comes.",
    (Access.STEP_FREE, Access.QUIET),
)
LIBRARY = Place(
    "Canal Library",
    "Hackney Wick",
    "E9 5BB",
    51.5433,
    -0.0258,
    "Canal Library, 12 Wharf Row, London E9 5BB",
    "Past the returns desk, second door on the left. The lift is beside the stairs.",
    (Access.STEP_FREE,),
)
KITCHEN = Place(
    "The Long Kitchen",
    "Clapton",
    "E5 0CC",
    51.5572,
    -0.0531,
    "The Long Kitchen, 31 Orchard Street, London E5 0CC",
    "Through the yard. There is a bell under the lamp.",
    (Access.STEP_FREE,),
)
LOFT = Place(
    "A loft in Dalston",
    "Dalston",
    "E8 2DD",
    51.5462,
    -0.0750,
    "The Wool Loft, 8 Weaver Mews, London E8 2DD",
    "Two flights up; tell us beforehand and we meet downstairs instead.",
)

CIRCLES = (
    Circle(
        "lanterns",
        "Tuesday Lanterns",
        "A small circle for people living with low mood. Rounds first, open talk after. "
        "Cameras optional.",
        (Experience.DEPRESSION, Experience.ANXIETY),
        (Way.CALL, Way.WRITING),
        ("ash", "noor"),
        ("fern", "dev", "sol", "kit", "marlow", "hal", "cleo", "bryn", "ravi"),
        (
            "We speak from our own life.",
            "“Pass” is a whole answer.",
            "We leave out methods and amounts.",
        ),
        Rhythm((1,), "18:30", 75, Way.CALL),
        greeters=("fern",),
        places=8,
    ),
    Circle(
        "kitchen",
        "Kitchen Table, Hackney",
        "Tea, a question on the table, and no pressure to answer it.",
        (Experience.ANXIETY,),
        (Way.IN_PERSON,),
        ("mags", "tomasz"),
        ("amal", "niall", "rosa", "theo", "uma"),
        (
            "Tea first.",
            "Nobody is asked why they left the room.",
            "We ask before we advise.",
        ),
        Rhythm((3,), "19:00", 90, Way.IN_PERSON, every=2),
        HALL,
        greeters=("rosa",),
        places=6,
        access=(Access.STEP_FREE, Access.QUIET),
    ),
    Circle(
        "mornings",
        "Slow Mornings",
        "For getting started when getting started is hard. Mostly in writing, and a call on Sundays.",
        (Experience.WELLNESS, Experience.DEPRESSION, Experience.NO_NAME),
        (Way.WRITING, Way.CALL),
        ("noor", "ash"),
        (
            "marlow",
            "kit",
            "dev",
            "sol",
            "fern",
            "tomasz",
            "zofia",
            "marek",
            "oona",
            "jonah",
            "sade",
            "vik",
        ),
        (
            "No post is too small.",
            "Answer the person before the problem.",
            "Nobody owes a reply.",
        ),
        Rhythm((6,), "10:30", 45, Way.CALL),
        greeters=("oona", "sol"),
        languages=("en", "pl"),
        safety=(Safety.NEWCOMERS,),
    ),
    Circle(
        "weathers",
        "Two Weathers",
        "Living with bipolar, in the library and in a call at once.",
        (Experience.BIPOLAR,),
        (Way.HYBRID,),
        ("sol", "hana"),
        ("femi", "greta", "kamal", "leila"),
        (
            "We don’t compare doses.",
            "“How fast is it today?” may always be asked.",
            "Plans made at midnight wait for morning.",
        ),
        Rhythm((2,), "19:30", 90, Way.HYBRID, nth=(1, 3)),
        LIBRARY,
        entry=Entry.REQUEST,
        access=(Access.STEP_FREE,),
    ),
    Circle(
        "table",
        "The Long Table",
        "For people who have lost somebody. Eight Saturdays, the same people, one table.",
        (Experience.GRIEF,),
        (Way.IN_PERSON,),
        ("mags",),
        ("kit", "ines", "otis", "petra", "yusuf"),
        (
            "No loss is ranked.",
            "Names are welcome.",
            "We offer a tissue only if asked.",
        ),
        Rhythm((5,), "11:00", 120, Way.IN_PERSON, weeks=8),
        KITCHEN,
        entry=Entry.INVITATION,
        visits=False,
        access=(Access.STEP_FREE,),
        known_as={"kit": "Jo"},
    ),
    Circle(
        "after",
        "After",
        "For people bereaved by suicide. A talk with one of us first.",
        (Experience.SUICIDE_LOSS, Experience.GRIEF),
        (Way.CALL,),
        ("hana", "rhys"),
        ("eilidh", "huw", "mina"),
        (
            "How they lived before how they died.",
            "No methods.",
            "Before closing, each says where they go next.",
        ),
        Rhythm((6,), "17:00", 90, Way.CALL, nth=(-1,)),
        entry=Entry.REQUEST,
    ),
    Circle(
        "walk",
        "One Day’s Walk",
        "Half an hour before the day begins. Drinking, drugs, gambling; any path.",
        (Experience.ADDICTION,),
        (Way.CALL, Way.TELEPHONE),
        ("rhys", "dee"),
        ("hal", "bilal", "maeve", "quinn", "sunny"),
        (
            "Every path counts.",
            "A return to use is news, not failure.",
            "Numbers may be swapped, never asked for.",
        ),
        Rhythm((0, 1, 2, 3, 4), "07:30", 30, Way.CALL),
        access=(Access.TELEPHONE,),
        greeters=("maeve",),
    ),
    Circle(
        "carriage",
        "Quiet Carriage",
        "A room where nobody has to say anything. Typing is talking here.",
        (Experience.ANXIETY, Experience.NO_NAME),
        (Way.CALL, Way.WRITING),
        ("fern",),
        ("tess", "rowan", "willa", "pavel"),
        (
            "Nobody has to type.",
            "No cameras, ever.",
            "A full stop counts as hello.",
        ),
        Rhythm((0,), "20:00", 45, Way.CALL),
        access=(Access.TEXT_ONLY,),
        greeters=("tess",),
    ),
    Circle(
        "night",
        "Night Shift",
        "Company for people who are awake. Friday and Saturday night, in writing.",
        (Experience.SLEEP, Experience.NO_NAME),
        (Way.WRITING,),
        ("dee", "tomasz"),
        ("dev", "dara", "niall", "cleo", "jonah"),
        (
            "We keep each other company.",
            "We don’t fix the night.",
            "We close on time and say so.",
        ),
        Rhythm((4, 5), "22:00", 240, Way.WRITING),
    ),
    Circle(
        "wool",
        "Wednesday Wool",
        "Knitting and whatever is on your mind. The place is told after a first talk.",
        (Experience.WELLNESS, Experience.ANXIETY),
        (Way.IN_PERSON,),
        ("nadia",),
        ("tilly", "amal", "sade", "zofia"),
        (
            "Hands busy, eyes free.",
            "Supporters have tea next door.",
            "We go home with our own story only.",
        ),
        Rhythm((2,), "14:00", 90, Way.IN_PERSON),
        LOFT,
        safety=(Safety.WOMEN,),
    ),
    Circle(
        "door",
        "Next Door",
        "For family and carers. By telephone, in a call, or at the library.",
        (Experience.SUPPORTING,),
        (Way.HYBRID, Way.TELEPHONE),
        ("idris",),
        ("huw", "ines", "marek", "uma"),
        (
            "We tell our own part.",
            "No names of those we care for.",
            "Rest is not betrayal.",
        ),
        Rhythm((1,), "13:00", 60, Way.HYBRID, every=2),
        LIBRARY,
        access=(Access.TELEPHONE, Access.STEP_FREE),
    ),
    Circle(
        "hands",
        "Clear Hands",
        "Deaf-led, in British Sign Language, with a larger picture and an interpreter’s seat.",
        (Experience.WELLNESS, Experience.DEPRESSION),
        (Way.CALL,),
        ("bea",),
        ("otis", "theo", "leila"),
        (
            "One signs, all look.",
            "Ask for it again.",
            "The interpreter keeps our agreement too.",
        ),
        Rhythm((3,), "18:00", 75, Way.CALL, every=2),
        languages=("bfi", "en"),
        access=(Access.SIGNED,),
    ),
)

STAFF = ("esi", "priya")
NEW = "wren"

EVERYBODY = tuple(
    dict.fromkeys(
        [
            *STAFF,
            NEW,
            *(key for circle in CIRCLES for key in (*circle.facilitators, *circle.people)),
        ]
    )
)


def name_of(key: str, circle: Circle) -> str:
    """The name by which somebody is known in a group."""
    return circle.known_as.get(key, key.capitalize())


def pebble_of(key: str, circle: Circle) -> int:
    """A pebble from 1 to 12; another one where somebody goes by another name."""
    return sum(name_of(key, circle).encode()) % 12 + 1
