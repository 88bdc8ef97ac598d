"""The desk and the pages on which people tell us, as they meet them."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from beside.care import actions
from beside.care import clock as sweeps
from beside.care.models import Concern, Duty, Letter, Report
from beside.care.tests.stepping import ask, everything, on_duty, seen_by, tell
from beside.forum.tests.test_pages import address, browser, count, plain
from beside.forum.tests.writing import reply, share
from beside.kernel import clock
from beside.meetings import actions as meetings
from tests.cast import ZONE, Cast, member_of

HIGH = "I am going to end my life."


def words(client: Client, where: str) -> str:
    """What a page says, without its marks."""
    page = client.get(where).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split()).replace("&#x27;", "'")


def test_one_press_asks_for_a_facilitator_and_leads_to_what_happens_next(cast: Cast) -> None:
    client = browser(cast, "member")
    assert "I need a facilitator" in words(client, f"/g/{cast.group.key}/")
    pressed = client.post(f"/g/{cast.group.key}/ask/")
    again = client.post(f"/g/{cast.group.key}/ask/")
    assert pressed.headers["Location"] == again.headers["Location"]
    page = words(client, pressed.headers["Location"])
    assert "You asked for a facilitator" in page
    assert "Nobody has read it yet" in page
    assert "Nobody from the team is reading now." in page
    client.post(pressed.headers["Location"], {"words": "It is about tonight."})
    (concern,) = seen_by(cast, "facilitator")
    assert "It is about tonight." in words(browser(cast, "facilitator"), f"/desk/{concern.key}/")


def test_a_page_left_open_while_it_was_answered_tells_what_is_added_anew(cast: Cast) -> None:
    client, report = browser(cast, "member"), ask(cast)
    (concern,) = seen_by(cast, "facilitator")
    browser(cast, "facilitator").post(f"/desk/{concern.key}/close/", {"words": "All is well?"})
    there = f"/reports/{report.key}/"
    part = client.get(there, headers={"HX-Request": "true"}).content.decode()
    assert "it is told anew" in part
    sent = client.post(there, {"words": "I have pills here."})
    assert sent.headers["Location"] != there
    page = words(client, sent.headers["Location"])
    assert "so this was told anew" in page
    assert "Nobody has read it yet" in page
    assert "I have pills here." in page


def test_being_worried_takes_two_presses_and_no_words(cast: Cast) -> None:
    post = share(cast)
    client = browser(cast, "greeter")
    page = client.get(address(post.topic)).content.decode()
    link = re.search(r'href="(/reports/new/[a-z0-9]+/)"', page)
    assert link
    form = client.get(link[1]).content.decode()
    assert re.search(r'value="worried"[^>]*checked', form)
    done = client.post(link[1], {"kind": "worried", "words": ""})
    assert "Thank you for telling us" in words(client, done.headers["Location"])
    assert "Tell us" not in words(browser(cast, "member"), address(post.topic))  # one's own words


@pytest.mark.parametrize("part", ["nobody", "stranger", "visitor", "elsewhere", "left", "removed"])
def test_whoever_is_not_there_tells_nothing_and_asks_nobody(cast: Cast, part: str) -> None:
    post = share(cast)
    client = browser(cast, part)
    answers = {
        client.post(f"/g/{cast.group.key}/ask/").status_code,
        client.post(f"/reports/new/{post.key}/", {"kind": "worried"}).status_code,
        client.get(f"/reports/new/{post.key}/").status_code,
        client.get("/desk/").status_code,
    }
    assert answers <= ({302} if part == "nobody" else {404})
    with everything():
        assert Report.objects.count() == 0


@pytest.mark.parametrize("part", ["member", "greeter", "blocked", "coordinator", "duty_worker"])
def test_a_concern_opens_for_nobody_in_whose_hands_it_is_not(cast: Cast, part: str) -> None:
    report = ask(cast)
    (concern,) = seen_by(cast, "facilitator")
    client = browser(cast, part)
    assert client.get(f"/desk/{concern.key}/").status_code == 404
    for verb in ("take-up", "bring-in", "write", "note", "close"):
        assert client.post(f"/desk/{concern.key}/{verb}/", {"words": "x"}).status_code == 404
    if part != "member":
        assert client.get(f"/reports/{report.key}/").status_code == 404


def test_the_desk_says_by_when_and_why_and_holds_no_words(cast: Cast) -> None:
    on_duty(cast, "facilitator")
    post = share(cast, words=HIGH)
    sweeps.look_at(post.pk)
    tell(cast, post)
    page = words(browser(cast, "facilitator"), "/desk/")
    here = clock.now().astimezone(ZoneInfo("Europe/London"))
    by = here + timedelta(minutes=5)
    day = "" if by.date() == here.date() else "tomorrow "
    assert f"answer by {day}{by:%H:%M} London time" in page
    assert "words about ending one's life soon" in page
    assert "told by 1 member" in page
    assert HIGH not in page
    assert "Noor" not in page
    with clock.at(by + timedelta(minutes=1)):
        later = words(browser(cast, "facilitator"), "/desk/")
    assert "answer was due: " in later
    assert "answer by" not in later


def test_the_desk_of_a_coordinator_holds_numbers_and_no_name(cast: Cast) -> None:
    ask(cast)
    page = words(browser(cast, "coordinator"), "/desk/")
    assert "Tuesday Lanterns 1 0 0" in page
    assert "Marlow" not in page
    desk = browser(cast, "coordinator").get("/desk/").content.decode()
    for way in ("/week/", "/rest/", "/venues/", "/imports/", "/help-now/confirm/"):
        assert f'href="{way}' in desk


def test_a_facilitator_goes_the_whole_way_on_pages(cast: Cast) -> None:
    post = share(cast)
    report = tell(cast, post, words="Please look.")
    (concern,) = seen_by(cast, "facilitator")
    ash, here = browser(cast, "facilitator"), f"/desk/{concern.key}/"
    assert "Please look." in words(ash, here)
    ash.post(here + "take-up/")
    assert "You look after it." in words(ash, here)
    ash.post(here + "bring-in/")
    assert "I slept until four." in words(browser(cast, "duty_worker"), here)
    ash.post(here + "write/", {"words": "How are you?"})
    ash.post(here + "note/", {"words": "Wrote to them."})
    with cast.looking_as("member") as marlow:
        letter = Letter.objects.visible_to(marlow).get()
    mine = browser(cast, "member")
    assert "Ash wrote to you" in words(mine, "/today/")
    assert "How are you?" in words(mine, f"/letters/{letter.key}/")
    mine.post(f"/letters/{letter.key}/", {"words": "Better, thank you."})
    assert "Better, thank you." in words(ash, here)
    refused = ash.post(here + "close/", {"words": ""})
    assert refused.status_code == 422
    closed = ash.post(here + "close/", {"words": "They know that somebody asked."})
    assert closed.headers["Location"] == "/desk/"
    noor = browser(cast, "greeter")
    assert "They know that somebody asked." in words(noor, f"/reports/{report.key}/")
    assert "What you told us" in words(noor, "/today/")
    assert ash.get(here).status_code == 404


def test_writing_to_somebody_is_looking_after_it(cast: Cast) -> None:
    ask(cast)
    (concern,) = seen_by(cast, "facilitator")
    browser(cast, "facilitator").post(f"/desk/{concern.key}/write/", {"words": "I am here."})
    (concern,) = seen_by(cast, "facilitator")
    assert (concern.state, concern.taken_by) == ("taken", "Ash")


def test_hours_are_offered_and_taken_back_on_the_desk(cast: Cast) -> None:
    ash = browser(cast, "facilitator")
    day = cast.now + timedelta(days=1)
    said = {
        "where": cast.group.key,
        "on": f"{day:%Y-%m-%d}",
        "start": "22:00",
        "end": "02:00",
        "weeks": "4",
    }
    assert ash.post("/desk/hours/", said).status_code == 302
    with cast.looking_as("facilitator") as person:
        duties = list(Duty.objects.visible_to(person).order_by("during"))
    assert [duty.during.upper - duty.during.lower for duty in duties] == [timedelta(hours=4)] * 4
    taken = ash.post("/desk/hours/", said)
    assert taken.status_code == 422
    assert "Somebody is there at that time already." in taken.content.decode()
    ash.post(f"/desk/hours/{duties[0].key}/")
    assert browser(cast, "duty_worker").post(f"/desk/hours/{duties[1].key}/").status_code == 404
    with cast.looking_as("facilitator") as person:
        assert Duty.objects.visible_to(person).count() == 3


def test_the_page_says_who_reads_before_anyone_writes(cast: Cast) -> None:
    client = browser(cast, "member")
    places = (f"/g/{cast.group.key}/", f"/g/{cast.group.key}/talk/new/")
    for where in places:
        assert "Nobody from the team is reading now." in words(client, where)
    on_duty(cast, "facilitator", starts=-1, hours=3)
    until = (cast.now + timedelta(hours=2)).astimezone(ZoneInfo(ZONE))
    for where in places:
        assert f"Someone from the team reads here until {until:%H:%M}" in words(client, where) or (
            "until tomorrow" in words(client, where)
        )


def test_from_words_around_a_visit_each_is_led_back_to_where_they_read_them(cast: Cast) -> None:
    with cast.looking_as("greeter") as noor:
        greeting = meetings.greet(cast.booking, "Good that you come.", by=noor)
    tell = f"/reports/of-words/{greeting.key}/"
    for part, back in (
        ("visitor", f"/g/{cast.group.key}/visit/{cast.meeting.key}/"),
        ("facilitator", f"/g/{cast.group.key}/greet/{cast.booking.key}/"),
    ):
        there = browser(cast, part)
        assert f'href="{back}"' in there.get(tell).content.decode()
        assert there.get(back).status_code == 200


def test_a_duty_worker_who_only_comes_there_is_led_to_no_page_of_greeters(cast: Cast) -> None:
    member_of(cast.group, cast["duty_worker"], "Sorrel")
    with cast.looking_as("greeter") as noor:
        greeting = meetings.greet(cast.booking, "Send me money.", by=noor)
    with cast.looking_as("visitor") as wren:
        actions.report_greeting(greeting, "money", by=wren)
    (concern,) = seen_by(cast, "duty_worker")
    page = browser(cast, "duty_worker").get(f"/desk/{concern.key}/").content.decode()
    assert "Send me money." in page
    assert "See it where it stands" not in page


def test_a_group_that_writes_in_a_language_without_rules_is_read_by_people(cast: Cast) -> None:
    with everything():
        cast.group.languages = ["pl"]
        cast.group.save(update_fields=["languages"])
    page = words(browser(cast, "facilitator"), "/desk/")
    assert "Tuesday Lanterns : nothing is noticed in Polish; read everything." in page


def test_nobody_is_left_unanswered(cast: Cast) -> None:
    share(cast, title="Waits for an answer")
    answered = share(cast, title="Was answered").topic
    reply(cast, answered)
    for part in ("facilitator", "greeter"):
        page = words(browser(cast, part), "/desk/")
        assert "“Waits for an answer”" in page
        assert "“Was answered”" not in page


def test_another_members_page_is_the_same_with_and_without_a_concern(cast: Cast) -> None:
    post = share(cast, words=HIGH)
    topic = post.topic
    client = browser(cast, "greeter")
    client.get(address(topic))
    before = [plain(client.get(at).content) for at in (address(topic), f"/g/{cast.group.key}/")]
    sweeps.look_at(post.pk)
    with everything():
        assert Concern.objects.count() == 1
    after = [plain(client.get(at).content) for at in (address(topic), f"/g/{cast.group.key}/")]
    assert after == before


def test_the_desk_asks_the_same_number_of_questions_with_one_concern_and_with_three(
    cast: Cast,
) -> None:
    client = browser(cast, "facilitator")
    ask(cast)
    share(cast)
    client.get("/desk/")
    one = count(client, "/desk/")
    for part in ("greeter", "blocked"):
        ask(cast, part)
        share(cast)
    assert (one, count(client, "/desk/")) == (24, 24)


def test_a_concern_that_was_closed_meanwhile_hands_the_words_back(cast: Cast) -> None:
    ask(cast)
    (concern,) = seen_by(cast, "facilitator")
    with cast.looking_as("facilitator") as ash:
        actions.take_up(concern, by=ash)
        actions.close(concern, "Done.", by=ash)
    late = browser(cast, "facilitator").post(f"/desk/{concern.key}/note/", {"words": "One more."})
    assert late.status_code == 404
    assert "One more." in late.content.decode()


def test_two_on_the_desk_let_it_be_read_later(cast: Cast) -> None:
    on_duty(cast, "duty_worker")
    tell(cast, share(cast, by="blocked"))
    (concern,) = seen_by(cast, "facilitator")
    ash, priya, desk = (
        browser(cast, "facilitator"),
        browser(cast, "duty_worker"),
        f"/desk/{concern.key}/",
    )
    ash.post(desk + "bring-in/")
    ash.post(desk + "later/", {"why": "nosy"})
    assert "Ask a second person" in words(ash, desk)
    ash.post(desk + "later/", {"why": "teller"})
    assert "You asked that they read it later: it would show who told us" in words(ash, desk)
    assert ash.post(desk + "later/agree/").status_code == 404
    assert "I agree: in 30 days" in words(priya, desk)
    assert priya.post(desk + "later/agree/").status_code == 302
    assert "Two of you agreed that they read it on" in words(ash, desk)


def test_more_than_anybody_could_read_waits_and_asking_never_does(cast: Cast) -> None:
    client, post = browser(cast, "greeter"), share(cast)
    told = client.post(f"/reports/new/{post.key}/", {"kind": "worried"}).headers["Location"]
    answers = [client.post(told, {"words": f"More {n}."}).status_code for n in range(30)]
    assert answers == [302] * 29 + [200]
    assert "many tries in a short time" in client.post(told, {"words": "More."}).content.decode()
    assert client.post(f"/g/{cast.group.key}/ask/").status_code == 302
