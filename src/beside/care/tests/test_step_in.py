"""Three ways in which something reaches a person, and what they do then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from procrastinate.contrib.django.models import ProcrastinateJob

from beside import wall
from beside.care import actions, pages, sealed
from beside.care import clock as sweeps
from beside.care.models import Case, Concern, Hand, Letter, Note, Report
from beside.care.tests.stepping import ask, everything, holding, on_duty, seen_by, tell
from beside.forum.tests.writing import reply, share
from beside.groups import actions as groups
from beside.groups.words import Part
from beside.kernel import clock
from beside.ledger.models import Line
from beside.meetings import actions as meetings
from beside.meetings.models import Greeting
from beside.notices.models import Notice
from tests.cast import Cast, member_of, somebody

CARE = "I have been feeling suicidal."
HIGH = "I am going to end my life."


def told(cast: Cast, part: str) -> list[str]:
    with cast.looking_as(part) as person:
        return [notice.kind for notice in Notice.objects.visible_to(person)]


# Asking


def test_asking_reaches_the_facilitators_and_twice_is_once(cast: Cast) -> None:
    on_duty(cast, "facilitator")
    first, second = ask(cast), ask(cast)
    assert first == second
    assert holding(cast) == {"facilitator": "facilitates"}
    (concern,) = seen_by(cast, "facilitator")
    assert (concern.about_name, concern.due) == ("Marlow", cast.now + timedelta(minutes=5))
    assert told(cast, "facilitator") == ["care.waiting"]


def test_a_facilitator_who_asks_is_looked_after_by_nobody_they_work_with(cast: Cast) -> None:
    on_duty(cast, "duty_worker")
    ask(cast, "facilitator")
    assert holding(cast) == {"duty_worker": "duty"}


@pytest.mark.parametrize("part", ["stranger", "visitor", "elsewhere", "left", "removed"])
def test_only_members_ask(cast: Cast, part: str) -> None:
    with pytest.raises(PermissionDenied):
        ask(cast, part)


# Telling


def test_whoever_told_us_stays_unknown_to_those_who_look_after_it(cast: Cast) -> None:
    tell(cast, share(cast), words="Marlow sounds low.")
    (concern,) = seen_by(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        inside = actions.read(concern, by=ash)
        assert "I slept until four." in inside.excerpt
        assert [words for _report, words in inside.told] == ["Marlow sounds low."]
        assert list(Report.objects.all()) == []


def test_two_people_who_tell_of_one_post_make_one_concern(cast: Cast) -> None:
    post = share(cast)
    tell(cast, post)
    tell(cast, post, "unkind", by="blocked")
    tell(cast, post, by="greeter")
    (concern,) = seen_by(cast, "facilitator")
    assert (concern.told_by, concern.reasons) == (2, ["told:worried", "told:unkind"])


@pytest.mark.parametrize("kind", ["danger", "money"])
def test_danger_to_others_and_grooming_go_to_the_duty_worker(cast: Cast, kind: str) -> None:
    tell(cast, share(cast), kind)
    assert holding(cast) == {"duty_worker": "duty"}


def test_a_report_about_a_facilitator_never_reaches_that_facilitator(cast: Cast) -> None:
    post = share(cast, "facilitator")
    tell(cast, post, "unkind", by="member")
    assert "facilitator" not in holding(cast)
    assert seen_by(cast, "facilitator") == []


def test_without_any_duty_worker_a_coordinator_looks_after_it(cast: Cast) -> None:
    from beside.people.models import Role

    post = share(cast, "facilitator")
    with cast.looking_as("coordinator") as esi:
        groups.change_part(cast.memberships["greeter"], Part.FACILITATOR, by=esi)
    with everything():
        Role.objects.filter(role=Role.Kind.DUTY_WORKER).update(until=cast.now)
    tell(cast, post, "unkind", by="member")
    assert holding(cast) == {"coordinator": "coordinates"}


def greeted(cast: Cast, words: str = "You have pretty eyes.", by: str = "greeter") -> Greeting:
    with cast.looking_as(by) as person:
        return meetings.greet(cast.booking, words, by=person)


def test_a_visitor_tells_us_about_what_a_greeter_wrote_and_is_answered(cast: Cast) -> None:
    greeting = greeted(cast)
    with cast.looking_as("visitor") as wren:
        told = actions.report_greeting(greeting, "unkind", "It felt wrong.", by=wren)
        assert actions.report_greeting(greeting, "unkind", by=wren).pk == told.pk
    (concern,) = seen_by(cast, "facilitator")
    assert seen_by(cast, "greeter") == []
    with cast.looking_as("facilitator") as ash:
        inside = actions.read(concern, by=ash)
        assert inside.excerpt == "You have pretty eyes."
        assert [words for _report, words in inside.told] == ["It felt wrong."]
        actions.take_up(concern, by=ash)
        actions.close(concern, "We talk with them.", by=ash)
    with cast.looking_as("visitor") as wren:
        assert sealed.answer_of(Report.objects.visible_to(wren).get()) == "We talk with them."


def test_what_a_facilitator_wrote_to_a_visitor_goes_outside_the_group(cast: Cast) -> None:
    greeting = greeted(cast, by="facilitator")
    with cast.looking_as("visitor") as wren:
        actions.report_greeting(greeting, "unkind", by=wren)
    assert seen_by(cast, "facilitator") == []
    assert len(seen_by(cast, "duty_worker")) == 1


@pytest.mark.parametrize("part", ["greeter", "member", "elsewhere", "removed"])
def test_nobody_tells_of_words_that_are_theirs_or_that_they_cannot_read(
    cast: Cast, part: str
) -> None:
    greeting = greeted(cast)
    with cast.looking_as(part) as person, pytest.raises(PermissionDenied):
        actions.report_greeting(greeting, "unkind", by=person)


# Noticing


def test_writing_leaves_a_job_and_the_job_opens_one_concern_however_often(cast: Cast) -> None:
    post = share(cast, words=CARE)
    left = ProcrastinateJob.objects.filter(task_name="care.look_at", args={"post": post.pk})
    assert left.count() == 1
    assert seen_by(cast, "facilitator") == []
    sweeps.look_at(post.pk)
    sweeps.look_at(post.pk)
    (concern,) = seen_by(cast, "facilitator")
    assert [str(each) for each in concern.whys] == ["words about ending one's life"]
    assert (concern.grave, concern.post) == (False, post.pk)


def test_ordinary_words_and_words_taken_back_open_nothing(cast: Cast) -> None:
    ordinary, gone = share(cast), share(cast, words=HIGH)
    with cast.looking_as("member") as marlow:
        from beside.forum import actions as forum

        forum.withdraw(gone, by=marlow)
    for post in (ordinary, gone):
        sweeps.look_at(post.pk)
    assert seen_by(cast, "facilitator") == []


def test_what_was_noticed_and_told_about_one_post_is_one_concern(cast: Cast) -> None:
    post = share(cast, words=HIGH)
    tell(cast, post)
    sweeps.look_at(post.pk)
    (concern,) = seen_by(cast, "facilitator")
    assert (len(concern.reasons), concern.grave) == (2, True)


def noticed(cast: Cast, words: str, *, by: str = "member") -> None:
    sweeps.look_at(share(cast, by, words=words).pk)


def urgent(cast: Cast, part: str) -> list[bool]:
    with cast.looking_as(part) as person:
        return [notice.urgent for notice in Notice.objects.visible_to(person)]


def test_words_that_can_wait_fill_the_desk_and_leave_no_notice(cast: Cast) -> None:
    on_duty(cast, "facilitator")
    on_duty(cast, "duty_worker")
    noticed(cast, CARE)
    with clock.at(cast.now + timedelta(minutes=5)):
        sweeps.escalate()
    assert len(seen_by(cast, "facilitator")) == 1
    assert told(cast, "facilitator") == told(cast, "duty_worker") == []


def test_the_gravest_words_page_whoever_is_on_duty(cast: Cast) -> None:
    on_duty(cast, "facilitator")
    noticed(cast, HIGH)
    assert urgent(cast, "facilitator") == [True]


def test_what_a_person_told_is_said_and_calls_nobody_away_unless_it_presses(cast: Cast) -> None:
    on_duty(cast, "facilitator")
    tell(cast, share(cast), "unkind")
    assert urgent(cast, "facilitator") == [False]


def test_much_about_one_person_is_one_notice_and_a_life_is_one_more(cast: Cast) -> None:
    on_duty(cast, "facilitator")
    ask(cast)
    for _ in range(2):
        noticed(cast, CARE)
        tell(cast, share(cast))
    assert told(cast, "facilitator") == ["care.waiting"]
    noticed(cast, HIGH)
    noticed(cast, HIGH)
    assert told(cast, "facilitator") == ["care.waiting"] * 2
    noticed(cast, HIGH, by="blocked")
    assert told(cast, "facilitator") == ["care.waiting"] * 3


def test_what_comes_after_somebody_took_it_up_is_told_anew(cast: Cast) -> None:
    on_duty(cast, "facilitator")
    ask(cast)
    (concern,) = seen_by(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        actions.take_up(concern, by=ash)
    tell(cast, share(cast))
    assert told(cast, "facilitator") == ["care.waiting"] * 2


# The clock


def test_after_five_minutes_the_duty_worker_is_there_too(cast: Cast) -> None:
    on_duty(cast, "facilitator")
    on_duty(cast, "duty_worker")
    ask(cast)
    assert holding(cast) == {"facilitator": "facilitates"}
    with clock.at(cast.now + timedelta(minutes=4, seconds=59)):
        assert sweeps.escalate() == 0
    with clock.at(cast.now + timedelta(minutes=5)):
        assert (sweeps.escalate(), sweeps.escalate()) == (1, 0)
    assert holding(cast) == {"facilitator": "facilitates", "duty_worker": "escalated"}
    assert told(cast, "duty_worker") == ["care.waiting"]
    (concern,) = seen_by(cast, "duty_worker")
    assert concern.due == cast.now + timedelta(minutes=15)


def test_after_fifteen_minutes_a_coordinator_counts_it_and_reads_no_word(cast: Cast) -> None:
    from beside.care.hours import counts

    on_duty(cast, "facilitator")
    ask(cast)
    for minutes in (5, 15, 16):
        with clock.at(cast.now + timedelta(minutes=minutes)):
            sweeps.escalate()
    with clock.at(cast.now + timedelta(minutes=16)), cast.looking_as("coordinator"):
        assert counts() == {cast.group.pk: (1, 1, 0, cast.now)}
        assert list(Concern.objects.all()) == []
    with cast.looking_as("member"):
        assert counts() == {}


def test_outside_all_hours_nobody_is_told_and_the_clock_begins_with_the_next(cast: Cast) -> None:
    on_duty(cast, "facilitator", starts=9)
    ask(cast)
    morning = cast.now + timedelta(hours=9)
    (concern,) = seen_by(cast, "facilitator")
    assert (concern.due, told(cast, "facilitator")) == (morning, [])
    with clock.at(cast.now + timedelta(hours=8)):
        assert sweeps.escalate() == 0
    with clock.at(morning):
        assert sweeps.escalate() == 1
        (concern,) = seen_by(cast, "facilitator")
    assert concern.due == morning + timedelta(minutes=5)
    assert told(cast, "facilitator") == ["care.waiting"]


def test_where_nobody_ever_offered_hours_nobody_is_disturbed(cast: Cast) -> None:
    ask(cast)
    for _ in range(2):
        sweeps.escalate()
    (concern,) = seen_by(cast, "facilitator")
    assert (concern.due, concern.step) == (None, 0)
    assert told(cast, "facilitator") == told(cast, "duty_worker") == []


def test_once_somebody_has_it_the_clock_stops(cast: Cast) -> None:
    on_duty(cast, "facilitator")
    ask(cast)
    (concern,) = seen_by(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        actions.take_up(concern, by=ash)
        actions.take_up(concern, by=ash)
        assert Case.objects.visible_to(ash).count() == 1
    with clock.at(cast.now + timedelta(hours=1)):
        assert sweeps.escalate() == 0


def test_a_life_in_danger_stands_above_an_older_wish_and_a_taken_one_below(cast: Cast) -> None:
    ask(cast)
    ask(cast, "greeter")
    with clock.at(cast.now + timedelta(minutes=30)):
        tell(cast, share(cast, "blocked"))
    with clock.at(cast.now + timedelta(hours=1)):
        noticed(cast, HIGH, by="blocked")
    with cast.looking_as("facilitator") as ash:
        here = list(Concern.objects.visible_to(ash).by_urgency())
        assert [each.about_name for each in here] == ["Hal", "Marlow", "Noor", "Hal"]
        actions.take_up(here[0], by=ash)
        here = list(Concern.objects.visible_to(ash).by_urgency())
        assert [each.state for each in here] == ["open", "open", "open", "taken"]


# Looking after it


def test_who_is_brought_in_and_not_on_duty_is_not_called_away(cast: Cast) -> None:
    ask(cast)
    (concern,) = seen_by(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        assert actions.bring_in(concern, by=ash) == 1
    assert urgent(cast, "duty_worker") == [False]


def test_whoever_is_on_duty_is_called_at_once(cast: Cast) -> None:
    on_duty(cast, "duty_worker")
    tell(cast, share(cast))
    (concern,) = seen_by(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        actions.bring_in(concern, by=ash)
    assert True in urgent(cast, "duty_worker")


def test_the_whole_way_from_asking_to_an_answer(cast: Cast) -> None:
    report = tell(cast, share(cast), words="Please look.")
    (concern,) = seen_by(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        actions.take_up(concern, by=ash)
        assert actions.bring_in(concern, by=ash) == 1
        assert actions.bring_in(concern, by=ash) == 0
        actions.add_note(concern, "Rang the bell twice.", by=ash)
        letter = actions.write_to(concern, "How are you, Marlow?", by=ash)
    assert letter is not None
    with cast.looking_as("greeter") as noor:
        assert Report.objects.visible_to(noor).get().status == "taken"
    with cast.looking_as("member") as marlow:
        mine = Letter.objects.visible_to(marlow).get()
        assert (mine.signed, sealed.letter_words(mine)) == ("Ash", "How are you, Marlow?")
        actions.write_back(mine, "Tired, and glad you asked.", by=marlow)
    with cast.looking_as("duty_worker") as priya:
        inside = actions.read(concern, by=priya)
        assert [words for _note, words in inside.notes] == ["Rang the bell twice."]
        assert [words for _letter, words in inside.letters] == [
            "How are you, Marlow?",
            "Tired, and glad you asked.",
        ]
        with pytest.raises(PermissionDenied):
            actions.close(concern, "…", by=priya)  # she has not taken it up
    with cast.looking_as("facilitator") as ash:
        actions.close(concern, "They are all right, and know that somebody asked.", by=ash)
        assert list(Concern.objects.visible_to(ash)) == []
    with cast.looking_as("greeter") as noor:
        answered = Report.objects.visible_to(noor).get(pk=report.pk)
        assert (answered.status, sealed.answer_of(answered)) == (
            "closed",
            "They are all right, and know that somebody asked.",
        )
    assert told(cast, "greeter") == ["care.answered"]
    assert told(cast, "member") == ["care.letter"]


def test_every_use_of_power_is_written_down_and_a_reporter_protected(cast: Cast) -> None:
    asked, about = ask(cast), share(cast, by="blocked")
    tell(cast, about)
    for concern in seen_by(cast, "facilitator"):
        with cast.looking_as("facilitator") as ash:
            actions.read(concern, by=ash)
            actions.read(concern, by=ash)
            actions.take_up(concern, by=ash)
            actions.close(concern, "", by=ash)
    with cast.looking_as("member") as marlow:
        seen = Line.objects.visible_to(marlow.pk).order_by("pk")
        lines = [(line.act, line.role) for line in seen]
    acts = ["care.read", "care.take_up", "care.close"]
    assert [line for line in lines if line[0].startswith("care")] == [
        (act, "facilitator") for act in acts
    ]
    with cast.looking_as("blocked") as hal:
        seen = Line.objects.visible_to(hal.pk).filter(act__startswith="care")
        assert list(seen) == []
    with everything():
        later = Line.objects.filter(about=hal.pk, act__startswith="care")
        assert {line.withheld_until for line in later} == {cast.now + timedelta(days=3)}
    assert asked.status == "open"


def record_of(cast: Cast, part: str, days: float) -> list[str]:
    """What somebody reads of care in their record, so many days later."""
    with clock.at(cast.now + timedelta(days=days)), everything():
        lines = Line.objects.visible_to(cast[part].pk).filter(act__startswith="care")
        return list(lines.order_by("pk").values_list("act", flat=True))


def test_one_facilitator_alone_lets_nobody_read_it_later(cast: Cast) -> None:
    tell(cast, share(cast, by="blocked"))
    (concern,) = seen_by(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        actions.take_up(concern, by=ash)
        actions.ask_later(concern, "teller", by=ash)
        with pytest.raises(PermissionDenied):
            actions.agree_later(concern, by=ash)
    assert record_of(cast, "blocked", 2.9) == []
    assert record_of(cast, "blocked", 3) == ["care.take_up"]


def test_two_let_the_one_concerned_read_it_later_and_it_comes_up_again(cast: Cast) -> None:
    on_duty(cast, "duty_worker")
    tell(cast, share(cast, by="blocked"))
    (concern,) = seen_by(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        actions.take_up(concern, by=ash)
        actions.bring_in(concern, by=ash)
        actions.ask_later(concern, "danger", by=ash)
        assert not pages.later(concern, ash).may_agree
    with cast.looking_as("duty_worker") as priya:
        assert pages.later(concern, priya).may_agree
        actions.agree_later(concern, by=priya)
        there = pages.later(concern, priya)
    assert (there.until, there.may_ask, there.may_agree) == (
        cast.now + timedelta(days=30),
        False,
        False,
    )
    assert record_of(cast, "blocked", 29) == []
    with cast.looking_as("blocked"):
        assert not Line.objects.filter(act__startswith="care").exists()
    with everything():
        act, by = Line.objects.values_list("act", "by").latest("pk")
        assert (act, by) == ("care.read_later", priya.pk)
    with clock.at(cast.now + timedelta(days=24)), cast.looking_as("facilitator") as ash:
        assert pages.later(concern, ash).may_ask


@pytest.mark.parametrize("part", ["member", "greeter", "blocked", "coordinator", "duty_worker"])
def test_nobody_else_lets_anybody_read_later(cast: Cast, part: str) -> None:
    tell(cast, share(cast, by="blocked"))
    (concern,) = seen_by(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        actions.ask_later(concern, "danger", by=ash)
    with cast.looking_as(part) as person:
        with pytest.raises(PermissionDenied):
            actions.ask_later(concern, "danger", by=person)
        with pytest.raises(PermissionDenied):
            actions.agree_later(concern, by=person)


def test_what_is_written_after_it_was_closed_reaches_somebody(cast: Cast) -> None:
    tell(cast, share(cast, by="member"), "worried")
    (concern,) = seen_by(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        actions.take_up(concern, by=ash)
        letter = actions.write_to(concern, "How are you?", by=ash)
        actions.close(concern, "Thank you.", by=ash)
    assert letter is not None
    with cast.looking_as("member") as marlow:
        mine = Letter.objects.visible_to(marlow).get()
        actions.write_back(mine, "Not well tonight.", by=marlow)
    (again,) = seen_by(cast, "facilitator")
    assert (again.state, again.about_name, again.grave) == ("open", "Marlow", True)
    with cast.looking_as("facilitator") as ash:
        assert actions.read(again, by=ash).excerpt == "Not well tonight."


def close(cast: Cast, answer: str = "We have read it.") -> None:
    (concern,) = seen_by(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        actions.take_up(concern, by=ash)
        actions.close(concern, answer, by=ash)


def add(cast: Cast, report: Report, words: str, by: str = "member") -> Report:
    with cast.looking_as(by) as person:
        return actions.add_words(report, words, by=person)


def test_words_added_after_the_answer_reach_somebody_and_are_answered_again(cast: Cast) -> None:
    on_duty(cast, "facilitator")
    first = ask(cast)
    close(cast)
    with clock.at(cast.now + timedelta(minutes=1)):
        again = add(cast, first, "I have pills here and I am scared.")
    (concern,) = seen_by(cast, "facilitator")
    assert (concern.came, concern.grave, again == first) == ("asked", True, False)
    with cast.looking_as("facilitator") as ash:
        inside = actions.read(concern, by=ash)
        assert [words for _report, words in inside.told] == ["I have pills here and I am scared."]
    assert told(cast, "facilitator") == ["care.waiting"] * 2
    assert add(cast, first, "Please.") == again
    with cast.looking_as("member"):
        assert sealed.words_of(Report.objects.get(pk=again.pk)).endswith("scared.\n\nPlease.")
    close(cast, "We are with you.")
    with cast.looking_as("member"):
        assert sealed.answer_of(Report.objects.get(pk=again.pk)) == "We are with you."


def test_more_about_a_post_after_the_answer_comes_with_what_was_written(cast: Cast) -> None:
    report = tell(cast, share(cast), "unkind")
    close(cast)
    add(cast, report, "It goes on.", by="greeter")
    (concern,) = seen_by(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        inside = actions.read(concern, by=ash)
    assert "I slept until four." in inside.excerpt
    assert [words for _report, words in inside.told] == ["It goes on."]
    assert concern.told_by == 1


def test_whoever_looks_after_it_hears_of_words_added(cast: Cast) -> None:
    report = ask(cast)
    (concern,) = seen_by(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        actions.take_up(concern, by=ash)
    add(cast, report, "It is about tonight.")
    assert told(cast, "facilitator") == ["care.waiting"]


@pytest.mark.parametrize("act", [actions.take_up, actions.bring_in])
def test_what_was_closed_a_moment_ago_stays_closed(cast: Cast, act: Any) -> None:
    ask(cast)
    (concern,) = seen_by(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        actions.take_up(concern, by=ash)
        actions.close(concern, "Done.", by=ash)
        with pytest.raises(PermissionDenied):
            act(concern, by=ash)
    with everything():
        assert Concern.objects.get().state == "closed"


def test_who_no_longer_facilitates_holds_nothing_and_who_begins_to_does(cast: Cast) -> None:
    ask(cast)
    with cast.looking_as("coordinator") as esi:
        groups.change_part(cast.memberships["greeter"], Part.FACILITATOR, by=esi)
        groups.change_part(cast.memberships["facilitator"], Part.MEMBER, by=esi)
    assert [len(seen_by(cast, part)) for part in ("facilitator", "greeter")] == [0, 1]


def test_nothing_changes_for_other_members(cast: Cast) -> None:
    """Order, place and words are the same whether or not something was noticed."""
    from beside.forum.models import Post, Topic

    topic = share(cast, words=HIGH).topic
    reply(cast, topic, by="member", words=CARE)

    def seen() -> list[object]:
        with cast.looking_as("greeter") as noor:
            posts = Post.objects.visible_to(noor).order_by("position")
            return [*Topic.objects.visible_to(noor).values(), *posts.values()]

    before = seen()
    with everything():
        numbers = list(Post.objects.values_list("pk", flat=True))
    for number in numbers:
        sweeps.look_at(number)
    assert seen() == before
    assert len(seen_by(cast, "facilitator")) == 2


def test_a_year_after_the_end_nothing_is_left(cast: Cast) -> None:
    tell(cast, share(cast), words="Please look.")
    (concern,) = seen_by(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        actions.take_up(concern, by=ash)
        actions.add_note(concern, "A note.", by=ash)
        actions.close(concern, "Thank you.", by=ash)
    with clock.at(cast.now + timedelta(days=364)):
        sweeps.let_go()
    with everything():
        assert Concern.objects.count() == 1
    with clock.at(cast.now + timedelta(days=366)):
        sweeps.let_go()
    with everything():
        kept = [model.objects.count() for model in (Concern, Hand, Report, Case, Note, Letter)]
    assert kept == [0] * 6


def test_the_words_lie_sealed_in_the_database(cast: Cast) -> None:
    tell(cast, share(cast, words="I slept until four."), words="Please look.")
    with everything():
        concern, report = Concern.objects.get(), Report.objects.get()
    assert b"four" not in bytes(concern.excerpt)
    assert b"look" not in bytes(report.words or b"")


def test_a_second_facilitator_may_not_take_hours_that_are_taken(cast: Cast) -> None:
    dev = somebody("dev")
    membership = member_of(cast.group, dev, "Dev")
    with cast.looking_as("coordinator") as esi:
        groups.change_part(membership, Part.FACILITATOR, by=esi)
    on_duty(cast, "facilitator")
    with wall.acting_as(dev.pk), pytest.raises(actions.HoursTaken):
        actions.offer_hours(cast.group, cast.now, cast.now + timedelta(hours=1), by=dev)


def test_a_duty_worker_who_is_in_the_group_like_anybody_else_stays_so(cast: Cast) -> None:
    """Neither the one it is about nor the facilitators learn which name is theirs there."""
    member_of(cast.group, cast["duty_worker"], "Sorrel")
    ask(cast)
    (concern,) = seen_by(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        actions.bring_in(concern, by=ash)
    with cast.looking_as("duty_worker") as worker:
        actions.take_up(concern, by=worker)
        actions.add_note(concern, "I ring at six.", by=worker)
        actions.write_to(concern, "Hello Marlow.", by=worker)
        actions.close(concern, "We have talked.", by=worker)
    with everything():
        signed = {each.signed for each in [*Letter.objects.all(), *Note.objects.all()]}
        assert signed == {"Somebody, duty worker"} == {Concern.objects.get().taken_by}
        told = Line.objects.filter(by=worker.pk, act__startswith="care.")
        assert {line.role for line in told} == {"duty worker"}
