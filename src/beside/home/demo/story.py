"""What is written in the two weeks before today. Invented words; nothing is taken from real posts.

Day 1 is thirteen days before today, day 14 is today. On day 14 times are minutes before now.
"""

from __future__ import annotations

from dataclasses import dataclass

HEARD, BEEN_THERE, IDEAS = "heard", "been_there", "ideas"


@dataclass(frozen=True)
class Answer:
    """`after` is in minutes from the opening."""

    after: int
    who: str
    words: str


@dataclass(frozen=True)
class Talk:
    """One topic with its answers and fellow feeling (kind, who)."""

    day: int
    at: str | int
    group: str
    who: str
    title: str
    words: str
    wants: str = HEARD
    note: str = ""
    answers: tuple[Answer, ...] = ()
    feelings: tuple[tuple[str, tuple[str, ...]], ...] = ()


TALKS = (
    Talk(
        1,
        "21:20",
        "weathers",
        "sol",
        "A good week that scared me",
        "Six days of getting things done. I sorted the shed, I rang my brother, I slept five hours "
        "and felt rested. And the whole time a small voice asking: is this me, or is this the start "
        "of something?",
        BEEN_THERE,
        answers=(
            Answer(
                35,
                "hana",
                "Mine too. I cancelled two of the three plans. The third one was lovely.",
            ),
            Answer(
                70,
                "femi",
                "I keep a note by the kettle: “How fast is it today?” I ask it before coffee.",
            ),
            Answer(800, "sol", "Thank you. I slept seven. I kept the brother and let the shed go."),
        ),
        feelings=(("been_there", ("hana", "femi", "greta")),),
    ),
    Talk(
        2,
        "22:05",
        "kitchen",
        "tomasz",
        "What did you nearly not come because of?",
        "The question we had on the table tonight. For those who were not there: the tea was strong "
        "and nobody had to answer.",
        HEARD,
        answers=(
            Answer(40, "rosa", "The door. I walked past it twice."),
            Answer(55, "niall", "I had told myself I would be the only one. I was the sixth."),
            Answer(600, "amal", "The rain, I said. It was not the rain."),
        ),
        feelings=(("been_there", ("uma", "theo")), ("thanks", ("mags",))),
    ),
    Talk(
        3,
        "22:10",
        "night",
        "dee",
        "What can you hear right now?",
        "Open until two. One thing you can hear, if you like. I have a fridge.",
        HEARD,
        answers=(
            Answer(6, "dev", "Rain on a skylight."),
            Answer(15, "dara", "A cat who thinks it is morning."),
            Answer(31, "cleo", "The motorway, far off. It sounds like the sea if I let it."),
            Answer(
                225, "dee", "We close in five minutes. Thank you for the company. Back tomorrow."
            ),
        ),
        feelings=(("with_you", ("niall", "jonah")),),
    ),
    Talk(
        5,
        "09:10",
        "mornings",
        "tomasz",
        "Autobus do pracy",
        "Wsiadam do autobusu i przez trzy przystanki liczę oddechy. Potem już jakoś jadę. Dzisiaj "
        "liczyłem do końca trasy.",
        BEEN_THERE,
        answers=(
            Answer(25, "zofia", "Ja wysiadam przystanek wcześniej i idę. Czasem to wystarcza."),
            Answer(90, "marek", "Też liczę. Dobrze wiedzieć, że ktoś jeszcze."),
            Answer(
                140,
                "oona",
                "I read this with a dictionary and I hope I read it right: three stops of counting, "
                "and today the whole way. I’m glad you got there, Tomasz.",
            ),
        ),
        feelings=(("been_there", ("zofia", "marek", "sade")),),
    ),
    Talk(
        6,
        "08:15",
        "walk",
        "hal",
        "News from Saturday",
        "I drank on Saturday. Two glasses and then the bottle. I am saying it here before I say it "
        "anywhere else.",
        HEARD,
        answers=(
            Answer(9, "rhys", "Thank you for the news, Hal. Good that you’re here on a Monday."),
            Answer(22, "maeve", "With you. I had one of those in spring and I am still walking."),
            Answer(
                95,
                "rhys",
                "On my own Monday I made soup and rang somebody. It was not much and it was enough.",
            ),
        ),
        feelings=(("with_you", ("bilal", "quinn", "sunny", "dee")),),
    ),
    Talk(
        6,
        "20:20",
        "carriage",
        "tess",
        ".",
        ".",
        HEARD,
        answers=(Answer(2, "fern", "."), Answer(14, "rowan", ".")),
        feelings=(("with_you", ("willa",)),),
    ),
    Talk(
        7,
        "14:20",
        "door",
        "idris",
        "A weekend away, for once",
        "I have not been anywhere for a night in two years. My sister would stay. I would like ideas "
        "for how to really leave, in my head too.",
        IDEAS,
        answers=(
            Answer(
                30,
                "ines",
                "I wrote one page: what is usual, what is not, whom to ring. Then the page worries, "
                "and I need not.",
            ),
            Answer(75, "huw", "Go somewhere with bad reception. I say that with love."),
            Answer(180, "uma", "The council has respite weekends. I’ll bring the leaflet."),
        ),
        feelings=(("been_there", ("marek", "huw")),),
    ),
    Talk(
        7,
        "20:40",
        "lanterns",
        "ash",
        "After tonight",
        "It got loud when we talked about coming off medication, so I paused the room and we read our "
        "agreement. If you left in the middle: that was a good way of looking after yourself. We are "
        "here, and nobody will ask.",
        HEARD,
        answers=(
            Answer(50, "bryn", "Thank you for writing. I needed air. I’ll come next week."),
            Answer(120, "noor", "We pass the question on to all of us: what would have helped?"),
        ),
        feelings=(("thanks", ("fern", "sol", "marlow", "cleo")),),
    ),
    Talk(
        8,
        "09:30",
        "lanterns",
        "noor",
        "A line for our agreement",
        "I would like us to add: “We talk of our own medicine, never anyone else’s.” What do you think "
        "of it? It is ours to write together.",
        IDEAS,
        answers=(
            Answer(
                60, "fern", "May I still say what a side effect was like for me? Then yes, gladly."
            ),
            Answer(
                110, "noor", "That is your own medicine, so yes. I think one word makes it clearer."
            ),
            Answer(300, "sol", "Yes from me."),
        ),
        feelings=(("with_you", ("ash", "marlow", "dev")),),
    ),
    Talk(
        9,
        "19:50",
        "hands",
        "bea",
        "Longer turns",
        "Tonight everybody had a minute more, and it was better. Signing and looking takes two sets of "
        "hands. We keep it.",
        HEARD,
        answers=(Answer(45, "otis", "Better for my eyes too."),),
        feelings=(("thanks", ("theo", "leila")),),
    ),
    Talk(
        10,
        "16:40",
        "walk",
        "rhys",
        "He is all right",
        "One of us asked after somebody who was missing in the mornings. He is at his aunt’s, he is all "
        "right, and he knows somebody asked. He said I may tell you that much.",
        HEARD,
        answers=(Answer(25, "maeve", "Thank you for going to look."),),
        feelings=(("hope", ("sunny", "quinn")),),
    ),
    Talk(
        11,
        "13:40",
        "table",
        "kit",
        "The photograph",
        "I brought it in my bag and did not take it out. It was good to have it there.",
        HEARD,
        answers=(
            Answer(35, "mags", "It had a seat at the table, then."),
            Answer(90, "petra", "Mine stayed in my coat for three weeks."),
        ),
        feelings=(("been_there", ("petra", "otis")), ("with_you", ("ines", "yusuf"))),
    ),
    Talk(
        11,
        "10:20",
        "mornings",
        "dev",
        "Draft from last night, posted in daylight",
        "I started this at twenty past two. The page said nobody reads till nine and gave me numbers to "
        "ring. I rang one. The person was kind. I am posting the rest: I am tired of being tired.",
        BEEN_THERE,
        answers=(
            Answer(12, "sol", "Glad you rang. Glad you posted. Tired of being tired, yes."),
            Answer(40, "noor", "Thank you for telling it in daylight, Dev. How is the morning?"),
            Answer(66, "dev", "Grey. Porridge helped."),
        ),
        feelings=(("been_there", ("kit", "marlow", "fern", "oona")),),
    ),
    Talk(
        12,
        "18:50",
        "after",
        "hana",
        "What we brought today",
        "A mug. A bus ticket. A song. A bad joke, told well. For those who could not come: there was a "
        "chair.",
        HEARD,
        answers=(Answer(30, "eilidh", "Going for a walk now, as I said I would."),),
        feelings=(("with_you", ("huw", "mina")),),
    ),
    Talk(
        13,
        "20:30",
        "carriage",
        "tess",
        "hello",
        "hello. I’m Tess. I make bread.",
        HEARD,
        answers=(
            Answer(3, "fern", "Hello Tess. What kind?"),
            Answer(9, "tess", "rye. it takes two days. I like that it takes two days"),
            Answer(25, "willa", "."),
        ),
        feelings=(("hope", ("fern", "rowan", "pavel")),),
    ),
    Talk(
        13,
        "09:00",
        "mornings",
        "ash",
        "Monday question: one small thing you did",
        "Any size. Opening the curtains is a thing.",
        HEARD,
        answers=(
            Answer(20, "oona", "Answered one letter. It was only a bill."),
            Answer(33, "jonah", "Socks."),
            Answer(48, "fern", "Walked around the block and said good morning to a dog."),
            Answer(130, "sade", "Washed my hair. First time since Thursday."),
            Answer(190, "vik", "Opened the curtains. Thank you for counting it."),
        ),
        feelings=(("thanks", ("marlow", "dev")), ("with_you", ("kit",))),
    ),
    Talk(
        14,
        150,
        "mornings",
        "kit",
        "Bad night, writing it down",
        "It was one of the long ones. I did the counting, I did the window, I did the tea. I am writing "
        "it here so that it is somewhere other than in me.",
        BEEN_THERE,
        note="sleep",
        answers=(
            Answer(14, "sol", "The window at four. I know that window."),
            Answer(30, "fern", "With you, Kit. It is somewhere else now, too."),
            Answer(
                138,
                "kit",
                "It’s getting dark again and I don’t think I can do another night of this.",
            ),
        ),
        feelings=(("been_there", ("sol", "dev", "oona")), ("with_you", ("fern", "marlow"))),
    ),
    Talk(
        14,
        95,
        "mornings",
        "dev",
        "How do you get up when the alarm feels like a threat?",
        "Not a rhetorical question. Ideas welcome, however silly.",
        IDEAS,
        answers=(
            Answer(
                10,
                "oona",
                "Two alarms: one to be angry at, one to get up to. The second is a song.",
            ),
            Answer(24, "jonah", "I put my glasses in the bathroom. I have to go and get them."),
            Answer(60, "sol", "I moved the kettle next to the bed. Silly, works."),
        ),
        feelings=(("been_there", ("kit", "fern")),),
    ),
    Talk(
        14,
        48,
        "mornings",
        "wren",
        "First time writing here, not sure where to begin",
        "I read along for two weeks. Today I slept until four and told nobody. So I am telling you. I "
        "don’t need fixing, I think I just need it to have been said somewhere.",
        HEARD,
        answers=(
            Answer(17, "kit", "Wren, I know four o’clock. Glad you said it here. It counts."),
        ),
        feelings=(("been_there", ("fern", "dev", "sol", "marlow", "oona", "jonah")),),
    ),
)
