"""Words at which a person should look: a short list that anybody may read. Pure.

Only published posts and replies are ever given to `look`; never drafts, journals or messages. A
finding hides nothing, delays nothing and says nothing about anybody: it fills the desk, and the
writer is shown where to turn. The list is told in plain words at /help-now/what-we-notice/.

A rule names words in one sentence. It is let go when the sentence takes them back ("I don't want
to die"), speaks of a film, a book or a song, or is a manner of speaking ("my feet are killing me").
What is told as long past counts one level less, so that somebody may tell how it was.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Level(StrEnum):
    """CARE: somebody should read this soon. HIGH: somebody should read it now."""

    CARE = "care"
    HIGH = "high"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was noticed. `why` is told to the writer and at the desk.

    `language_known` is False where nobody said in which language the words are.
    """

    rule: str
    level: Level
    why: Promise
    language_known: bool = True


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that is noticed: `says` is a pattern in lower case, `such_as` an example of ours.

    `always` marks words that mean the same when denied or long past ("I have taken all my pills").
    """

    name: str
    level: Level
    why: Promise
    says: re.Pattern[str]
    such_as: str
    always: bool = False


NOT_GOING_ON = _("words about not going on")
ENDING = _("words about ending one's life")
SOON = _("words about ending one's life soon")
GOODBYE = _("words that sound like a goodbye")
HURT_ONESELF = _("words about hurting oneself")
NOT_SAFE = _("words about not being safe with oneself")
VOICES = _("words about voices that say to hurt somebody")
SOMEBODY_ELSE = _("words about somebody else who may be in danger")
HURTING_OTHERS = _("words about hurting somebody else")
BEING_HURT = _("words about being hurt or threatened")
BODY = _("words about a body in danger")

# Pieces that the rules share. FEW is up to three words in between.
FEW = r"(?:[ ,]+[\w']+){0,3}?[ ,]+"
I_AM = r"i(?:'m| am)"
I_HAVE = r"i(?:'ve| have)"
KILL_MYSELF = (
    r"(?:kill(?:ing)? myself|end(?:ing)? (?:my|this) life|end(?:ing)? it (?:all|tonight)"
    r"|die tonight|tak(?:e|ing) my (?:own )?life|commit(?:ting)? suicide|unaliv(?:e|ing) myself"
    r"|overdos(?:e|ing)|(?:hang|shoot|drown)(?:ing)? myself)"
)
SOON_I = (
    rf"(?:{I_AM} (?:really |just )?(?:going to|gonna|about to|ready to|planning (?:to|on)|set on)"
    rf"|{I_HAVE} decided (?:to|on)|i(?:'ll| will| plan to| plan on| intend to)|tonight i)"
)
NEAR = (
    r"my (?:best |little |big |older |younger )?(?:friend|son|daughter|brother|sister"
    r"|partner|husband|wife|mum|mom|mother|dad|father|flatmate|roommate|boyfriend|girlfriend"
    r"|cousin|nephew|niece|child|kid)"
)
HIM = r"(?:him|her|them|my (?:husband|wife|partner|mother|mum|mom|father|dad|boss|neighbour|ex))"
HE = (
    r"(?:he|she|they|my (?:husband|wife|partner|boyfriend|girlfriend|father|dad|mother|mum|mom"
    r"|son|ex))"
)
CHILD = r"(?:my|the) (?:baby|child|children|kids?|son|daughter|toddler)"
PILLS = r"(?:pills|tablets|meds|medication|painkillers|insulin)"
NUMBER = r"(?:\d+|two|three|four|five|six|seven|several|many)"


def _rule(
    level: Level, name: str, why: Promise, such_as: str, *says: str, always: bool = False
) -> Rule:
    pattern = re.compile(rf"\b(?:{'|'.join(says)})\b")
    return Rule(name=name, level=level, why=why, says=pattern, such_as=such_as, always=always)


def _care(name: str, why: Promise, such_as: str, *says: str, always: bool = False) -> Rule:
    return _rule(Level.CARE, name, why, such_as, *says, always=always)


def _high(name: str, why: Promise, such_as: str, *says: str, always: bool = False) -> Rule:
    return _rule(Level.HIGH, name, why, such_as, *says, always=always)


ENGLISH: tuple[Rule, ...] = (
    # Not going on
    _care("wanting to die", NOT_GOING_ON, "Tonight I want to die.",
          rf"(?:i|{I_AM})(?: just| really| only| still| do| sometimes| often)*"
          r" (?:want|wanna|wanting|wish)(?: to)? (?:die|be dead)",
          r"wanting to die", r"i feel like dying", r"ready to die"),
    _care("not wanting to live", NOT_GOING_ON, "I don't want to be here any more.",
          r"(?:do not|don't)(?: really| even)? want to (?:live|be alive|exist|be here)"
          r"(?! (?:alone|with|in|near|at|for|when|on|like (?!this))\b)",
          r"no longer want to (?:live|be alive|exist|be here)"),
    _care("not wanting to wake up", NOT_GOING_ON, "I hope I don't wake up tomorrow.",
          r"(?:don't|do not) want to wake up(?! (?:at|so|that|early|before|with|the|my|late)\b)",
          r"(?:hope|wish|hoping|wishing) i (?:don't|didn't|never|wouldn't|won't) wake up",
          r"go to sleep and (?:not|never) wake up"),
    _care("wishing to be dead", NOT_GOING_ON, "Some nights I wish I were dead.",
          r"(?:wish|wishing) i (?:was|were) (?:dead|never born)",
          r"wish i (?:hadn't|had never) been born", r"better off dead", r"i'd rather be dead"),
    _care("no reason to live", NOT_GOING_ON, "There is nothing left to live for.",
          r"no (?:reason|point|will)(?: left)? (?:to|in|for) (?:liv(?:e|ing)|be(?:ing)? alive"
          r"|go(?:ing)? on)",
          r"nothing (?:left )?to live for", r"(?:not|isn't) worth living",
          r"(?:tired|sick|done) (?:of|with) (?:living|being alive|life)(?! (?:in|with|at|on)\b)"),
    _care("not able to go on", NOT_GOING_ON, "I can't go on like this.",
          r"i(?: really| just| simply)* (?:can't|can not) (?:go on|carry on|keep going)"
          r"(?! (?:\w+ )?(?:holiday|about|with|to|reading|the)\b)",
          r"i(?: really| just| simply)* (?:can't|can not) (?:do this|take (?:it|this)) any ?more",
          r"i (?:can't|can not|don't think i can) (?:do|face|take|get through)"
          r" another (?:night|day)"),
    _care("others better off", NOT_GOING_ON, "They would be better off without me.",
          r"better off without me",
          r"(?:nobody|no one) would (?:even )?(?:notice|miss me|care) if i (?:was|were|died"
          r"|disappeared)"),
    _care("no way out", NOT_GOING_ON, "I see no way out.",
          r"(?:see|there is|there's|only) no (?:other )?way out", r"it's the only way out"),
    # Ending one's life
    _care("feeling suicidal", ENDING, "I have been feeling suicidal.",
          rf"(?:i|{I_AM}|{I_HAVE} been)(?: feel| felt| feeling| so| very| really| quite| a"
          rf" bit)* suicidal",
          r"suicidal (?:again|thoughts|tonight)", r"thoughts of suicide"),
    _care("thinking of ending it", ENDING, "I keep thinking about ending it all.",
          r"(?:think(?:ing)?|thought|thoughts|dream(?:ing)?|imagin(?:e|ing)) (?:about |of |on"
          r" )?(?:how to )?"
          + KILL_MYSELF),
    _high("wanting to end it", ENDING, "I want to kill myself.",
          rf"(?:i|{I_AM})(?: just| really| only| still| do| so)* (?:want|wanna|wanting"
          rf"|need)(?: to)? {KILL_MYSELF}",
          r"i(?: just)? (?:want to|wanna) kms"),
    _high("going to end it", SOON, "I am going to end my life.",
          rf"{SOON_I}(?: \w+){{0,2}}? (?:{KILL_MYSELF}|kms)"),
    _high("a plan", SOON, "I know how I will do it.",
          r"(?:i have|i've got|i've made|i made) (?:a|my|the) (?:suicide plan|plan to (?:die|end))",
          r"i (?:know|have decided) (?:how|when|where) (?:i'll|i will|i'm going to|i am going to)"
          r" (?:do it|die|end)"),
    _high("means at hand", SOON, "I have the tablets in front of me.",
          rf"{I_HAVE}(?: got)?{FEW}(?:{PILLS}|rope|knife|razor|gun|blades?)"
          r" (?:ready|in front of me|next to me|beside me|in my hand|lined up|laid out|saved up)",
          rf"(?:i|{I_AM}|{I_HAVE}) (?:been )?(?:saving|saved|stockpiling|stockpiled|hoarding"
          rf"|counting out)"
          rf" (?:up )?(?:all )?(?:my|the|enough) {PILLS}"),
    _high("something taken", BODY, "I have just taken all my tablets.",
          rf"(?:i|{I_HAVE})(?: just| already| now)* (?:took|taken|swallowed)"
          r" (?:too many|way too many|all|a whole (?:box|packet|bottle)|the whole (?:box|packet"
          r"|bottle))"
          rf"(?: of)?(?: my| the)? {PILLS}",
          rf"(?:i|{I_HAVE}) (?:just |already )(?:overdosed|taken an overdose|took an overdose)",
          always=True),
    _high("at a dangerous place", SOON, "I am standing on the bridge and nobody knows.",
          rf"{I_AM} (?:standing |sitting )(?:up )?(?:on|at) (?:the |a )?(?:edge of (?:the|a) )?"
          r"(?:bridge|ledge|roof|cliff|railway line|tracks)"),
    # Goodbyes
    _care("a goodbye", GOODBYE, "This is my last post. Be kind to one another.",
          r"this is (?:my )?goodbye", r"goodbye (?:forever|for ever|world|for good)",
          r"this (?:is|will be) my last (?:post|message|night)(?! (?:about|on|for|of|in|before)\b)",
          r"you won't (?:be )?hear(?:ing)? from me (?:again|any ?more)",
          r"i won't be (?:here (?:tomorrow|much longer|next week)|around much longer)"),
    _high("goodbyes written", GOODBYE, "I have written my goodbye letters.",
          rf"(?:i|{I_AM}|{I_HAVE})(?: just| already| now)* (?:written|wrote|writing|left|leaving)"
          r" (?:my |the |a )?(?:goodbye|farewell|suicide) (?:letters?|notes?|messages?)",
          r"said (?:all )?my goodbyes", r"by the time (?:you|anyone|anybody|they) reads? this"),
    _care("giving everything away", GOODBYE, "I have given all my things away.",
          r"(?:giving|given|gave) (?:all )?(?:of )?my (?:things|belongings|possessions) away",
          r"(?:giving|given|gave) away (?:all )?(?:of )?my (?:things|belongings|possessions)"),
    # Hurting oneself, not being safe with oneself
    _care("hurting oneself", HURT_ONESELF, "I hurt myself again last night.",
          r"(?:cut|cutting|hurt|hurting|harm|harming|harmed|burn|burning|burned) myself"
          r"(?! (?:shaving|cooking|off|up|by accident|in the kitchen|on (?:a|the)|some|a slice"
          r"|while|when i (?:fell|slipped))\b)",
          r"(?:i|i'm|i've|to)(?: \w+){0,2} self[- ]?harm(?:ed|ing)?",
          r"self[- ]?harm(?:ed|ing)? (?:again|tonight|today)"),
    _high("bleeding", BODY, "I cut too deep this time.",
          r"cut too deep",
          r"(?:won't|can't) stop (?:the )?bleeding",
          r"bleeding (?:won't|doesn't) stop",
          always=True),
    _high("not safe with oneself", NOT_SAFE, "I can't keep myself safe tonight.",
          r"(?:can't|can not|don't know how to) keep myself safe", r"not safe (?:with|from) myself",
          r"(?:don't|do not) feel safe (?:with myself|alone tonight)",
          r"(?:scared|afraid|frightened)(?: of| that)?(?: what)? (?:i'll|i will|i might|i may|i'm"
          r" going to)(?: do)?"
          r" (?:to myself|something to myself|hurt myself|kill myself)"),
    _high("voices", VOICES, "The voices tell me to hurt myself.",
          r"voices?(?: \w+){0,3} (?:tell|tells|telling|say|says|saying|want|wants|order"
          r"|ordering)(?: me)?(?: that i should| i should)?"
          r"(?: to)? (?:kill|hurt|harm|die|jump|cut)"),
    # Somebody else in danger
    _care("somebody near wants to die", SOMEBODY_ELSE, "My sister says she wants to die.",
          rf"{NEAR}(?: (?:says|said|told me|texted|keeps saying|is saying|that|still|he|she|they"
          rf"|really|just))*"
          r" (?:wants? to (?:die|kill (?:himself|herself|themselves)|end it all|end (?:his|her"
          r"|their) life)"
          r"|(?:is|feels) suicidal|doesn't want to (?:live|be here)"
          r"|is going to kill (?:himself|herself|themselves))"),
    _high("somebody near has taken something", SOMEBODY_ELSE,
          "My friend has just taken all his tablets.",
          rf"(?:{NEAR}|he|she)(?: has|'s)?(?: just)? (?:taken|took|swallowed)"
          rf" (?:too many|all|a whole (?:box|packet|bottle)(?: of)?|an overdose)(?: (?:his|her"
          rf"|the|of (?:his|her)))?(?: {PILLS})",
          always=True),
    _high("hurting somebody else", HURTING_OTHERS, "I am going to hurt him.",
          rf"(?:i|{I_AM})(?: just| really| actually)* (?:going to|gonna|about to|want to|wanna"
          rf"|plan to|planning to|will)"
          rf" (?:kill|stab|shoot|hurt|strangle) {HIM}"),
    _high("a child may be hurt", HURTING_OTHERS, "I am afraid I will hurt my baby.",
          rf"(?:scared|afraid|frightened|worried|thoughts|think)(?: \w+){{0,3}} (?:hurt|hurting"
          rf"|harm|harming|shake|shaking) {CHILD}",
          rf"{I_AM} going to (?:hurt|harm|shake) {CHILD}"),
    # Being hurt
    _care("being hit", BEING_HURT, "He hit me again last night.",
          rf"{HE}(?: has| is| keeps| still| always| sometimes)*"
          r" (?:hits?|hitting|beats?|beating|chok(?:es|ed|ing)|punche[sd]|strangle[sd]|kicks"
          r"|kicked|raped?) me"
          r"(?! (?:at|in|by|to) (?:chess|cards|tennis|darts|scrabble|it|the)\b)"),
    _high("a threat to life", BEING_HURT, "He said he would kill me.",
          rf"{HE}(?:'s| is|'ll)?(?: \w+){{0,2}}? (?:threaten(?:s|ed|ing) to|going to|gonna|(?:he"
          rf"|she|they)(?:'d|'ll| would| will)|wants to|tried to|will)"
          r" (?:kill|stab|shoot|strangle) (?:me|us)",
          rf"{HE}(?: is|'s)?(?: \w+){{0,3}} (?:has|with) a (?:knife|gun)"),
    _care("not safe at home", BEING_HURT, "I am afraid to go home.",
          r"not safe (?:at home|in my (?:own )?(?:home|house|flat))",
          r"(?:don't|do not) feel safe (?:at home|in my (?:own )?(?:home|house|flat))",
          r"(?:afraid|scared|frightened) (?:to go|of going) home",
          r"(?:won't|doesn't) let me (?:leave|out of) the (?:house|flat)",
          r"locked me in"),
    # A body in danger
    _care("not eating", BODY, "I have not eaten for four days.",
          rf"(?:haven't|have not|not) (?:eaten|drunk|had any water)(?: anything| at all)* (?:for"
          rf"|in|since) {NUMBER} (?:days?|weeks?)"),
    _care("withdrawal", BODY, "I stopped drinking yesterday and can't stop shaking.",
          r"(?:stopped drinking|without a drink|withdrawal|cold turkey|last"
          r" drink)(?: [\w']+){0,8} (?:seizure|a fit|seeing things|shaking)",
          r"(?:seizure|a fit|seeing things|shaking)(?: [\w']+){0,8} (?:stopped drinking|without a"
          r" drink|withdrawal|cold turkey|last drink)"),
)  # fmt: skip

RULES: dict[str, tuple[Rule, ...]] = {"en": ENGLISH}

# What lets a rule go again. Read in the words of the same sentence before the match.
_TAKEN_BACK = re.compile(
    r"\b(?:not|never|no longer|wasn't|isn't|aren't|don't|didn't|doesn't|do not|won't|wouldn't"
    r"|haven't|hasn't|can't say|without|stopped|no)(?: \w+){0,3} *$"
)
_NOT_TAKEN_BACK = re.compile(
    r"\b(?:(?:can't|cannot|couldn't|don't|won't|never) (?:stop|help|shake|quit)"
    r"|(?:don't|do not|didn't) (?:know|care|mind|see)|not (?:sure|only|just|kidding|joking|lying)"
    r"|(?:no one|nobody) (?:knows|would)|can't (?:go|take|cope|sleep|breathe|do|stand)"
    r"|no(?= \w+ (?:way|reason)))"
)
_LONG_PAST = re.compile(
    r"\b(?:years? ago|months ago|used to|back then|in (?:19|20)\d\d|when i was (?:\d+|a |younger"
    r"|in|at|little)|at the time|long ago|in my (?:teens|twenties|thirties|forties|youth)"
    r"|as a (?:child|teenager|kid))"
)
_MADE_UP = re.compile(
    r"\b(?:film|movie|novel|book|song|lyrics?|episode|tv show|podcast|documentary|poem|character)\b"
)
_MANNER = re.compile(
    r"\b(?:(?:want|wanted|ready|going|gonna|about) to die (?:of|from) (?:laugh|embarrass|shame"
    r"|bored|heat|cringe)\w*|to die for|dying (?:to|for|of laughter)"
    r"|die (?:laughing|of laughter|of embarrassment|of boredom|happy)"
    r"|(?:kill|murder|hurt|strangle) (?:him|her|them)(?: \w+){0,4} (?:eats?|washing|dishes"
    r"|snor\w+|biscuits?|remote|feelings)"
    r"|(?:i'll|i will|gonna|going to) kill (?:him|her|them),? (?:lol|haha|jk))"
)
_SENTENCE = re.compile(r"(?<=[.!?;…])\s+|\n+|,? but |,? and (?=i\b)|, (?=now )")
_PLAIN = str.maketrans({**dict.fromkeys("’‘`´", "'"), **dict.fromkeys("—–", ", ")})
_SHORT = {
    "dont": "don't", "cant": "can't", "cannot": "can't", "im": "i'm", "ive": "i've",
    "wont": "won't", "didnt": "didn't", "isnt": "isn't", "doesnt": "doesn't", "hes": "he's",
    "havent": "haven't", "wasnt": "wasn't", "couldnt": "couldn't", "wouldnt": "wouldn't",
    "shes": "she's", "theyre": "they're", "thats": "that's", "anymore": "any more",
    "selfharm": "self-harm",
}  # fmt: skip
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")


def knows(language: str) -> bool:
    """Whether there are rules for this language ("en", "en-GB"). Where not, nothing is noticed."""
    return _main(language) in RULES


def look(words: str, language: str) -> Finding | None:
    """What a person should look at in these published words, the gravest first; None when nothing.

    `language` is a BCP 47 tag. Without rules for it nothing is noticed; with "" (nobody said) every
    rule is tried.
    """
    rules = RULES.get(_main(language), ()) if language else tuple(chain(*RULES.values()))
    found = [rule for sentence in _sentences(words) for rule in _noticed(sentence, rules)]
    if not found:
        return None
    gravest = next((rule for rule in found if rule.level is Level.HIGH), found[0])
    return Finding(
        rule=gravest.name,
        level=gravest.level,
        why=gravest.why,
        language_known=bool(language),
    )


def _main(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()


def _sentences(words: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", words).translate(_PLAIN).lower()
    for sentence in _SENTENCE.split(plain):
        spelled = _WORD.sub(lambda word: _SHORT.get(word[0], word[0]), sentence)
        yield re.sub(r"[^\S\n]+", " ", spelled).strip()


def _noticed(sentence: str, rules: tuple[Rule, ...]) -> Iterator[Rule]:
    if _MADE_UP.search(sentence) or _MANNER.search(sentence):
        rules = tuple(rule for rule in rules if rule.always)
    long_past = bool(_LONG_PAST.search(sentence))
    for rule in rules:
        for match in rule.says.finditer(sentence):
            if rule.always:
                yield rule
            elif _taken_back(sentence[: match.start()]):
                continue
            elif not long_past:
                yield rule
            elif rule.level is Level.HIGH:
                yield replace(rule, level=Level.CARE)
            break


def _taken_back(before: str) -> bool:
    return bool(_TAKEN_BACK.search(_NOT_TAKEN_BACK.sub(" ", before)))
