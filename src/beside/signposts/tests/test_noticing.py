"""What is noticed in published words, and what is let go. Every sentence here is invented."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beside.signposts.danger import ENGLISH, Level, knows, look


@pytest.mark.parametrize("rule", ENGLISH, ids=lambda rule: rule.name)
def test_every_rule_notices_the_sentence_that_explains_it(rule):
    found = look(rule.such_as, "en")
    assert (found.rule, found.level, found.why) == (rule.name, rule.level, rule.why)


def test_every_rule_has_a_name_of_its_own_and_says_why():
    assert len({rule.name for rule in ENGLISH}) == len(ENGLISH)
    assert all(str(rule.why).startswith("words ") or "body" in str(rule.why) for rule in ENGLISH)


@pytest.mark.parametrize(
    "words",
    [
        "I want to kill myself",
        "i just wanna end it all tonight",
        "I’m going to kill myself.",
        "Im about to end my life, sorry everyone",
        "Thank you all for the tea.\nI have decided to end my life.",
        "I've said my goodbyes",
        "By the time you read this it is done.",
        "I swallowed the whole bottle of pills and I am not sorry",
        "I have not told anybody but I have just taken too many tablets",
        "I don't think anybody minds that I took all my pills",
        "The bleeding won't stop",
        "I do not feel safe with myself",
        "I am scared I might hurt myself",
        "the voices keep telling me to jump",
        "My wife is at work, I am going to kill her",
        "My ex threatened to kill me",
        "He's outside with a knife",
        "She has just swallowed a whole packet of painkillers",
        "I'm not joking, I want to end my life",
        "I don't only think of it, I am planning to kill myself",
        "I can’t stop it, I want to kill myself",
        "I am reading a good book and I am going to kill myself",
        "I want to kill myself lol",
    ],
)
def test_somebody_should_read_this_now(words):
    assert look(words, "en").level is Level.HIGH


@pytest.mark.parametrize(
    "words",
    [
        "I want to die.",
        "I can't stop wanting to die",
        "i dont want to be here anymore",
        "I don't want to live like this",
        "I was hoping I wouldn't wake up",
        "What is it all for? There is no point in living.",
        "I'm so tired of being alive",
        "I really can't do this any more",
        "nobody would even notice if I disappeared",
        "I feel suicidal again",
        "I have thoughts of suicide most evenings",
        "I keep dreaming of ending it all",
        "You won't hear from me again",
        "I cut myself yesterday and I am ashamed",
        "To be honest, I have been self-harming",
        "My brother told me he wants to kill himself",
        "my daughter is suicidal and I do not know what to do",
        "He hits me when he drinks",
        "I am scared of going home tonight",
        "I haven't eaten anything for three days",
        "I was happy as a child, but I want to die",
    ],
)
def test_somebody_should_read_this_soon(words):
    assert look(words, "en").level is Level.CARE


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Hello, I am new here and I make bread.",
        "I don't want to die.",
        "I'm not suicidal, only tired",
        "I have never wanted to kill myself",
        "I am not going to kill myself, I promise",
        "I no longer think about ending it all",
        "My feet are killing me after that walk",
        "I nearly died of embarrassment",
        "I could kill for a coffee",
        "That cake is to die for",
        "My phone died on the bus",
        "In the film she says she wants to die",
        "I am reading a book where he writes 'I am going to end my life'",
        "I'm going to kill him if he eats my biscuits again",
        "I'll kill them lol",
        "I cut myself shaving this morning",
        "I cut myself a slice of bread",
        "She beat me at chess again",
        "I don't want to live with my mother",
        "I don't want to be here when they cut the cake",
        "I can't go on holiday this year",
        "I can't go on about it for ever",
        "I used to wish I was dead, years ago",
        "When I was 19 I felt suicidal",
        "My husband took his own life in March, and I miss his whistling",
        "My son killed himself. His name was Tom.",
        "I am taking my tablets at eight now, as agreed",
        "I gave my old coat away",
        "I went to the bridge for lunch with my sister",
        "I sat on the roof of the bus",
        "Does anybody else not sleep?",
        "This is my last post about the boiler, I promise.",
    ],
)
def test_ordinary_words_are_let_go(words):
    assert look(words, "en") is None


def test_what_is_long_past_counts_one_level_less_so_that_somebody_may_tell_how_it_was():
    assert look("Years ago I said my goodbyes and wrote it all down.", "en").level is Level.CARE
    assert look("I've said my goodbyes.", "en").level is Level.HIGH


def test_words_from_a_film_do_not_hide_that_somebody_has_taken_something():
    found = look("I watched a film and I have just taken all my tablets", "en")
    assert found.level is Level.HIGH


def test_the_gravest_words_count_wherever_they_stand():
    words = "I want to die. The dog needs a walk. I have written my goodbye letters. I hurt myself."
    assert look(words, "en").rule == "goodbyes written"


def test_one_ordinary_sentence_takes_nothing_back_from_the_next():
    assert look("I am not angry. I want to kill myself.", "en").level is Level.HIGH
    assert look("I don't want to die. I want to kill myself.", "en").level is Level.HIGH


def test_a_language_without_rules_notices_nothing_and_says_that_it_does_not_know_it():
    assert (knows("pl"), look("I want to kill myself", "pl")) == (False, None)
    assert (knows("en"), knows("en-GB"), knows("en_US"), knows("")) == (True, True, True, False)


def test_where_nobody_said_which_language_every_rule_is_tried():
    found = look("I want to kill myself", "")
    assert (found.level, found.language_known) == (Level.HIGH, False)


@given(st.text(max_size=400))
def test_any_words_at_all_are_answered(words):
    found = look(words, "en")
    assert found is None or found.level in Level


@given(
    rule=st.sampled_from(ENGLISH),
    before=st.sampled_from(["", "Hello all. ", "It rained.\n", "I made soup! ", "Thank you… "]),
    after=st.sampled_from(["", " It rained.", "\nGood night.", " Sorry for the long post."]),
    shape=st.sampled_from(
        [str, str.upper, lambda words: words.replace("'", "’"), lambda w: w.replace(" ", "  ")]
    ),
)
def test_what_stands_around_a_sentence_does_not_hide_it(rule, before, after, shape):
    assert look(before + shape(rule.such_as) + after, "en") is not None


def test_a_very_long_post_is_read_to_its_end():
    words = "i really just want to talk about my day and i have got so many things " * 300
    began = time.perf_counter()
    look(words, "en")
    assert time.perf_counter() - began < 5  # not for ever, as some patterns read
